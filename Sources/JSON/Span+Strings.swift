internal import Bytes

extension Span<UInt8> {
  /// The string whose inside begins at `start`, if it ends and is of ASCII characters without escapes.
  ///
  /// - Complexity: O(*n*) in its bytes, 16 at a time.
  package func simpleString(at start: Int) -> JSONString? {
    let end = firstSpecialOffset(from: start)
    guard end < count, self[end] == UInt8(ascii: "\"") else { return nil }
    return JSONString(range: start..<end, hasEscapes: false)
  }

  /// The offset of the first byte at or after `start` that may not simply be passed over inside a
  /// string: a quote, a backslash, a control character or a byte of a non-ASCII character.
  func firstSpecialOffset(from start: Int) -> Int {
    unsafe withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return start }
      let raw = unsafe UnsafeRawPointer(base)
      var offset = start
      let quote = SIMD16<UInt8>(repeating: UInt8(ascii: "\""))
      let backslash = SIMD16<UInt8>(repeating: UInt8(ascii: "\\"))
      let shift = SIMD16<UInt8>(repeating: 0x20)
      let plain = SIMD16<UInt8>(repeating: 0x60)
      while offset + 16 <= buffer.count {
        let block = unsafe raw.loadUnaligned(fromByteOffset: offset, as: SIMD16<UInt8>.self)
        // Less 0x20, control and non-ASCII bytes are those from 0x60 on.
        let special = (block .== quote) .| (block .== backslash) .| ((block &- shift) .>= plain)
        let flags = SIMD16<UInt8>(repeating: 0).replacing(
          with: SIMD16<UInt8>(repeating: 0xFF),
          where: special
        )
        let words = unsafe unsafeBitCast(flags, to: SIMD2<UInt64>.self)
        if words[0] != 0 { return offset + words[0].trailingZeroBitCount / 8 }
        if words[1] != 0 { return offset + 8 + words[1].trailingZeroBitCount / 8 }
        offset += 16
      }
      while offset < buffer.count {
        let byte = unsafe buffer[offset]
        if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") || byte &- 0x20 >= 0x60 {
          return offset
        }
        offset += 1
      }
      return offset
    }
  }

  /// The offset of the first byte of an ASCII character at or after `start`, or `end`.
  func endOfNonASCII(from start: Int, to end: Int) -> Int {
    var offset = start
    while offset < end, self[offset] >= 0x80 { offset += 1 }
    return offset
  }

  /// How many bytes the escape at `offset` takes: 2, or 6 for `\uXXXX`.
  func escapeLength(at offset: Int) throws(JSONError) -> Int {
    guard offset + 1 < count else { throw JSONError(.unexpectedEnd, at: count) }
    switch self[offset + 1] {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"), UInt8(ascii: "b"),
      UInt8(ascii: "f"), UInt8(ascii: "n"), UInt8(ascii: "r"), UInt8(ascii: "t"):
      return 2
    case UInt8(ascii: "u"):
      guard offset + 6 <= count else { throw JSONError(.unexpectedEnd, at: count) }
      for place in offset + 2..<offset + 6 where JSONEscape.hexadecimalValue(self[place]) == nil {
        throw JSONError(.invalidEscape, at: offset)
      }
      return 6
    default: throw JSONError(.invalidEscape, at: offset)
    }
  }

  /// How many bytes the UTF-8 character at `offset` takes (Unicode 16.0, table 3-7).
  func utf8Length(at offset: Int) throws(JSONError) -> Int {
    let first = self[offset]
    let length: Int
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch first {
    case 0..<0x80: return 1
    case 0xC2...0xDF: length = 2
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: length = 3
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    case 0xF1...0xF3: length = 4
    default: throw JSONError(.invalidUTF8, at: offset)
    }
    guard offset + length <= count, second.contains(self[offset + 1]) else {
      throw JSONError(.invalidUTF8, at: offset)
    }
    for place in offset + 2..<Swift.max(offset + 2, offset + length)
    where self[place] & 0xC0 != 0x80 {
      throw JSONError(.invalidUTF8, at: offset)
    }
    return length
  }

  /// The character that the checked escape at `offset` stands for; it does not look past `end`.
  func decodeEscape(at offset: Int, end: Int) -> JSONEscape {
    switch self[offset + 1] {
    case UInt8(ascii: "b"): return JSONEscape(scalar: 0x08, length: 2)
    case UInt8(ascii: "f"): return JSONEscape(scalar: 0x0C, length: 2)
    case UInt8(ascii: "n"): return JSONEscape(scalar: 0x0A, length: 2)
    case UInt8(ascii: "r"): return JSONEscape(scalar: 0x0D, length: 2)
    case UInt8(ascii: "t"): return JSONEscape(scalar: 0x09, length: 2)
    case UInt8(ascii: "u"): break
    case let byte: return JSONEscape(scalar: UInt32(byte), length: 2)
    }
    let unit = codeUnit(at: offset)
    guard (0xD800..<0xDC00).contains(unit), offset + 12 <= end,
      self[offset + 6] == UInt8(ascii: "\\"), self[offset + 7] == UInt8(ascii: "u")
    else { return JSONEscape(scalar: unit, length: 6) }
    let low = codeUnit(at: offset + 6)
    guard (0xDC00..<0xE000).contains(low) else { return JSONEscape(scalar: unit, length: 6) }
    return JSONEscape(scalar: 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00), length: 12)
  }

  private func codeUnit(at offset: Int) -> UInt32 {
    var unit: UInt32 = 0
    for place in offset + 2..<offset + 6 {
      unit = unit << 4 | UInt32(JSONEscape.hexadecimalValue(self[place]) ?? 0)
    }
    return unit
  }
}

/// What an escape stands for.
struct JSONEscape {
  /// A Unicode scalar value, or a surrogate without its other half.
  let scalar: UInt32
  /// How many bytes the escape takes.
  let length: Int

  var isLoneSurrogate: Bool { (0xD800..<0xE000).contains(scalar) }

  /// How many bytes of UTF-8 it stands for.
  var textLength: Int { scalar < 0x80 ? 1 : scalar < 0x800 ? 2 : scalar < 0x10000 ? 3 : 4 }

  static func hexadecimalValue(_ byte: UInt8) -> UInt8? {
    switch byte {
    case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
    default: Hexadecimal.value(of: byte)
    }
  }
}
