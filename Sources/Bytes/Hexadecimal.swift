/// Base 16 as signatures and digests use it: lower-case digits only (RFC 4648 §8, in lower case).
package enum Hexadecimal {
  /// The value of a lower-case hexadecimal digit, or `nil`.
  @inlinable
  package static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  /// The lower-case digit of a value below 16.
  @inlinable
  package static func digit(of value: UInt8) -> UInt8 {
    let low = value & 0xF
    return low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10
  }

  /// The value of eight lower-case hexadecimal digits from `start` on, or `nil`.
  ///
  /// - Precondition: There are so many bytes.
  static func value32(of digits: Span<UInt8>, at start: Int) -> UInt32? {
    var word: UInt64 = 0
    for offset in 0..<8 { word = word << 8 | UInt64(digits[start + offset]) }
    let ones: UInt64 = 0x0101_0101_0101_0101
    // One in the bytes of letters, `61` to `66`, and zero in those of digits, `30` to `39`.
    let letters = word >> 6 & ones
    // No byte carries into the next: the greatest is 15 + 9.
    var values = (word & (ones * 0x0F)) + letters * 9
    let areDigits =
      word & (ones * 0xF0) == ones * 0x30 + letters * 0x30
      && values & (ones * 0xF0) == 0 && ((values + ones * 6) >> 4) & ones == letters
    guard areDigits else { return nil }
    values = (values | values >> 4) & 0x00FF_00FF_00FF_00FF
    values = (values | values >> 8) & 0x0000_FFFF_0000_FFFF
    return UInt32(truncatingIfNeeded: values | values >> 16)
  }
}
