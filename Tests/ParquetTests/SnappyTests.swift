import Parquet
import TestSupport
import Testing

@Suite("Snappy")
struct SnappyTests {
  private func decompress(_ block: [UInt8], count: Int) throws -> [UInt8] {
    var output: [UInt8] = [1, 2, 3]
    try Snappy.decompress(block.span, count: count, into: &output)
    return output
  }

  private func text(_ block: [UInt8], count: Int) throws -> String {
    String(decoding: try decompress(block, count: count), as: UTF8.self)
  }

  private static let abc: [UInt8] = [2 << 2, 0x61, 0x62, 0x63]

  @Test(
    "takes every kind of element",
    arguments: [
      ([0], ""),
      ([3] + abc, "abc"),
      // Literals whose length is in one to four bytes.
      ([3, 60 << 2, 2, 0x61, 0x62, 0x63], "abc"),
      ([3, 61 << 2, 2, 0, 0x61, 0x62, 0x63], "abc"),
      ([3, 62 << 2, 2, 0, 0, 0x61, 0x62, 0x63], "abc"),
      ([3, 63 << 2, 2, 0, 0, 0, 0x61, 0x62, 0x63], "abc"),
      // Copies with offsets of one, two and four bytes.
      ([7] + abc + [1, 3], "abcabca"),
      ([5] + abc + [1 << 2 | 2, 3, 0], "abcab"),
      ([5] + abc + [1 << 2 | 3, 2, 0, 0, 0], "abcbc"),
      // Copies of what they write themselves: the example of the format's description, and a run.
      ([7] + abc + [1, 2], "abcbcbc"),
      ([14] + abc + [7 << 2 | 1, 1], "abc" + String(repeating: "c", count: 11)),
      ([67] + abc + [63 << 2 | 2, 1, 0], "abc" + String(repeating: "c", count: 64)),
      // A length with needless bytes.
      ([0x83, 0x80, 0] + abc, "abc"),
    ] as [([UInt8], String)]
  )
  func elements(block: [UInt8], expected: String) throws {
    #expect(try text(block, count: expected.utf8.count) == expected)
  }

  @Test("takes the high bits of an offset from the tag")
  func highOffset() throws {
    let bytes = (0..<2000).map { UInt8(truncatingIfNeeded: $0 * 7 / 3) }
    let literal: [UInt8] = [0xD4, 0x0F, 61 << 2, 0xCF, 0x07] + bytes
    let offset = 0x6A5
    let copy = [UInt8(offset >> 8) << 5 | 1, UInt8(offset & 0xFF)]
    let found = try decompress(literal + copy, count: 2004)
    #expect(found == bytes + bytes[(2000 - offset)..<(2004 - offset)])
  }

