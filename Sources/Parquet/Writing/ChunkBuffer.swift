internal import Bytes
internal import Tables

/// The cells of one column of the row group that is being filled.
///
/// Rows are staged until they fill a page, which is encoded at once: of whole pages there are the
/// bodies alone, which is the least that can be kept of them before it is known whether the chunk
/// has a dictionary. Whether values are interned is ``Form``'s to say.
struct ChunkBuffer {
  /// The longest text that a cell may hold, in bytes: a page of the reader's limit holds it.
  static let maximumTextByteCount = 128 << 20
  /// How many numbers are converted at a time.
  private static let sliceRowCount = 4096

  /// What the pages hold.
  enum Form {
    /// Indices of one of the interners.
    case interned
    /// Numbers, of which so many are distinct that they are not interned for now; at the chunk's
    /// end they may still be.
    case undecided
    /// Values, to the chunk's end.
    case plain
  }

  let column: ColumnSchema
  let options: WriterOptions
  var form = Form.plain { didSet { pageRowLimit = fittingRowCount } }
  /// How many rows a page has at most, in this form.
  private(set) var pageRowLimit = 1
  var numbers = IntegerInterner()
  var words = TextInterner()
  /// Counts the distinct numbers while the form is undecided.
  var estimate: DistinctEstimate?
  /// Whether the form is final.
  var isSettled = false

  private(set) var rowCount = 0
  /// How many cells are not null.
  private(set) var valueCount = 0
  /// What all values take in PLAIN encoding, but for booleans.
  private(set) var plainByteCount = 0

  /// The pages that are full.
  var pages: [EncodedPage] = []
  /// How many rows the pages have.
  var pagedRowCount = 0
  /// How many cells of theirs are not null.
  var pagedValueCount = 0
  /// How many rows are staged.
  var stagedRowCount = 0
  /// Per staged row 1, or 0 where the cell is null; empty where the column is not nullable.
  var levels: [UInt8] = []
  /// The staged values that are not texts; doubles as their bits.
  var integers: [Int64] = []
  /// The places of the staged values.
  var indices: [UInt32] = []
  /// The staged texts that are not interned, in PLAIN encoding.
  var texts: [UInt8] = []
  var textBounds = TextBounds()

  init(_ column: ColumnSchema, options: WriterOptions) {
    self.column = column
    self.options = options
    removeAll()
  }

  /// The bytes of one value in PLAIN encoding; of a boolean and a text, none.
  var valueWidth: Int { column.type.physicalType.width ?? 0 }

  /// Whether the pages hold indices of a dictionary.
  var isInterned: Bool { form == .interned }

  /// How many distinct values there are, where they are interned.
  var distinctCount: Int { column.type == .string ? words.count : numbers.count }

  /// What the dictionary takes in PLAIN encoding, where values are interned.
  var distinctByteCount: Int {
    column.type == .string ? words.bytes.count : numbers.count * valueWidth
  }

  /// Removes all rows.
  mutating func removeAll() {
    rowCount = 0
    valueCount = 0
    plainByteCount = 0
    pages.removeAll(keepingCapacity: true)
    pagedRowCount = 0
    pagedValueCount = 0
    isSettled = false
    let canIntern = column.type != .boolean && options.dictionaryByteCount > 0
    form = canIntern ? .interned : .plain
    words.removeAll()
    numbers.removeAll()
    estimate = nil
  }

  /// Adds cells of a column of the same schema.
  ///
  /// - Throws: ``ParquetError`` where a text is not UTF-8 or too long, or a date is out of range.
  /// - Complexity: O(*n*) in the bytes of the cells, amortised.
  mutating func append(_ cells: Column, rows: Range<Int>) throws(ParquetError) {
    switch column.type {
    case .string: try appendTexts(cells, rows: rows)
    case .int64, .timestamp:
      let nulls = column.isNullable ? cells.nulls.span.extracting(rows) : Span<Bool>()
      try appendNumbers(cells.integers.span.extracting(rows), nulls: nulls)
    case .double, .date, .boolean:
      var slice: [Int64] = []
      var row = rows.lowerBound
      while row < rows.upperBound {
        let end = Swift.min(row + Self.sliceRowCount, rows.upperBound)
        let nulls = column.isNullable ? cells.nulls.span.extracting(row..<end) : Span<Bool>()
        try convert(cells, rows: row..<end, into: &slice)
        try appendNumbers(slice.span, nulls: nulls)
        row = end
      }
    }
    rowCount += rows.count
  }

  /// Adds cells of a column of the same schema that come again and again.
  ///
  /// - Throws: ``ParquetError`` where a text is not UTF-8 or too long, or a date is out of range.
  /// - Complexity: O(*n*) in the rows, and in the bytes of the distinct cells; amortised.
  mutating func append(_ selection: ColumnSelection, rows: Range<Int>) throws(ParquetError) {
    var row = rows.lowerBound
    if column.type == .string {
      var known = KnownTextCells(count: selection.column.count)
      while isInterned, row < rows.upperBound {
        let staged = try stageInterned(selection, rows: row..<rows.upperBound, &known)
        row = staged.end
        rowCount += staged.rowCount
        try note(staged)
      }
    }
    if row < rows.upperBound {
      let cells = selection.cells(row..<rows.upperBound)
      try append(cells, rows: 0..<cells.count)
    }
  }

  /// Counts texts that were interned; where the dictionary is too large now, there is none.
  private mutating func note(_ staged: StagedTexts) throws(ParquetError) {
    valueCount += staged.valueCount
    plainByteCount += staged.byteCount
    if words.bytes.count > options.dictionaryByteCount { try reform(to: .plain) }
  }

  /// Replaces `slice` by the numbers that stand for cells of a type that is stored otherwise.
  private func convert(
    _ cells: Column,
    rows: Range<Int>,
    into slice: inout [Int64]
  ) throws(ParquetError) {
    slice.removeAll(keepingCapacity: true)
    switch column.type {
    case .double:
      let values = cells.doubles.span.extracting(rows)
      for row in values.indices { slice.append(Int64(bitPattern: values[row].bitPattern)) }
    case .boolean:
      let values = cells.integers.span.extracting(rows)
      for row in values.indices { slice.append(values[row] == 0 ? 0 : 1) }
    default:
      let values = cells.integers.span.extracting(rows)
      for row in values.indices {
        let value = values[row]
        guard Int64(Int32(truncatingIfNeeded: value)) == value
        else {
          throw ParquetError(.value, "the date \(value) days after 1970-01-01 is out of range")
        }
        slice.append(value)
      }
    }
  }

  private mutating func appendNumbers(
    _ values: Span<Int64>,
    nulls: Span<Bool>
  ) throws(ParquetError) {
    let count = try stage(values, nulls: nulls)
    valueCount += count
    plainByteCount += count * valueWidth
  }

  private mutating func appendTexts(_ cells: Column, rows: Range<Int>) throws(ParquetError) {
    var row = rows.lowerBound
    while isInterned, row < rows.upperBound {
      let staged = try stageInterned(cells, rows: row..<rows.upperBound)
      row = staged.end
      try note(staged)
    }
    let nulls = cells.nulls
    let texts = cells.texts
    while row < rows.upperBound {
      if column.isNullable, nulls[row] {
        try stageNull()
      } else {
        let text = texts[row]
        try Self.checkLength(of: text)
        guard text.isUTF8 else { throw ParquetError(.text, "a text is not UTF-8") }
        try stage(text)
        valueCount += 1
        plainByteCount += 4 + text.count
      }
      row += 1
    }
  }
}
