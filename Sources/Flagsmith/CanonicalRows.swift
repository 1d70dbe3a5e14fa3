package import Bytes

/// Rows that make a set: JSON arrays, sorted by their bytes, each once, each followed by a line feed.
package struct CanonicalRows: Sendable {
  /// The canonical text, after ``canonicalise()``.
  package private(set) var text: [UInt8] = []
  /// The digest of ``text``, where it was computed before.
  private var knownDigest: Digest128?
  private var unsorted: [UInt8] = []
  private var rows: [Range<Int>] = []
  private var rowStart = 0

  package init() {}

  /// The digest that names this set.
  ///
  /// - Complexity: O(*n*) in the bytes of the text.
  package var digest: Digest128 { knownDigest ?? Digest256(hashing: text.span).prefix128 }

  /// The row that was added last.
  var lastRow: Span<UInt8> {
    @_lifetime(borrow self)
    get { unsorted.span.extracting(rows.last ?? 0..<0) }
  }

  /// Begins a row; its cells, separated by commas, are to be appended to what this returns.
  mutating func beginRow() -> [UInt8] {
    var output: [UInt8] = []
    swap(&output, &unsorted)
    rowStart = output.count
    output.append(UInt8(ascii: "["))
    return output
  }

  /// Ends the row that ``beginRow()`` began.
  mutating func endRow(_ output: consuming [UInt8]) {
    unsorted = output
    unsorted.append(UInt8(ascii: "]"))
    rows.append(rowStart..<unsorted.count)
  }

  /// Adds a row that was made before.
  mutating func append(row: Span<UInt8>) {
    let start = unsorted.count
    unsorted.append(row)
    rows.append(start..<unsorted.count)
  }

  /// Replaces all rows by a canonical text that was made before.
  mutating func restore(_ text: Span<UInt8>, digest: Digest128) {
    removeAll()
    self.text.append(text)
    knownDigest = digest
  }

  /// Brings the rows into canonical order.
  mutating func canonicalise() {
    guard knownDigest == nil else { return }
    text.removeAll(keepingCapacity: true)
    let unsorted = unsorted
    let bytes = unsorted.span
    rows.sort { bytes.extracting($0).comparedBytes(bytes.extracting($1)) < 0 }
    var last = 0..<0
    for row in rows where !bytes.extracting(row).equalBytes(bytes.extracting(last)) {
      text.append(bytes.extracting(row))
      text.append(UInt8(ascii: "\n"))
      last = row
    }
  }

  mutating func removeAll() {
    unsorted.removeAll(keepingCapacity: true)
    rows.removeAll(keepingCapacity: true)
    text.removeAll(keepingCapacity: true)
    knownDigest = nil
  }
}