  @Test(
    "refuses what is not a block, or not of the length that it shall have",
    arguments: [
      ([], 0, "ends inside an element"),
      ([0x80], 0, "ends inside an element"),
      ([0x80, 0x80, 0x80, 0x80, 0x10], 0, "more than 32 bits"),
      ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], 0, "more than 32 bits"),
      ([3] + abc, 2, "says that it holds 3 bytes"), ([3] + abc, 4, "says that it holds 3 bytes"),
      ([2] + abc, 2, "holds more than 2 bytes"), ([4] + abc, 4, "holds 3 bytes, not 4"),
      ([1], 1, "holds 0 bytes, not 1"), ([0] + abc, 0, "holds more than 0 bytes"),
      // Literals that are cut.
      ([3, 2 << 2, 0x61, 0x62], 3, "inside a literal of 3 bytes"),
      ([9, 60 << 2], 9, "ends inside an element"),
      ([9, 62 << 2, 1, 0], 9, "ends inside an element"),
      ([9, 63 << 2, 0xFF, 0xFF, 0xFF, 0xFF], 9, "inside a literal of 4294967296 bytes"),
      // Copies that are cut, of nothing, and from before the beginning.
      ([7] + abc + [1], 7, "ends inside an element"),
      ([5] + abc + [6, 3], 5, "ends inside an element"),
      ([5] + abc + [7, 3, 0, 0], 5, "ends inside an element"),
      ([7] + abc + [1, 0], 7, "0 bytes before byte 3"), ([4, 1, 1], 4, "1 bytes before byte 0"),
      ([7] + abc + [1, 4], 7, "4 bytes before byte 3"),
      ([5] + abc + [7, 0xFF, 0xFF, 0xFF, 0xFF], 5, "4294967295 bytes before byte 3"),
      ([66] + abc + [0xFE, 1, 0], 66, "holds more than 66 bytes"),
      // Lengths that would take memory without end.
      ([0xFF, 0xFF, 0xFF, 0xFF, 0x0F], 4_294_967_295, "cannot hold"),
      ([0x80, 0x80, 0x80, 0x80, 0x08] + abc, 1 << 31, "cannot hold"),
      ([0xE8, 0x07] + abc, 1000, "6 bytes cannot hold 1000"),
    ] as [([UInt8], Int, String)]
  )
  func refuses(block: [UInt8], count: Int, words: String) throws {
    let error = #expect(throws: ParquetError.self) { try decompress(block, count: count) }
    #expect(error?.code == .compression)
    #expect(error?.description.contains(words) == true, "\(error?.description ?? "")")
  }

  /// A random block, and what it holds.
  private func made(_ random: inout SeededGenerator) -> (block: [UInt8], bytes: [UInt8]) {
    var (elements, bytes): ([UInt8], [UInt8]) = ([], [])
    func little(_ number: Int, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    for _ in 0..<random.number(0...12) {
      if bytes.isEmpty || random.once(in: 2) {
        let literal = random.bytes(random.one(of: [1, 5, 59, 60, 61, 255, 256, 257, 300]), upTo: 3)
        let width = random.number((literal.count > 256 ? 2 : literal.count > 60 ? 1 : 0)...4)
        elements +=
          width == 0
          ? [UInt8(literal.count - 1) << 2]
          : [UInt8(59 + width) << 2] + little(literal.count - 1, width)
        elements += literal
        bytes += literal
      } else {
        let offset = random.number(1...min(bytes.count, random.one(of: [1, 3, 70, 9000])))
        var length = random.number(1...64)
        switch random.number(1...3) {
        case 1 where offset < 2048:
          length = random.number(4...11)
          elements += [UInt8(offset >> 8) << 5 | UInt8(length - 4) << 2 | 1, UInt8(offset & 0xFF)]
        case 2: elements += [UInt8(length - 1) << 2 | 2] + little(offset, 2)
        default: elements += [UInt8(length - 1) << 2 | 3] + little(offset, 4)
        }
        for _ in 0..<length { bytes.append(bytes[bytes.count - offset]) }
      }
    }
    var (rest, preamble): (Int, [UInt8]) = (bytes.count, [])
    while rest >= 0x80 {
      preamble.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return (preamble + [UInt8(rest)] + elements, bytes)
  }

  @Test(
    "takes what any elements hold, and says so where they are damaged",
    arguments: TestSeed.cases(60)
  )
  func random(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for number in 0..<50 {
      let (block, bytes) = made(&random)
      let found = try decompress(block, count: bytes.count)
      #expect(found == bytes, "seed \(seed), case \(number)")
      for _ in 0..<10 {
        var damaged = block
        damaged[random.number(0...block.count - 1)] = random.bytes(1)[0]
        if random.once(in: 3) { damaged.removeLast(random.number(0...damaged.count - 1)) }
        // Whatever comes of it is as long as it shall be.
        if let other = try? decompress(damaged, count: bytes.count) {
          #expect(other.count == bytes.count, "seed \(seed), case \(number)")
        }
      }
      if block.count > 1 {
        #expect(throws: ParquetError.self, "seed \(seed), case \(number)") {
          try decompress(Array(block.dropLast()), count: bytes.count)
        }
      }
    }
  }
}
