import Bytes
import TestSupport
import Testing

@Suite("Bytes in a span")
struct SpanTests {
  @Test("are found where the first one stands")
  func search() {
    var random = SeededGenerator.forCase(0)
    for count in 0..<70 {
      let bytes = random.bytes(count, upTo: 9)
      for byte in UInt8(0)...10 {
        for start in [0, 1, count / 2, count, count + 1] {
          let expected = bytes.indices.first { $0 >= start && bytes[$0] == byte }
          #expect(
            bytes.span.firstOffset(of: byte, from: start) == expected,
            "\(bytes) \(byte) from \(start)"
          )
        }
      }
    }
  }

  @Test("compare unsigned, a prefix first")
  func comparison() {
    var random = SeededGenerator.forCase(1)
    var texts: [[UInt8]] = [[], [0], [0, 0], [0x7F], [0x80], [0xFF], [0xFF, 0xFF]]
    for _ in 0..<60 {
      texts.append(random.bytes(Int.random(in: 0...20, using: &random), upTo: 1))
      texts.append(random.bytes(Int.random(in: 0...3, using: &random)))
    }
    for left in texts {
      for right in texts {
        let expected =
          left == right ? 0 : left.lexicographicallyPrecedes(right) ? -1 : 1
        #expect(left.span.comparedBytes(right.span).signum() == expected, "\(left) \(right)")
        #expect(left.span.equalBytes(right.span) == (left == right), "\(left) \(right)")
      }
    }
  }

  @Test("are a literal's where all are")
  func literal() {
    let cases: [(text: String, literal: StaticString, expected: Bool)] = [
      ("body", "body", true), ("", "", true), ("bod", "body", false), ("bodyy", "body", false),
      ("Body", "body", false), ("", "b", false), ("b", "", false),
    ]
    for (text, literal, expected) in cases {
      let isEqual = text.utf8.span.equals(literal)
      #expect(isEqual == expected, "\(text) \(literal)")
    }
  }

  @Test("are a text, with U+FFFD for what is none")
  func text() {
    #expect(String(decoding: "a\u{20AC}".utf8.span) == "a\u{20AC}")
    #expect(String(decoding: [0x61, 0x80].span) == "a\u{FFFD}")
    #expect(String(decoding: Span<UInt8>()) == "")
  }

  @Test(
    "of numbers are their decimal digits",
    arguments: [
      0, 1, -1, 9, 10, -10, 99, 100, 12_345_678_901, .max, .min, .max - 1, .min + 1,
    ] as [Int64]
  )
  func decimal(value: Int64) {
    var output = Array("=".utf8)
    output.append(decimal: value)
    #expect(String(decoding: output, as: UTF8.self) == "=\(value)")
  }

  @Test("of unsigned numbers are their decimal digits", arguments: [0, 1, 10, .max] as [UInt64])
  func unsignedDecimal(value: UInt64) {
    var output: [UInt8] = []
    output.append(decimal: value)
    #expect(String(decoding: output, as: UTF8.self) == "\(value)")
  }

  @Test(
    "of numbers of a width have zeros in front",
    arguments: [
      (0, 1, "0"), (0, 4, "0000"), (7, 2, "07"), (42, 2, "42"), (999_999, 6, "999999"),
      (1, 6, "000001"), (2026, 4, "2026"),
    ]
  )
  func width(value: Int, width: Int, expected: String) {
    var output: [UInt8] = []
    output.append(decimal: value, width: width)
    #expect(String(decoding: output, as: UTF8.self) == expected)
  }

  @Test("of many random numbers are their decimal digits")
  func randomDecimals() {
    var random = SeededGenerator.forCase(2)
    for _ in 0..<2000 {
      let value =
        Int64(truncatingIfNeeded: random.next()) >> Int64.random(in: 0..<64, using: &random)
      var output: [UInt8] = []
      output.append(decimal: value)
      #expect(String(decoding: output, as: UTF8.self) == String(value), "seed \(random.seed)")
    }
  }

  @Test("in memory are read where they were written")
  func memory() {
    let memory = MemoryBytes([1, 2, 3])
    memory.write([4, 5].span)
    #expect(memory.byteCount == 5)
    #expect(memory.bytes == [1, 2, 3, 4, 5])
    #expect(memory.read(at: 2, count: 3) == [3, 4, 5])
    #expect(memory.read(at: 5, count: 0) == [])
  }
}
