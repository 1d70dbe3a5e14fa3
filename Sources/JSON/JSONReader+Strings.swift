package import Bytes
internal import CKernels

/// The widest instructions of this processor.
private let bestInstructions = kernels_best_instructions()

extension JSONReader {
  /// Reads the string whose opening quote was just passed.
  mutating func scanString() throws(JSONError) -> JSONString {
    let start = position
    var hasEscapes = false
    while true {
      position = bytes.firstSpecialOffset(from: position)
      guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return JSONString(range: start..<position - 1, hasEscapes: hasEscapes)
      case UInt8(ascii: "\\"):
        hasEscapes = true
        position += try bytes.escapeLength(at: position)
      case 0..<0x20:
        throw JSONError(.controlCharacter(byte), at: position)
      default:
        position += try bytes.utf8Length(at: position)
      }
    }
  }

  /// Reads the string ahead and adds its text to `output` in the same pass.
  ///
  /// - Parameters:
  ///   - known: How many bytes after the opening quote are known to be fine; they are passed over, and not added.
  ///   - output: Where the text goes.
  /// - Throws: ``JSONError``, never ``JSONError/Code/loneSurrogate``.
  /// - Returns: The string and, where it holds an escaped surrogate without its other half, the offset
  ///   of the first one; in `output` such a surrogate is three bytes that are not UTF-8 (WTF-8).
  package mutating func readString(
    passing known: Int = 0,
    into output: inout ByteBuffer
  ) throws(JSONError) -> (string: JSONString, loneSurrogate: Int?) {
    try beginString()
    let start = position
    position += known
    let written = output.count
    var loneSurrogate: Int?
    while true {
      position = output.appendSimpleText(of: bytes, from: position, to: bytes.count)
      guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        endScalar()
        let range = start..<position - 1
        let hasEscapes = known > 0 || output.count - written < range.count
        return (JSONString(range: range, hasEscapes: hasEscapes), loneSurrogate)
      case UInt8(ascii: "\\"):
        let next = position + (try bytes.escapeLength(at: position))
        let isFollowedByEscape = (try? bytes.escapeLength(at: next)) != nil
        let escape = bytes.decodeEscape(at: position, end: isFollowedByEscape ? bytes.count : next)
        if escape.isLoneSurrogate, loneSurrogate == nil { loneSurrogate = position }
        output.append(scalar: escape.scalar)
        position += escape.length
      case 0..<0x20:
        throw JSONError(.controlCharacter(byte), at: position)
      default:
        let length = try bytes.utf8Length(at: position)
        output.append(bytes.extracting(position..<position + length))
        position += length
      }
    }
  }

  /// Adds the text of `string` to `output`.
  ///
  /// - Returns: The offset of the first escaped surrogate without its other half, which is written as
  ///   three bytes that are not UTF-8 (WTF-8); `nil` where there is none.
  package func unescape(_ string: JSONString, into output: inout ByteBuffer) -> Int? {
    if !string.hasEscapes {
      output.append(bytes.extracting(string.range))
      return nil
    }
    var loneSurrogate: Int?
    var offset = string.range.lowerBound
    let end = string.range.upperBound
    while offset < end {
      offset = output.appendSimpleText(of: bytes, from: offset, to: end)
      guard offset < end else { break }
      let others = bytes.endOfNonASCII(from: offset, to: end)
      if others > offset {
        output.append(bytes.extracting(offset..<others))
        offset = others
        continue
      }
      let escape = bytes.decodeEscape(at: offset, end: end)
      if escape.isLoneSurrogate, loneSurrogate == nil { loneSurrogate = offset }
      output.append(scalar: escape.scalar)
      offset += escape.length
    }
    return loneSurrogate
  }

  /// Turns offsets in the text of `string` into those of the bytes that stand for it.
  ///
  /// - Parameters:
  ///   - offsets: Ascending offsets in the text, each at the beginning of a character or at the end.
  ///   - string: The string.
  ///   - places: Replaced by the offsets in the inside of the string as it stands.
  /// - Complexity: O(*n*) in the string up to the last offset.
  package func findOffsets(
    _ offsets: [Int],
    in string: JSONString,
    into places: inout [Int]
  ) {
    places.removeAll(keepingCapacity: true)
    let start = string.range.lowerBound
    let end = string.range.upperBound
    var offset = start
    var textOffset = 0
    for wanted in offsets {
      while textOffset < wanted, offset < end {
        guard bytes[offset] == UInt8(ascii: "\\") else {
          offset += 1
          textOffset += 1
          continue
        }
        let escape = bytes.decodeEscape(at: offset, end: end)
        offset += escape.length
        textOffset += escape.textLength
      }
      places.append(offset - start)
    }
  }

  /// Whether the text of `string` is that of an ASCII literal.
  package func equals(_ string: JSONString, _ literal: StaticString) -> Bool {
    if !string.hasEscapes { return bytes.extracting(string.range).equals(literal) }
    var text = ByteBuffer(minimumCapacity: string.range.count)
    _ = unescape(string, into: &text)
    return text.span.equals(literal)
  }
}

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
  fileprivate func firstSpecialOffset(from start: Int) -> Int {
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
  fileprivate func endOfNonASCII(from start: Int, to end: Int) -> Int {
    var offset = start
    while offset < end, self[offset] >= 0x80 { offset += 1 }
    return offset
  }

  /// How many bytes the escape at `offset` takes: 2, or 6 for `\uXXXX`.
  fileprivate func escapeLength(at offset: Int) throws(JSONError) -> Int {
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
  fileprivate func utf8Length(at offset: Int) throws(JSONError) -> Int {
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
  fileprivate func decodeEscape(at offset: Int, end: Int) -> JSONEscape {
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
private struct JSONEscape {
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

extension ByteBuffer {
  /// Adds the text between `start` and `end`, or up to the first byte that is not ASCII text or one of the escapes
  /// `\"`, `\\` and `\/`.
  ///
  /// These are by far the most frequent in a JSON text inside a JSON text.
  ///
  /// - Returns: The offset where it stopped.
  fileprivate mutating func appendSimpleText(
    of bytes: Span<UInt8>,
    from start: Int,
    to end: Int
  ) -> Int {
    var used = 0
    unsafe append(room: end - start + Int(kernels_unescape_slack)) { output in
      unsafe bytes.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return 0 }
        let progress = unsafe kernels_unescape(
          bestInstructions,
          base + start,
          end - start,
          output
        )
        used = progress.consumed
        return progress.written
      }
    }
    return start + used
  }

  /// Adds the UTF-8 form of a code point; a surrogate in the same manner (WTF-8).
  fileprivate mutating func append(scalar: UInt32) {
    func continuation(_ shift: UInt32) -> UInt8 {
      0x80 | UInt8(truncatingIfNeeded: scalar >> shift) & 0x3F
    }
    switch scalar {
    case ..<0x80:
      append(UInt8(truncatingIfNeeded: scalar))
    case ..<0x800:
      append(0xC0 | UInt8(truncatingIfNeeded: scalar >> 6))
      append(continuation(0))
    case ..<0x10000:
      append(0xE0 | UInt8(truncatingIfNeeded: scalar >> 12))
      append(continuation(6))
      append(continuation(0))
    default:
      append(0xF0 | UInt8(truncatingIfNeeded: scalar >> 18))
      append(continuation(12))
      append(continuation(6))
      append(continuation(0))
    }
  }
}
