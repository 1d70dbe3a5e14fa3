package import Bytes

/// Many texts in one run of UTF-8 bytes.
package struct TextValues: Sendable {
  @usableFromInline package var bytes: [UInt8] = []
  @usableFromInline package var ends: [Int] = []

  package init() {}

  /// The texts that lie one after another in `bytes`, which must be UTF-8.
  ///
  /// - Precondition: `ends`, where each text ends, never descend and end with the count of `bytes`.
  package init(bytes: [UInt8], ends: [Int]) {
    precondition(bytes.count == ends.last ?? 0, "the last text does not end with the bytes")
    self.bytes = bytes
    self.ends = ends
  }

  package var count: Int { ends.count }

  /// The bytes all texts take together.
  package var byteCount: Int { bytes.count }

  /// The UTF-8 bytes of the text at `index`.
  @inlinable
  package subscript(index: Int) -> Span<UInt8> {
    @_lifetime(borrow self)
    @inline(__always)
    get { bytes.span.extracting((index == 0 ? 0 : ends[index - 1])..<ends[index]) }
  }

  /// Adds a text; the bytes must be UTF-8.
  package mutating func append(_ text: Span<UInt8>) {
    bytes.append(text)
    ends.append(bytes.count)
  }

  /// Adds the texts of others.
  ///
  /// - Complexity: O(*n*) in their bytes.
  package mutating func append(_ other: TextValues) {
    let start = bytes.count
    bytes += other.bytes
    ends.append(contentsOf: other.ends.lazy.map { start + $0 })
  }

  /// Adds the 32 lower-case hexadecimal digits of a digest.
  package mutating func append(hexadecimal digest: Digest128) {
    bytes.append(hexadecimal: digest)
    ends.append(bytes.count)
  }

  package mutating func removeAll() {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
  }
}
