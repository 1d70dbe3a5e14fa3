/// A text as its UTF-8 bytes: equal where the bytes are, sorted as they are.
///
/// `String` takes canonically equivalent texts for equal; for names that come from elsewhere that would be a loss.
package struct ByteText: Hashable, Comparable, Sendable {
  package let bytes: [UInt8]

  package init(_ bytes: Span<UInt8>) {
    var copy: [UInt8] = []
    copy.append(bytes)
    self.bytes = copy
  }

  package init(_ text: String) { bytes = Array(text.utf8) }

  /// The text; bytes that are not UTF-8 become U+FFFD.
  package var string: String { String(decoding: bytes, as: UTF8.self) }

  package static func < (left: ByteText, right: ByteText) -> Bool {
    left.bytes.span.comparedBytes(right.bytes.span) < 0
  }
}

extension ByteText? {
  /// Whether the text sorts before `other`, null first.
  package static func < (left: ByteText?, right: ByteText?) -> Bool {
    left.isOrdered(before: right)
  }
}

extension Optional where Wrapped: Comparable {
  /// Whether it sorts before `other`, null first.
  package func isOrdered(before other: Wrapped?) -> Bool {
    guard let other else { return false }
    return map { $0 < other } ?? true
  }
}
