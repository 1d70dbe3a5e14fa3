package import Bytes

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
  @inlinable
  @inline(__always)
  package func equals(_ string: JSONString, _ literal: StaticString) -> Bool {
    if string.hasEscapes { return equalsUnescaped(string, literal) }
    // Most are told apart by their lengths, without a call.
    return string.range.count == literal.utf8CodeUnitCount
      && bytes.extracting(string.range).equals(literal)
  }

  @usableFromInline
  func equalsUnescaped(_ string: JSONString, _ literal: StaticString) -> Bool {
    var text = ByteBuffer(minimumCapacity: string.range.count)
    _ = unescape(string, into: &text)
    return text.span.equals(literal)
  }
}
