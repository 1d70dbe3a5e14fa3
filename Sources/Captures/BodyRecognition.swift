/// What knows how bodies of earlier deliveries began.
package protocol BodyRecognition: ~Copyable {
  /// Compares the text of a body with those known.
  ///
  /// - Parameters:
  ///   - line: The line.
  ///   - start: Where the text of the body begins, after its quote; it stands there with its escapes.
  /// - Returns: How many bytes are known, and so need not be looked at again: the beginning of the inside of a JSON string,
  ///   no escape cut in two. None where nothing is known.
  mutating func recognise(_ line: Span<UInt8>, from start: Int) -> Int

  /// Forgets what ``recognise(_:from:)`` found: the body was another.
  mutating func forget()
}

/// Knows nothing.
package struct NoRecognition: BodyRecognition {
  package init() {}
  package func recognise(_ line: Span<UInt8>, from start: Int) -> Int { 0 }
  package func forget() {}
}
