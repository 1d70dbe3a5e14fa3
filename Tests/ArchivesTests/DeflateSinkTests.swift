import Archives
import Bytes
import TestSupport
import Testing

@Suite("DeflateSink")
struct DeflateSinkTests {
  /// Bytes that compress well, badly or not at all.
  static func bytes(_ random: inout SeededGenerator) -> [UInt8] {
    let alphabet = random.one(of: [1, 3, 64, 256])
    let count = random.one(of: [0, 1, 100, 5000, 70_000, 200_000])
    return (0..<count).map { _ in UInt8(truncatingIfNeeded: 11 + random.next() % UInt64(alphabet)) }
  }

  @Test("what it wrote is inflated to the same bytes")
  func roundTrip() throws {
    let directory = try TemporaryDirectory()
    for seed in TestSeed.cases(24) {
      var random = SeededGenerator(seed: seed)
      // Without line feeds all is one line.
      let plain = Self.bytes(&random).filter { $0 != 0x0A && $0 != 0x0D }
      let stored = try gzip(plain, level: random.number(0...9))
      let reading = Reading(try directory.write(stored, to: "written.gz"))
      #expect(reading.error == nil, "seed \(seed)")
      #expect(reading.lines.flatMap(\.bytes) == plain, "seed \(seed)")
      #expect(reading.inflatedByteCount == plain.count, "seed \(seed)")
    }
  }

  @Test("the member says neither time nor name, and is the same again")
  func determinism() throws {
    for seed in TestSeed.cases(8) {
      var random = SeededGenerator(seed: seed)
      let plain = Self.bytes(&random)
      let first = try gzip(plain)
      #expect(try gzip(plain) == first, "seed \(seed)")
      // RFC 1952: magic, deflate, no flags, no time.
      #expect(Array(first.prefix(8)) == [0x1F, 0x8B, 8, 0, 0, 0, 0, 0], "seed \(seed)")
      let length = first.suffix(4).enumerated().reduce(0) {
        $0 | Int($1.element) << (8 * $1.offset)
      }
      #expect(length == plain.count, "seed \(seed)")
    }
  }

  @Test("pieces give the bytes of the whole")
  func pieces() throws {
    let directory = try TemporaryDirectory()
    for seed in TestSeed.cases(12) {
      var random = SeededGenerator(seed: seed)
      let plain = Self.bytes(&random).map { $0 == 0x0A || $0 == 0x0D ? 0x21 : $0 }
      let memory = MemoryBytes()
      let sink = DeflateSink(memory, .gzip)
      var start = 0
      while start < plain.count {
        let end = min(plain.count, start + random.number(0...20_000))
        try sink.write(plain.span.extracting(start..<end))
        start = end
      }
      try sink.finish()
      let reading = Reading(try directory.write(memory.bytes, to: "pieces.gz"))
      #expect(reading.error == nil, "seed \(seed)")
      #expect(reading.lines.flatMap(\.bytes) == plain, "seed \(seed)")
    }
  }
}
