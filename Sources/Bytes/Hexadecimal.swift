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

  /// The number that 16 lower-case digits spell, the most significant first; `nil` where one of them is none.
  package static func word(of digits: Span<UInt8>, at start: Int) -> UInt64? {
    guard let high = half(of: digits, at: start), let low = half(of: digits, at: start + 8) else {
      return nil
    }
    return high << 32 | low
  }

  /// The number that eight digits spell, all at once.
  private static func half(of digits: Span<UInt8>, at start: Int) -> UInt64? {
    precondition(start >= 0 && start + 8 <= digits.count)
    let ones: UInt64 = 0x0101_0101_0101_0101
    let text = UInt64(
      bigEndian: unsafe digits.bytes.unsafeLoadUnaligned(fromByteOffset: start, as: UInt64.self)
    )
    // Letters have bit 6; their low four bits count from 1.
    var value = (text & (ones &* 0x0F)) &+ (text >> 6 & ones) &* 9
    let isLetter = (value &+ ones &* 0x76) >> 7 & ones
    guard value & (ones &* 0xF0) == 0,
      value &+ ones &* UInt64(UInt8(ascii: "0")) &+ isLetter &* 39 == text
    else { return nil }
    value = (value | value >> 4) & 0x00FF_00FF_00FF_00FF
    value = (value | value >> 8) & 0x0000_FFFF_0000_FFFF
    return (value | value >> 16) & 0xFFFF_FFFF
  }

  /// The 16 lower-case digits that spell a number, the most significant first; eight in each word, in the order of its
  /// bytes from the most significant on.
  package static func digits(of number: UInt64) -> (UInt64, UInt64) {
    (eightDigits(of: number >> 32), eightDigits(of: number & 0xFFFF_FFFF))
  }

  /// The digits of 32 bits, all at once.
  private static func eightDigits(of number: UInt64) -> UInt64 {
    var digits = (number | number << 16) & 0x0000_FFFF_0000_FFFF
    digits = (digits | digits << 8) & 0x00FF_00FF_00FF_00FF
    digits = (digits | digits << 4) & 0x0F0F_0F0F_0F0F_0F0F
    let ones: UInt64 = 0x0101_0101_0101_0101
    let isLetter = (digits &+ ones &* 6) >> 4 & ones
    return digits &+ ones &* UInt64(UInt8(ascii: "0")) &+ isLetter &* 39
  }

  /// The lower-case digit of a value below 16.
  @inlinable
  package static func digit(of value: UInt8) -> UInt8 {
    let low = value & 0xF
    return low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10
  }
}
