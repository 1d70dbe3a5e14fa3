package import Bytes

/// Rows that make a set: JSON arrays, each once and each followed by a line feed, in the order of their keys.
///
/// The digest that names the set is that of its rows' digests, one after the other, so that a row that comes again need not be
/// hashed again.
package struct CanonicalRows: Sendable {
  /// What a row is sorted by: the numbers it begins with, as its table is, and its digest where they are the same.
  package struct Key: Comparable, Sendable {
    private let hasEnvironment: Bool
    private let environment: Int64
    private let id: Int64
    /// The first bytes of the SHA-256 of the row's text.
    package let digest: Digest128

    init(environment: Int64?, id: Int64, _ text: Span<UInt8>) {
      hasEnvironment = environment != nil
      self.environment = environment ?? 0
      self.id = id
      digest = Digest256(hashing: text).prefix128
    }

    @inline(__always)
    package static func < (left: Key, right: Key) -> Bool {
      if left.hasEnvironment != right.hasEnvironment { return right.hasEnvironment }
      if left.environment != right.environment { return left.environment < right.environment }
      if left.id != right.id { return left.id < right.id }
      return left.digest < right.digest
    }
  }

  /// One row.
  package struct Row: Sendable {
    package let key: Key
    /// Where it stands in the text, with its line feed.
    package fileprivate(set) var range: Range<Int>
  }

  /// The rows one after the other; canonical after ``canonicalise()``.
  package private(set) var text: [UInt8] = []
  /// The rows, in their order in ``text``.
  package private(set) var rows: [Row] = []
  /// The digest that names this set, after ``canonicalise()``.
  package private(set) var digest = emptyDigest
  private var isCanonical = true
  private var hasDigest = true
  /// Memory for the rows while they are sorted, and for their digests.
  private var spare: [UInt8] = []
  private var digests: [UInt8] = []

  private static let emptyDigest = Digest256(hashing: Span()).prefix128

  package init() {}

  /// The memory that its rows take, in bytes.
  var byteCount: Int { text.count + rows.count * MemoryLayout<Row>.stride }

  /// Begins a row; its cells, separated by commas, are to be appended to what this returns.
  mutating func beginRow() -> [UInt8] {
    var output: [UInt8] = []
    swap(&output, &text)
    output.append(UInt8(ascii: "["))
    return output
  }

  /// Ends the row that ``beginRow()`` began.
  ///
  /// - Parameters:
  ///   - output: All rows with its cells.
  ///   - environment: The environment that its table is sorted by first.
  ///   - id: The number that its table is sorted by next.
  mutating func endRow(_ output: consuming [UInt8], environment: Int64? = nil, id: Int64) {
    text = output
    text.append("]\n")
    let range = (rows.last?.range.upperBound ?? 0)..<text.count
    append(
      Row(key: Key(environment: environment, id: id, text.span.extracting(range)), range: range)
    )
  }

  /// Adds a row that was made before.
  mutating func append(row: Span<UInt8>, key: Key) {
    let start = text.count
    text.append(row)
    append(Row(key: key, range: start..<text.count))
  }

  /// Makes the rows those of `other`, which are canonical.
  mutating func restore(_ other: borrowing CanonicalRows) {
    removeAll()
    text.append(other.text.span)
    rows.append(contentsOf: other.rows)
    digest = other.digest
  }

  /// Brings the rows into canonical order.
  ///
  /// - Complexity: O(*n*) in rows that came in order, else O(*n* log *n*).
  mutating func canonicalise() {
    if !isCanonical { sort() }
    guard !hasDigest else { return }
    hasDigest = true
    digests.removeAll(keepingCapacity: true)
    for row in rows { digests.append(row.key.digest) }
    digest = Digest256(hashing: digests.span).prefix128
  }

  mutating func removeAll() {
    text.removeAll(keepingCapacity: true)
    rows.removeAll(keepingCapacity: true)
    digest = Self.emptyDigest
    isCanonical = true
    hasDigest = true
  }

  private mutating func append(_ row: Row) {
    if let last = rows.last, last.key >= row.key { isCanonical = false }
    hasDigest = false
    rows.append(row)
  }

  private mutating func sort() {
    rows.sort { $0.key < $1.key }
    var sorted: [UInt8] = []
    swap(&sorted, &spare)
    sorted.removeAll(keepingCapacity: true)
    var count = 0
    for place in rows.indices where count == 0 || rows[count - 1].key != rows[place].key {
      let row = rows[place]
      let start = sorted.count
      sorted.append(text.span.extracting(row.range))
      rows[count] = Row(key: row.key, range: start..<sorted.count)
      count += 1
    }
    rows.removeSubrange(count...)
    swap(&text, &sorted)
    swap(&sorted, &spare)
    isCanonical = true
  }
}
