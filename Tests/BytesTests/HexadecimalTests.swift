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

  @Test("a value's digit is lower-case and has that value")
  func digits() {
    for value in UInt8(0)..<16 {
      let digit = Hexadecimal.digit(of: value)
      #expect(String(UnicodeScalar(digit)) == String(value, radix: 16))
      #expect(Hexadecimal.value(of: digit) == value)
    }
  }
}
