import Bytes
import TestSupport
import Testing

@Suite("Base 64")
struct Base64Tests {
  /// RFC 4648 §10, and the digits of the two that differ in the URL alphabet.
  static let vectors: [(plain: [UInt8], text: String)] = [
    (Array("".utf8), ""),
    (Array("f".utf8), "Zg=="),
    (Array("fo".utf8), "Zm8="),
    (Array("foo".utf8), "Zm9v"),
    (Array("foob".utf8), "Zm9vYg=="),
    (Array("fooba".utf8), "Zm9vYmE="),
    (Array("foobar".utf8), "Zm9vYmFy"),
    ([0x14, 0xFB, 0x9C, 0x03, 0xD9, 0x7E], "FPucA9l+"),
    ([0x14, 0xFB, 0x9C, 0x03, 0xD9], "FPucA9k="),
    ([0x14, 0xFB, 0x9C, 0x03], "FPucAw=="),
    ([0xFF, 0xFF, 0xFF], "////"),
    ([0xFB, 0xEF, 0xBE], "++++"),
    ([0x00], "AA=="),
    ([0x00, 0x00, 0x00], "AAAA"),
  ]

  static let faults: [(text: String, error: Base64.DecodingError)] = [
    ("Z", .length(1)),
    ("Zg", .length(2)),
    ("Zg=", .length(3)),
    ("Zm9vY", .length(5)),
    ("Zg==\n", .length(5)),
    ("====", .invalid(offset: 0)),
    ("Z===", .invalid(offset: 1)),
    ("Zg=v", .invalid(offset: 2)),
    ("=m9v", .invalid(offset: 0)),
    ("Zg==Zg==", .invalid(offset: 2)),
    ("Zm9v====", .invalid(offset: 4)),
    ("Zm 9", .invalid(offset: 2)),
    ("Zm9\n", .invalid(offset: 3)),
    ("-_-_", .invalid(offset: 0)),
    ("Zm9_", .invalid(offset: 3)),
    ("Zm9\u{E9}Zm9", .invalid(offset: 3)),
    ("Zm9\u{0}", .invalid(offset: 3)),
  ]

  static func decode(_ text: [UInt8]) -> Result<[UInt8], Base64.DecodingError> {
    var output: [UInt8] = []
    do throws(Base64.DecodingError) {
      try Base64.decode(text.span, into: &output)
      return .success(output)
    } catch {
      return .failure(error)
    }
  }

  static func encode(_ bytes: [UInt8]) -> String {
    var output: [UInt8] = []
    Base64.encode(bytes.span, into: &output)
    return String(decoding: output, as: UTF8.self)
  }

  @Test("reads and writes the vectors of RFC 4648", arguments: vectors)
  func vector(plain: [UInt8], text: String) {
    #expect(Self.encode(plain) == text)
    #expect(Self.decode(Array(text.utf8)) == .success(plain))
  }

  @Test("names the first fault", arguments: faults)
  func fault(text: String, error: Base64.DecodingError) {
    #expect(Self.decode(Array(text.utf8)) == .failure(error))
  }

  @Test("appends to what is there already")
  func appends() throws {
    var bytes: [UInt8] = [1]
    try Base64.decode("Zg==".utf8.span, into: &bytes)
    #expect(bytes == [1, 0x66])
    var text = Array("x".utf8)
    Base64.encode([0x66].span, into: &text)
    #expect(text == Array("xZg==".utf8))
  }

  @Test("gives back what was written", arguments: 0..<64)
  func roundTrip(count: Int) {
    var random = SeededGenerator.forCase(count)
    for _ in 0..<8 {
      let bytes = random.bytes(count)
      let text = Self.encode(bytes)
      #expect(text.utf8.count == (count + 2) / 3 * 4, "seed \(random.seed)")
      #expect(Self.decode(Array(text.utf8)) == .success(bytes), "seed \(random.seed)")
    }
  }
}
