import Bytes
import Captures
import TestSupport

/// Archives of many kinds in one directory: plain and gzipped, whole and damaged, with lines that are too long, and copies.
struct MadeDirectory {
  /// The length from which a line is too long; most others are shorter.
  static let maximumLineLength = 1600

  let directory: TemporaryDirectory
  /// All archives, in the order of their paths.
  private(set) var paths: [String] = []
  /// Those that cannot be read to their end.
  private(set) var damaged: [String] = []
  /// The archive with the first bytes of every digest, less those that are damaged.
  private(set) var archives: [(path: String, archive: MadeArchive)] = []

  init(_ random: inout SeededGenerator) throws {
    directory = try TemporaryDirectory()
    for place in 0..<random.number(2...4) {
      var archive = Self.archive(random.number(0...40), &random)
      // Blank lines at the end, so that no archive is a copy of another.
      if archive.plain.last != 0x0A { archive.plain.append(0x0A) }
      archive.plain += [UInt8](repeating: 0x0A, count: place)
      let kind = random.number(0...3)
      let name = "in/\(place)a" + (kind == 0 ? ".jsonl" : ".jsonl.gz")
      var bytes = kind == 0 ? archive.plain : try Self.members(archive.plain, &random)
      if kind == 3 { bytes += try random.one(of: DamagedArchiveTests.Damage.allCases).tail() }
      let path = try directory.write(bytes, to: name)
      paths.append(path)
      if kind == 3 { damaged.append(path) } else { archives.append((path, archive)) }
      while random.once(in: 3) {
        let copy = try directory.write(bytes, to: "in/\(place)b\(paths.count)-" + name.dropFirst(3))
        paths.append(copy)
        if kind == 3 { damaged.append(copy) }
      }
    }
  }

  /// Lines of any kind, some of which are too long.
  static func archive(_ count: Int, _ random: inout SeededGenerator) -> MadeArchive {
    let lines = (0..<count).map { _ -> MadeLine in
      guard random.once(in: 8) else { return fitting(&random) }
      let length = maximumLineLength + random.one(of: [1, 2, 700, 5000])
      let bytes = (0..<length).map { UInt8(truncatingIfNeeded: 33 + $0 % 200) }
      return MadeLine(bytes: bytes, fate: .rejected(.lineTooLong))
    }
    return MadeArchive(lines, &random)
  }

  private static func fitting(_ random: inout SeededGenerator) -> MadeLine {
    while true {
      let line = MadeLines.line(&random)
      // One less: a carriage return may come to it.
      if line.bytes.count < maximumLineLength { return line }
    }
  }

  /// Some gzip members, cut anywhere.
  private static func members(
    _ plain: [UInt8],
    _ random: inout SeededGenerator
  ) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var start = 0
    repeat {
      let end = random.once(in: 2) ? plain.count : random.number(start...plain.count)
      bytes += try DamagedArchiveTests.gzip(Array(plain[start..<end]))
      start = end
    } while start < plain.count
    return bytes
  }
}
