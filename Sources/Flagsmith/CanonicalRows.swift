package import Bytes

/// Rows that make a set: JSON arrays, each once and each followed by a line feed, in the order of the numbers they begin with,
/// as in their table, and of their bytes where those are the same.
package struct CanonicalRows: Sendable {
  /// One row.
  package struct Row: Sendable {
    private let hasEnvironment: Bool
    fileprivate let isKnown: Bool
    /// The number of a row that was made before: the same number, the same text; -1 where there is none.
    package let number: Int32
    private let environment: Int64
    private let id: Int64
    /// Where its text stands, with its line feed.
    private let start: UInt32
    private let end: UInt32

    fileprivate init(environment: Int64?, id: Int64, _ range: Range<Int>) {
      hasEnvironment = environment != nil
      isKnown = false
      number = -1
      self.environment = environment ?? 0
      self.id = id
      start = UInt32(range.lowerBound)
      end = UInt32(range.upperBound)
    }

    /// The same row when it comes again, under a number and with its text elsewhere.
    init(_ row: Row, number: Int32, range: Range<Int>) {
      hasEnvironment = row.hasEnvironment
      isKnown = true
      self.number = number
      environment = row.environment
      id = row.id
      start = UInt32(range.lowerBound)
      end = UInt32(range.upperBound)
    }

    fileprivate var range: Range<Int> { Int(start)..<Int(end) }

    /// Negative, zero or positive as the row's numbers sort before, with or after those of another.
    @inline(__always)
    fileprivate func order(_ other: Row) -> Int {
      if hasEnvironment != other.hasEnvironment { return hasEnvironment ? 1 : -1 }
      if environment != other.environment { return environment < other.environment ? -1 : 1 }
      return id == other.id ? 0 : id < other.id ? -1 : 1
    }
  }

  /// The rows, in canonical order after ``canonicalise()``.
  package private(set) var rows: [Row] = []
  /// The texts of rows that were made here.
  private var text: [UInt8] = []
  /// How many bytes that had when the row at hand was begun.
  private var textCount = 0
  /// Where the texts of rows stand that were made before; shared with the memory that has them.
  private var knownTexts: [UInt8] = []
  private var isCanonical = true

  package init() {}

  /// The memory that its rows take, in bytes.
  var byteCount: Int { text.count + rows.count * MemoryLayout<Row>.stride }

  /// The text of a row, with its line feed.
  @_lifetime(borrow self)
  package func text(of row: Row) -> Span<UInt8> {
    (row.isKnown ? knownTexts.span : text.span).extracting(row.range)
  }

  /// The canonical text: those of all rows.
  ///
  /// - Complexity: O(*n*) in its bytes.
  package var canonicalText: [UInt8] {
    var all: [UInt8] = []
    for row in rows { all.append(text(of: row)) }
    return all
  }

  /// The digest that names the set: that of the rows' digests, of which 16 bytes each are taken, one after the other.
  ///
  /// - Complexity: O(*n*) in the bytes of the rows.
  package var digest: Digest128 {
    Self.digest(ofRows: rows.map { Digest256(hashing: text(of: $0)).prefix128 })
  }

  /// The digest that names the set of rows with these digests.
  package static func digest(ofRows digests: [Digest128]) -> Digest128 {
    var words: [UInt64] = []
    words.append(addingCapacity: digests.count * 2) { output in
      for digest in digests {
        output.append(digest.high.bigEndian)
        output.append(digest.low.bigEndian)
      }
    }
    return Digest256(hashingWords: words.span).prefix128
  }

  /// Begins a row; its cells, separated by commas, are to be appended to what this returns.
  mutating func beginRow() -> [UInt8] {
    textCount = text.count
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
    append(Row(environment: environment, id: id, textCount..<text.count))
  }

  /// Adds a row, of the texts that ``share(_:)`` is given where it is not one of these.
  @inline(__always)
  mutating func append(_ row: Row) {
    if isCanonical, let last = rows.indices.last { isCanonical = rows[last].order(row) < 0 }
    rows.append(row)
  }

  /// Says where the texts stand of rows that were made before.
  mutating func share(_ texts: [UInt8]) { knownTexts = texts }

  /// Makes the rows those of `other`, which are canonical and were made there.
  mutating func restore(_ other: borrowing CanonicalRows) {
    removeAll()
    text.append(other.text.span)
    rows.append(contentsOf: other.rows)
  }

  /// Brings the rows into canonical order.
  ///
  /// - Complexity: O(*n*) in rows that came in order, else O(*n* log *n*).
  mutating func canonicalise() {
    guard !isCanonical else { return }
    var sorted: [Row] = []
    swap(&sorted, &rows)
    sorted.sort { order($0, $1) < 0 }
    var count = 0
    for place in sorted.indices where count == 0 || order(sorted[count - 1], sorted[place]) != 0 {
      sorted[count] = sorted[place]
      count += 1
    }
    sorted.removeLast(sorted.count - count)
    swap(&sorted, &rows)
    isCanonical = true
  }

  mutating func removeAll() {
    knownTexts = []
    text.removeAll(keepingCapacity: true)
    rows.removeAll(keepingCapacity: true)
    isCanonical = true
  }

  private func order(_ left: Row, _ right: Row) -> Int {
    let order = left.order(right)
    return order != 0 ? order : text(of: left).comparedBytes(text(of: right))
  }
}
