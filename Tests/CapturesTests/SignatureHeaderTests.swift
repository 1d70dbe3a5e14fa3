import Bytes
import Captures
import TestSupport
import Testing

@Suite("The signature header")
struct SignatureHeaderTests {
  static let zeros = String(repeating: "0", count: 64)

  static let faults: [(header: String, error: SignatureHeader.ParseError)] = [
    ("", .digitCount(0)),
    ("0", .digitCount(1)),
    (String(zeros.dropLast()), .digitCount(63)),
    (zeros + "0", .digitCount(65)),
    (zeros + "\n", .digitCount(65)),
    (" " + zeros, .digitCount(65)),
    ("sha256=" + zeros, .digitCount(71)),
    (zeros + zeros, .digitCount(128)),
    ("\"" + zeros + "\"", .digitCount(66)),
    (zeros.dropLast() + "g", .notHexadecimal(byteOffset: 63)),
    (zeros.dropLast() + "A", .notHexadecimal(byteOffset: 63)),
    ("F" + zeros.dropLast(), .notHexadecimal(byteOffset: 0)),
    ("0x" + zeros.dropLast(2), .notHexadecimal(byteOffset: 1)),
    (zeros.dropLast() + " ", .notHexadecimal(byteOffset: 63)),
    (zeros.dropLast() + "\n", .notHexadecimal(byteOffset: 63)),
    (zeros.dropLast(2) + "\u{E9}", .notHexadecimal(byteOffset: 62)),
    ("00/" + zeros.dropLast(3), .notHexadecimal(byteOffset: 2)),
    ("00:" + zeros.dropLast(3), .notHexadecimal(byteOffset: 2)),
    ("00`" + zeros.dropLast(3), .notHexadecimal(byteOffset: 2)),
    ("gG" + zeros.dropLast(2), .notHexadecimal(byteOffset: 0)),
    (zeros.dropLast(33) + "-" + zeros.dropLast(32), .notHexadecimal(byteOffset: 31)),
    // Of two faults the length is the first.
    ("zzzz", .digitCount(4)),
  ]

  static func parse(_ header: String) -> Result<SignatureHeader, SignatureHeader.ParseError> {
    do throws(SignatureHeader.ParseError) {
      return .success(try SignatureHeader(parsing: header.utf8.span))
    } catch {
      return .failure(error)
    }
  }

  @Test("names the first fault and where it is", arguments: faults)
  func rejects(header: String, error: SignatureHeader.ParseError) {
    #expect(Self.parse(header) == .failure(error))
  }

  @Test("spells a digest")
  func spells() throws {
    var random = SeededGenerator.forCase(0)
    for _ in 0..<100 {
      let text = Hex.text(random.bytes(32))
      #expect(try Self.parse(text).get().digest.hexadecimal == text, "seed \(random.seed)")
    }
  }

  @Test("refuses every byte that is not one of the sixteen digits, at every place")
  func everyByte() {
    let digits = Set("0123456789abcdef".utf8)
    for place in [0, 15, 16, 31, 32, 47, 48, 63] {
      for byte in UInt8(0)...0x7F where !digits.contains(byte) {
        var bytes = Array(Self.zeros.utf8)
        bytes[place] = byte
        let result = Self.parse(String(decoding: bytes, as: UTF8.self))
        #expect(result == .failure(.notHexadecimal(byteOffset: place)), "byte \(byte)")
      }
    }
  }
}
