/// Base 64 with the standard alphabet and padding (RFC 4648 §4).
package enum Base64 {
  /// Why bytes are not base 64.
  package enum DecodingError: Error, Equatable {
    /// The text's length, padding included, is not a multiple of four.
    case length(Int)
    /// The byte at `offset` is not of the alphabet, or is padding where none may stand.
    case invalid(offset: Int)
  }

  private static let alphabet = Array(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8
  )

  private static let values: [UInt8] = {
    var values = [UInt8](repeating: 0xFF, count: 256)
    for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
    return values
  }()

  /// Appends the bytes that `text` encodes.
  ///
  /// - Throws: ``DecodingError``; `output` may then hold the part before the fault.
  /// - Complexity: O(*n*).
  package static func decode(
    _ text: Span<UInt8>,
    into output: inout [UInt8]
  ) throws(DecodingError) {
    guard text.count % 4 == 0 else { throw .length(text.count) }
    var padding = 0
    let pad = UInt8(ascii: "=")
    if text.count >= 4, text[text.count - 1] == pad {
      padding = text[text.count - 2] == pad ? 2 : 1
    }
    let digits = text.count - padding
    var bits: UInt32 = 0
    for offset in 0..<digits {
      let value = values[Int(text[offset])]
      guard value != 0xFF else { throw .invalid(offset: offset) }
      bits = bits << 6 | UInt32(value)
      if offset % 4 == 3 {
        output.append(UInt8(truncatingIfNeeded: bits >> 16))
        output.append(UInt8(truncatingIfNeeded: bits >> 8))
        output.append(UInt8(truncatingIfNeeded: bits))
        bits = 0
      }
    }
    switch padding {
    case 1:
      output.append(UInt8(truncatingIfNeeded: bits >> 10))
      output.append(UInt8(truncatingIfNeeded: bits >> 2))
    case 2: output.append(UInt8(truncatingIfNeeded: bits >> 4))
    default: break
    }
  }

  /// Appends `bytes` in base 64, padded.
  package static func encode(_ bytes: Span<UInt8>, into output: inout [UInt8]) {
    var offset = 0
    while offset < bytes.count {
      let left = bytes.count - offset
      let first = UInt32(bytes[offset]) << 16
      let second = left > 1 ? UInt32(bytes[offset + 1]) << 8 : 0
      let third = left > 2 ? UInt32(bytes[offset + 2]) : 0
      let bits = first | second | third
      for place in 0..<4 {
        if place <= left {
          output.append(alphabet[Int(bits >> (18 - 6 * UInt32(place)) & 0x3F)])
        } else {
          output.append(UInt8(ascii: "="))
        }
      }
      offset += 3
    }
  }
}
