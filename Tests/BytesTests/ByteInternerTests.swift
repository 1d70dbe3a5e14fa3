import Bytes
import TestSupport
import Testing

@Suite("An interner")
struct ByteInternerTests {
  /// Strings of one length, of few byte values, so that many repeat and many differ in one byte.
  static let lengths = [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 23, 24, 31, 32, 33, 64, 100]

  @Test("is a dictionary that numbers what it has not seen", arguments: lengths)
  func law(length: Int) throws {
    var random = SeededGenerator.forCase(length)
    var interner = ByteInterner()
    var numbers: [[UInt8]: ByteInterner.ID] = [:]
    var texts: [[UInt8]] = []
    for _ in 0..<1500 {
      let jitter = Int.random(in: 0...1, using: &random) * Int.random(in: 0...8, using: &random)
      let bytes = random.bytes(length + jitter, upTo: length < 8 ? 7 : 1)
      let id = interner.intern(bytes.span)
      if let known = numbers[bytes] {
        #expect(id == known, "seed \(random.seed)")
      } else {
        #expect(Int(id) == texts.count, "seed \(random.seed)")
        numbers[bytes] = id
        texts.append(bytes)
      }
    }
    try #require(interner.count == texts.count)
    #expect(interner.byteCount >= texts.reduce(0) { $0 + $1.count })
    for (id, bytes) in texts.enumerated() {
      var kept: [UInt8] = []
      kept.append(interner[ByteInterner.ID(id)])
      #expect(kept == bytes, "seed \(random.seed)")
    }
  }

  @Test("tells apart what looks alike to a hash of words", arguments: [8, 9, 16, 24])
  func nearCollisions(length: Int) {
    var interner = ByteInterner()
    var distinct: Set<[UInt8]> = []
    // Zeros of every count, a single bit anywhere, and the same words in another order.
    for count in 0...64 {
      distinct.insert([UInt8](repeating: 0, count: count))
    }
    for bit in 0..<length * 8 {
      var bytes = [UInt8](repeating: 0, count: length)
      bytes[bit / 8] = 1 << UInt8(bit % 8)
      distinct.insert(bytes)
    }
    for first in UInt8(0)..<16 {
      for second in UInt8(0)..<16 {
        distinct.insert(
          [UInt8](repeating: first, count: length) + [UInt8](repeating: second, count: length)
        )
      }
    }
    let ids = distinct.map { interner.intern($0.span) }
    #expect(Set(ids).count == distinct.count)
    #expect(interner.count == distinct.count)
    #expect(distinct.map { interner.intern($0.span) } == ids)
  }

  @Test("ranks by the bytes, unsigned, a prefix first")
  func ranks() throws {
    var random = SeededGenerator.forCase(1000)
    var interner = ByteInterner()
    var texts: Set<[UInt8]> = [[], [0], [0, 0], [0x7F], [0x80], [0xFF], [0xFF, 0]]
    for _ in 0..<500 {
      texts.insert(random.bytes(Int.random(in: 0...6, using: &random), upTo: 3))
      texts.insert(random.bytes(Int.random(in: 0...20, using: &random)))
    }
    let byID = texts.shuffled(using: &random)
    for text in byID { _ = interner.intern(text.span) }
    let ranks = interner.ranks()
    try #require(ranks.count == byID.count)
    let sorted = texts.sorted { $0.lexicographicallyPrecedes($1) }
    for (id, text) in byID.enumerated() {
      #expect(sorted[Int(ranks[id])] == text, "seed \(random.seed)")
    }
  }

  @Test("orders texts that have much in common, zeros at the end too")
  func order() {
    for number in 0..<20 {
      var random = SeededGenerator.forCase(2000 + number)
      let common = random.bytes(Int.random(in: 0...40, using: &random), upTo: 1)
      var texts: Set<[UInt8]> = []
      for _ in 0..<Int.random(in: 0...400, using: &random) {
        let length = Int.random(in: 0...common.count, using: &random)
        let zeros = [UInt8](repeating: 0, count: Int.random(in: 0...20, using: &random))
        texts.insert(common.prefix(length) + zeros)
        texts.insert(common + random.bytes(Int.random(in: 0...20, using: &random), upTo: 1))
      }
      var interner = ByteInterner()
      for text in texts { _ = interner.intern(text.span) }
      let ordered = interner.order().map { id in
        var bytes: [UInt8] = []
        bytes.append(interner[id])
        return bytes
      }
      let sorted = texts.sorted { $0.lexicographicallyPrecedes($1) }
      #expect(ordered == sorted, "seed \(random.seed)")
    }
  }

  @Test("gives the text, and U+FFFD for bytes that are none")
  func text() {
    var interner = ByteInterner()
    let plain = interner.intern("caf\u{E9}".utf8.span)
    let broken = interner.intern([0x61, 0xFF].span)
    #expect(interner.text(plain) == "caf\u{E9}")
    #expect(interner.text(broken) == "a\u{FFFD}")
    #expect(ByteInterner().ranks().isEmpty)
  }
}
