package import Bytes

extension Span<UInt8> {
  /// Adds the bytes with every escape decoded, wherever it stands; a backslash that begins none stays.
  ///
  /// A surrogate without its other half becomes three bytes that are not UTF-8 (WTF-8).
  ///
  /// - Complexity: O(*n*).
  package func unescape(into output: inout ByteBuffer) {
    var offset = 0
    while let backslash = firstOffset(of: UInt8(ascii: "\\"), from: offset) {
      output.append(extracting(offset..<backslash))
      offset = backslash
      guard let length = try? escapeLength(at: offset) else {
        output.append(self[offset])
        offset += 1
        continue
      }
      let next = offset + length
      let isFollowedByEscape = (try? escapeLength(at: next)) != nil
      let escape = decodeEscape(at: offset, end: isFollowedByEscape ? count : next)
      output.append(scalar: escape.scalar)
      offset += escape.length
    }
    if offset < count { output.append(extracting(offset...)) }
  }

  /// The offset of the first quote at or after `start` that no backslash from there on escapes; `nil` where there is none.
  ///
  /// - Complexity: O(*n*) in the bytes up to there.
  package func firstPlainQuote(from start: Int) -> Int? {
    var offset = start
    while true {
      offset = firstSpecialOffset(from: offset)
      guard offset < count else { return nil }
      switch self[offset] {
      case UInt8(ascii: "\""): return offset
      case UInt8(ascii: "\\"): offset += 2
      default: offset += 1
      }
    }
  }
}

extension JSONReader {
  /// Whether bytes are one JSON text, as bodies may be: `NaN` and the infinities are numbers.
  package static func isText(_ bytes: Span<UInt8>) -> Bool {
    var reader = JSONReader(bytes, options: Options(allowsNonFiniteNumbers: true))
    do throws(JSONError) {
      try reader.skipValue()
      try reader.finish()
      return true
    } catch {
      return false
    }
  }
}
