internal import Bytes
internal import Flagsmith
internal import JSON
internal import Observations
internal import Tables

/// Writes a table of states, which share most of their rows: every row is decoded once, and its cells are held once.
struct StateTableFile<Row: StateRow>: ~Copyable {
  /// How many rows are remembered before all are forgotten.
  private static var greatestCount: Int { 1 << 14 }

  private var file: TableFile
  private let schema: TableSchema
  private var texts = KnownTexts()
  private var rows: [Row] = []
  private var numbers: [RowNumbers] = []
  /// The cells of `rows`, in all columns but the first.
  private var columns: [Column]
  /// For the rows of every book their places in `rows`, as far as they were met.
  private var bookRows: [[UInt32]] = []
  private static var unknown: UInt32 { .max }

  /// The rows of the state at hand, and whether they are in the order of the table.
  private var state: [UInt32] = []
  private var isSorted = true

  /// The names of the states at hand, and for every row that is to be written the place of its name and of its cells.
  private var names: Column
  private var namePlaces: [UInt32] = []
  private var rowPlaces: [UInt32] = []

  init(_ table: LakeTable, in directory: String) throws {
    schema = table.schema
    file = try TableFile(table, in: directory)
    names = Column(schema.columns[0])
    columns = schema.columns.dropFirst().map(Column.init)
  }

  mutating func finish() throws {
    try flush()
    try file.finish()
  }

  private mutating func begin() throws {
    if rows.count > Self.greatestCount { try forget() }
    state.removeAll(keepingCapacity: true)
    isSorted = true
  }

  /// Adds a row to the state at hand.
  private mutating func add(_ row: UInt32) {
    if let last = state.last, !numbers[Int(last)].isSurelyBefore(numbers[Int(row)]) {
      isSorted = false
    }
    state.append(row)
  }

  /// Ends the state at hand.
  private mutating func end(_ digest: Digest128) throws {
    if !isSorted {
      let rows = rows
      state.sort { Row.precedes(rows[Int($0)], rows[Int($1)]) }
    }
    let name = UInt32(names.count)
    names.append(digest.hexadecimalBytes.span)
    for row in state {
      namePlaces.append(name)
      rowPlaces.append(row)
    }
    if rowPlaces.count >= TableFile.batchRowCount { try flush() }
  }

  /// The place of the row with which `text` goes on at `start`, which is decoded if it is new, and where it ends.
  private mutating func row(_ text: Span<UInt8>, at start: Int) throws -> (place: UInt32, end: Int)
  {
    let last = state.last.map { KnownTexts.ID($0) }
    if let known = texts.find(in: text, at: start, after: last) {
      return (UInt32(known), start + texts.length(of: known))
    }
    let end = text.firstOffset(of: UInt8(ascii: "\n"), from: start).map { $0 + 1 } ?? text.count
    let line = text.extracting(start..<end)
    guard let new = try Row.rows(of: line).first, let id = texts.insert(line) else {
      throw JSONError(.unexpectedEnd, at: end)
    }
    texts.note(id, after: last)
    rows.append(new)
    numbers.append(new.numbers)
    new.append(to: &columns)
    return (UInt32(id), end)
  }

  private mutating func flush() throws {
    let cells = columns.map { ColumnSelection($0, places: rowPlaces) }
    try file.append([ColumnSelection(names, places: namePlaces)] + cells)
    names.removeAll()
    namePlaces.removeAll(keepingCapacity: true)
    rowPlaces.removeAll(keepingCapacity: true)
  }

  /// Forgets all rows, after those that are to be written.
  private mutating func forget() throws {
    try flush()
    texts.removeAll()
    rows.removeAll()
    numbers.removeAll()
    bookRows.removeAll()
    for place in columns.indices { columns[place].removeAll() }
  }
}

extension StateTableFile: StateVisitor {
  /// - Throws: ``JSONError`` where the text is not canonical; what the file throws.
  /// - Complexity: O(*n*) in the bytes of the text where all rows are known, by `memcmp`.
  mutating func visit(_ digest: Digest128, text: Span<UInt8>) throws {
    try begin()
    var start = 0
    while start < text.count {
      let (row, end) = try row(text, at: start)
      add(row)
      start = end
    }
    try end(digest)
  }

  /// - Throws: ``JSONError`` where a row is not canonical; what the file throws.
  /// - Complexity: O(*n*) in the rows where all are known.
  mutating func visit(
    _ digest: Digest128,
    rows numbers: Span<StateBook.Row>,
    of book: StateBook,
    number: Int
  ) throws {
    try begin()
    while bookRows.count <= number { bookRows.append([]) }
    if bookRows[number].isEmpty {
      bookRows[number] = [UInt32](repeating: Self.unknown, count: book.rowCount)
    }
    for place in numbers.indices {
      let number = (row: Int(numbers[place]), book: number)
      var row = bookRows[number.book][number.row]
      if row == Self.unknown {
        row = try self.row(book.text(of: numbers[place]), at: 0).place
        bookRows[number.book][number.row] = row
      }
      add(row)
    }
    try end(digest)
  }
}

/// A row of a state, as its table has it.
protocol StateRow {
  static func rows(of text: Span<UInt8>) throws(JSONError) -> [Self]
  /// Whether a row stands before another in the table.
  static func precedes(_ left: Self, _ right: Self) -> Bool
  var numbers: RowNumbers { get }
  /// Adds the row's cells, those of the state's name excepted.
  func append(to columns: inout [Column])
}

extension FlagRow: StateRow {
  func append(to columns: inout [Column]) {
    columns[0].append(environment)
    columns[1].append(featureID)
    columns[2].append(feature)
    columns[3].append(featureType)
    columns[4].append(enabled)
    columns[5].append(valueType)
    columns[6].append(value)
    columns[7].append(percentageAllocation)
    columns[8].append(initialValue)
    columns[9].append(override)
  }
}

extension SegmentRow: StateRow {
  func append(to columns: inout [Column]) {
    columns[0].append(segmentID)
    columns[1].append(segment)
    columns[2].append(member)
  }
}
