import Archives
import Bytes
import TestSupport
import Testing

/// Each library that inflates gzip against plain bytes, and against zlib where the archive is damaged.
@Suite("Libraries that inflate gzip", .serialized)
struct GzipLibraryTests {
  static let others = GzipLibrary.allCases.filter { $0 != .zlib }

  /// Lines that compress like JSON does, with some noise.
  static func text(_ random: inout SeededGenerator) -> [UInt8] {
    var bytes: [UInt8] = []
    for _ in 0..<random.number(0...80) {
      switch random.number(0...5) {
      case 0: bytes += Array("{\"feature\": {\"id\": \(random.number(0...99))}, \"on\": true}".utf8)
      case 1: bytes += random.bytes(random.number(0...40), upTo: 127)
      case 2: bytes += Array(bytes.suffix(random.number(0...300)))
      case 3: bytes += [UInt8](repeating: 0x2D, count: random.number(0...600))
      default: bytes.append(0x0A)
      }
    }
    return bytes
  }

  /// `plain` cut into members, some of them empty, with any header.
  static func members(_ plain: [UInt8], _ random: inout SeededGenerator) throws -> [UInt8] {
    var stored: [UInt8] = []
    var start = 0
    while start < plain.count || random.once(in: 3) {
      let length = random.once(in: 4) ? random.number(0...5) : random.number(0...plain.count)
      let end = min(plain.count, start + length)
      let level = random.one(of: [0, 1, 6, 9])
      let member = try gzip(Array(plain[start..<end]), level: level)
      stored += random.once(in: 2) ? member : withFields(member, &random)
      start = end
    }
    return stored
  }

  /// The member with optional fields in its header (RFC 1952 §2.3.1).
  static func withFields(_ member: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var header = Array(member[..<10])
    header[3] = UInt8(random.number(0...31))
    if header[3] & 4 != 0 {
      let extra = random.bytes(random.number(0...300))
      header += [UInt8(extra.count & 0xFF), UInt8(extra.count >> 8)] + extra
    }
    for flag in [8, 16] as [UInt8] where header[3] & flag != 0 {
      header += random.bytes(random.number(0...20)).map { max($0, 1) } + [0]
    }
    if header[3] & 2 != 0 {
      let checksum = crc32(header)
      header += [UInt8(checksum & 0xFF), UInt8(checksum >> 8 & 0xFF)]
    }
    return header + member[10...]
  }

  /// CRC-32 as RFC 1952 §8 defines it, a bit at a time.
  static func crc32(_ bytes: [UInt8]) -> UInt32 {
    var checksum = UInt32.max
    for byte in bytes {
      checksum ^= UInt32(byte)
      for _ in 0..<8 {
        let isOdd = checksum & 1 == 1
        checksum >>= 1
        if isOdd { checksum ^= 0xEDB8_8320 }
      }
    }
    return ~checksum
  }

  /// One text in ten is as long as many chunks, and is read in pieces of the usual length.
  static func textAndChunkLength(_ random: inout SeededGenerator) -> ([UInt8], Int) {
    var text = Self.text(&random)
    guard random.once(in: 10) else { return (text, chunkLength(&random)) }
    while text.count < 1_000_000 { text += Self.text(&random) }
    return (text, BlockReader.defaultChunkLength)
  }

  static func chunkLength(_ random: inout SeededGenerator) -> Int {
    random.one(of: [1, 2, 3, 7, 64, 1000, 40_000, BlockReader.defaultChunkLength])
  }

  @Test(
    "give the plain bytes of any members in pieces of any length",
    arguments: GzipLibrary.allCases
  )
  func members(library: GzipLibrary) throws {
    let directory = try TemporaryDirectory()
    for seed in TestSeed.cases(150) {
      var random = SeededGenerator(seed: seed)
      let plain = Self.text(&random)
      let stored = try Self.members(plain, &random)
      let padding = [UInt8](repeating: 0, count: random.once(in: 2) ? random.number(0...700) : 0)
      let path = try directory.write(
        stored.isEmpty ? [] : stored + padding,
        to: "members.jsonl.gz"
      )
      let reading = Reading(path, chunkLength: Self.chunkLength(&random), gzip: library)
      #expect(reading.error == nil, "seed \(seed)")
      #expect(reading.lines == FramedLine.naive(plain), "seed \(seed)")
      #expect(reading.inflatedByteCount == plain.count, "seed \(seed)")
    }
  }

  @Test("give what zlib gives of an archive that is cut anywhere", arguments: others)
  func truncation(library: GzipLibrary) throws {
    let directory = try TemporaryDirectory()
    var differences = 0
    for seed in TestSeed.cases(40) {
      var random = SeededGenerator(seed: seed)
      let (plain, chunkLength) = Self.textAndChunkLength(&random)
      let stored = try Self.members(plain, &random)
      for _ in 0..<(plain.count < 1_000_000 ? 30 : 4) {
        let length = random.number(0...stored.count)
        let path = try directory.write(Array(stored[..<length]), to: "cut.jsonl.gz")
        let truth = Reading(path, gzip: .zlib)
        let reading = Reading(path, chunkLength: chunkLength, gzip: library)
        guard let difference = reading.difference(from: truth) else { continue }
        // What is certain to follow may be there too: one symbol, and nothing that is wrong.
        differences += 1
        let more = reading.inflatedByteCount - truth.inflatedByteCount
        let comment = Comment(rawValue: "seed \(seed), \(length) bytes: \(difference)")
        #expect((1...258).contains(more), comment)
        #expect(reading.lines.starts(with: truth.lines), comment)
        #expect(FramedLine.naive(plain).starts(with: reading.lines), comment)
        #expect(reading.error?.kind == "truncated" && truth.error?.kind == "truncated", comment)
      }
    }
    #expect(differences < 10)
  }

  @Test("tell damage where zlib does, after the same lines", arguments: others)
  func damage(library: GzipLibrary) throws {
    let directory = try TemporaryDirectory()
    var differences = 0
    for seed in TestSeed.cases(40) {
      var random = SeededGenerator(seed: seed)
      let (plain, chunkLength) = Self.textAndChunkLength(&random)
      let stored = try Self.members(plain, &random)
      guard !stored.isEmpty else { continue }
      for _ in 0..<(plain.count < 1_000_000 ? 30 : 4) {
        var damaged = stored
        let bit = random.number(0...stored.count * 8 - 1)
        damaged[bit / 8] ^= 1 << UInt8(bit % 8)
        let path = try directory.write(damaged, to: "flipped.jsonl.gz")
        let truth = Reading(path, gzip: .zlib)
        let reading = Reading(path, chunkLength: chunkLength, gzip: library)
        let comment = Comment(rawValue: "seed \(seed), bit \(bit)")
        #expect((reading.error == nil) == (truth.error == nil), comment)
        if reading.error?.reason.hasSuffix("check") == true,
          reading.error?.reason == truth.error?.reason
        {
          #expect(reading.difference(from: truth) == nil, comment)
        }
        // zlib rejects a block with an incomplete code at once, the others go on.
        let isIncomplete = truth.error?.reason.hasSuffix(" set") == true
        if reading.lines != truth.lines || reading.error?.kind != truth.error?.kind {
          differences += 1
          #expect(isIncomplete && reading.lines.starts(with: truth.lines), comment)
        }
      }
    }
    #expect(differences < 10)
  }
}
