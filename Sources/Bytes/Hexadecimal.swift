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
  @inlinable
  package static func word(of digits: Span<UInt8>, at start: Int) -> UInt64? {
    var word: UInt64 = 0
    var isValid = true
    for offset in start..<start + 16 {
      let digit = digits[offset]
      let number = digit &- UInt8(ascii: "0")
      let letter = digit &- UInt8(ascii: "a")
      isValid = isValid && (number < 10 || letter < 6)
      word = word << 4 | UInt64(number < 10 ? number : letter &+ 10)
    }
    return isValid ? word : nil
  }

  /// The lower-case digit of a value below 16.
  @inlinable
  package static func digit(of value: UInt8) -> UInt8 {
    let low = value & 0xF
    return low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10
  }
}
