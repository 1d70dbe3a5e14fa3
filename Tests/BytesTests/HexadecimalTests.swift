import Bytes
import TestSupport
import Testing

@Suite("Hexadecimal digits")
struct HexadecimalTests {
  @Test("only the sixteen lower-case digits have a value")
  func values() {
    let digits = Array("0123456789abcdef".utf8)
    for byte in UInt8.min...UInt8.max {
      let expected = digits.firstIndex(of: byte).map { UInt8($0) }
      #expect(Hexadecimal.value(of: byte) == expected, "byte \(byte)")
    }
  }

  @Test("every byte is two digits, the high one first")
  func append() {
    for byte in UInt8.min...UInt8.max {
      var output = Array("x".utf8)
      Hexadecimal.append([byte].span, to: &output)
      let expected = "x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
      #expect(String(decoding: output, as: UTF8.self) == expected)
    }
  }
}
