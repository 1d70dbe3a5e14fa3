import Archives
import Bytes
import TestSupport
import Testing

@Suite("Framing of lines")
struct FramingTests {
  static let chunkLength = 256 << 10

  enum Storage: CaseIterable {
    case plain
    case oneMember
    case randomMembers

    func store(_ bytes: [UInt8], _ random: inout SeededGenerator) throws -> [UInt8] {
      switch self {
      case .plain: return bytes
      case .oneMember: return try gzip(bytes, level: 1)
      case .randomMembers:
        var stored: [UInt8] = []
        var start = 0
        while start < bytes.count {
          let end = min(bytes.count, start + random.number(0...max(1, bytes.count / 3)))
          stored += try gzip(Array(bytes[start..<end]))
          start = end
        }
        return stored.isEmpty ? try gzip([]) : stored
      }
    }
  }

  /// Bytes in which line feeds, blanks, carriage returns and byte-order marks are frequent.
  static func text(_ random: inout SeededGenerator) -> [UInt8] {
    var bytes: [UInt8] = []
    if random.once(in: 4) { bytes += [0xEF, 0xBB, 0xBF] }
    let pieces: [[UInt8]] = [
      [0x0A], [0x0D, 0x0A], [0x20], [0x09], [0xEF, 0xBB, 0xBF], [0x00], Array("{\"a\":1}".utf8), [0xFF],
    ]
    for _ in 0..<random.number(0...60) { bytes += random.one(of: pieces) }
    return bytes
  }

  @Test("is that of a naive split", arguments: Storage.allCases)
  func naive(storage: Storage) throws {
    let directory = try TemporaryDirectory()
    for seed in TestSeed.cases(150) {
      var random = SeededGenerator(seed: seed)
      let plain = Self.text(&random)
      let path = try directory.write(try storage.store(plain, &random), to: "text.jsonl")
      let reading = Reading(path)
      #expect(reading.error == nil, "seed \(seed)")
      #expect(reading.lines == FramedLine.naive(plain), "seed \(seed)")
      #expect(reading.inflatedByteCount == plain.count, "seed \(seed)")
    }
  }

  @Test("longer lines than the limit come in parts that make them whole", arguments: Storage.allCases)
  func longLines(storage: Storage) throws {
    let directory = try TemporaryDirectory()
    for seed in TestSeed.cases(150) {
      var random = SeededGenerator(seed: seed)
      // No blank lines, and nothing in front of the first line.
      let plain = Self.text(&random).filter { ![0x20, 0x09, 0x0D, 0xEF].contains($0) }
      let limit = random.number(1...20)
      let path = try directory.write(try storage.store(plain, &random), to: "text.jsonl")
      let reading = Reading(path, limit: limit)
      var found = reading.lines
      for place in found.indices {
        #expect((found[place].parts > 0) == (found[place].bytes.count > limit), "seed \(seed)")
        found[place].parts = 0
      }
      #expect(found == FramedLine.naive(plain), "seed \(seed)")
      #expect(!reading.isUnfinished, "seed \(seed)")
    }
  }

  struct Border: Sendable {
    /// Where the line feed of a line stands from the border between two chunks.
    var shift: Int
    var storage: Storage
  }

  @Test(
    "holds at the border of a chunk",
    arguments: [-2, -1, 0, 1, 2].flatMap { shift in
      Storage.allCases.map { Border(shift: shift, storage: $0) }
    }
  )
  func borders(border: Border) throws {
    let directory = try TemporaryDirectory()
    var random = SeededGenerator(seed: TestSeed.value)
    var plain = [UInt8](repeating: UInt8(ascii: "a"), count: 2 * Self.chunkLength + 100)
    for chunk in 1...2 { plain[chunk * Self.chunkLength + border.shift] = 0x0A }
    plain[10] = 0x0A
    let path = try directory.write(try border.storage.store(plain, &random), to: "text.jsonl")
    let reading = Reading(path)
    #expect(reading.lines == FramedLine.naive(plain))
    for limit in [5, 50, Self.chunkLength / 2, Self.chunkLength - 20, Self.chunkLength] {
      let parts = Reading(path, limit: limit)
      #expect(parts.lines.map(\.bytes) == reading.lines.map(\.bytes))
      #expect(parts.lines.map(\.offset) == reading.lines.map(\.offset))
      #expect(!parts.isUnfinished)
      #expect(parts.longestPart <= limit + Self.chunkLength)
    }
  }

  @Test("a line over many chunks comes in bounded parts and its successor is whole")
  func manyChunks() throws {
    let directory = try TemporaryDirectory()
    let long = (0..<1_500_000).map { UInt8(truncatingIfNeeded: 33 + $0 % 89) }
    let plain = Array("first\n".utf8) + long + Array("\nlast".utf8)
    for stored in [plain, try gzip(plain)] {
      let reading = Reading(try directory.write(stored, to: "long.jsonl"), limit: 1000)
      try #require(reading.lines.count == 3)
      #expect(reading.lines[1].bytes == long)
      #expect(reading.lines[1].parts >= 3)
      #expect(reading.longestPart <= 1000 + Self.chunkLength)
      #expect(reading.lines[2].bytes == Array("last".utf8))
      #expect(reading.lines[2].number == 3)
      #expect(reading.lines[2].offset == 6 + long.count + 1)
    }
  }

  @Test("what cannot be opened or read is an error with the path")
  func unreadable() throws {
    let directory = try TemporaryDirectory()
    let missing = Reading(directory.path("missing.jsonl"))
    #expect(missing.error?.kind == "cannotOpen")
    #expect(missing.error?.path == directory.path("missing.jsonl"))
    #expect(missing.error?.isDamage == false)
    #expect(Reading(directory.path).error?.kind == "cannotRead")
  }
}
