import Bytes
import JSON
import TestSupport
import Testing

@Suite("Strings")
struct StringTests {
  /// A row of `Fixtures/escapes.tsv`.
  struct EscapeCase {
    let json: [UInt8]
    let text: [UInt8]
    /// How many bytes after the opening quote the first lone surrogate stands.
    let loneSurrogate: Int?

    static func all() throws -> [EscapeCase] {
      try Fixture.rows("escapes.tsv").map { row in
        guard row.count == 3, let offset = Int(row[2]) else { throw FixtureFault(row: row) }
        return EscapeCase(
          json: Hex.bytes(row[0]),
          text: Hex.bytes(row[1]),
          loneSurrogate: offset < 0 ? nil : offset
        )
      }
    }
  }

  /// The text of the string at `start` of `bytes`, and the offset of its first lone surrogate.
  static func unescape(
    _ bytes: [UInt8],
    from start: Int
  ) throws(JSONError) -> (text: [UInt8], loneSurrogate: Int?) {
    var reader = JSONReader(bytes.span, from: start)
    var output = ByteBuffer(minimumCapacity: 64)
    output.append(UInt8(ascii: "x"))
    let (string, loneSurrogate) = try reader.readString(into: &output)
    var text: [UInt8] = []
    text.append(output)
    #expect(text.first == UInt8(ascii: "x"), "what was there stays")
    #expect(string.range.lowerBound == start + 1)
    #expect(reader.position == string.range.upperBound + 1)
    return (Array(text.dropFirst()), loneSurrogate)
  }

  @Test("are what Python reads, at every place in a vector", arguments: 0..<16)
  func unescape(alignment: Int) throws {
    let cases = try EscapeCase.all()
    #expect(cases.count == 300)
    for row in cases {
      let front = [UInt8](repeating: UInt8(ascii: " "), count: alignment)
      // At the end of the bytes, and with backslashes close behind.
      for back in [[], [UInt8](repeating: UInt8(ascii: "\\"), count: 24)] {
        let result = try Self.unescape(front + row.json + back, from: alignment)
        #expect(result.text == row.text, "\(Hex.text(row.json))")
        let expected = row.loneSurrogate.map { $0 + alignment + 1 }
        #expect(result.loneSurrogate == expected, "\(Hex.text(row.json))")
      }
    }
  }

  @Test("end where their quote stands, whatever the place in a vector", arguments: 0..<40)
  func scan(length: Int) {
    for special in ["", "\\\"", "\\\\", "\u{E9}", "\u{20AC}", "\u{1F600}", "\\u0041"] {
      for place in 0...length {
        let plain = String(repeating: "a", count: place)
        let rest = String(repeating: "b", count: length - place)
        let text = Array("\"\(plain)\(special)\(rest)\"".utf8)
        let open = Array(text.dropLast())
        #expect(Reading.skip(text) == .success(0..<text.count))
        #expect(Reading.skip(open) == .failure(JSONError(.unexpectedEnd, at: open.count)))
      }
    }
  }

  @Test("hold no control character and no broken UTF-8 at any place", arguments: 0..<36)
  func fault(place: Int) {
    let faults: [(bytes: [UInt8], code: JSONError.Code)] = [
      ([0x00], .controlCharacter(0x00)), ([0x1F], .controlCharacter(0x1F)),
      ([0x0A], .controlCharacter(0x0A)), ([0x80], .invalidUTF8), ([0xC1, 0xBF], .invalidUTF8),
      ([0xED, 0xA0, 0x80], .invalidUTF8), ([0xF4, 0x90, 0x80, 0x80], .invalidUTF8),
      ([0xFF], .invalidUTF8), ([0x5C, 0x61], .invalidEscape),
    ]
    for (bytes, code) in faults {
      let front = [0x22] + [UInt8](repeating: 0x61, count: place)
      let text = front + bytes + [UInt8](repeating: 0x62, count: 20) + [0x22]
      #expect(Reading.skip(text) == .failure(JSONError(code, at: front.count)))
    }
  }

  static let utf8: [(bytes: [UInt8], isValid: Bool)] = {
    // Unicode 16.0, table 3-7, over all pairs of a leading byte and a second one.
    var cases: [(bytes: [UInt8], isValid: Bool)] = []
    for first in UInt8(0x80)...0xFF {
      for second in stride(from: UInt8(0x70), through: 0xC8, by: 1) {
        let (length, range): (Int, ClosedRange<UInt8>) =
          switch first {
          case 0xC2...0xDF: (2, 0x80...0xBF)
          case 0xE0: (3, 0xA0...0xBF)
          case 0xED: (3, 0x80...0x9F)
          case 0xE1...0xEF: (3, 0x80...0xBF)
          case 0xF0: (4, 0x90...0xBF)
          case 0xF1...0xF3: (4, 0x80...0xBF)
          case 0xF4: (4, 0x80...0x8F)
          default: (0, 0...0)
          }
        let tail = [UInt8](repeating: 0x80, count: max(length, 2) - 2)
        cases.append(([first, second] + tail, length > 0 && range.contains(second)))
      }
    }
    return cases
  }()

  @Test("are well-formed exactly as Unicode's table has it, and as the standard library finds")
  func wellFormed() {
    for (bytes, isValid) in Self.utf8 {
      let text = [0x22] + bytes + [0x22]
      let accepted = if case .success = Reading.skip(text) { true } else { false }
      #expect(accepted == isValid, "\(Hex.text(bytes))")
      #expect((String(validating: bytes, as: UTF8.self) != nil) == isValid, "\(Hex.text(bytes))")
    }
  }

  @Test("are written as Python's json writes them")
  func written() throws {
    let rows = try Fixture.rows("strings.tsv")
    #expect(rows.count == 800)
    for row in rows {
      let text = Hex.bytes(row[0])
      var escaped: [UInt8] = []
      PythonText.append(string: text.span, .escaped, to: &escaped)
      #expect(String(decoding: escaped, as: UTF8.self) == row[1], "\(row[0])")
      var plain: [UInt8] = []
      PythonText.append(string: text.span, .asTheyStand, to: &plain)
      #expect(Hex.text(plain) == row[2], "\(row[0])")
    }
  }

  @Test("that were written read back the same")
  func roundTrip() throws {
    for row in try Fixture.rows("strings.tsv") {
      let text = Hex.bytes(row[0])
      var escaped: [UInt8] = []
      PythonText.append(string: text.span, .escaped, to: &escaped)
      #expect(try Self.unescape(escaped, from: 0).text == text, "\(row[0])")
    }
  }
}
