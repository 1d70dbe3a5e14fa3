internal import Bytes
internal import JSON
internal import Observations
internal import Tables

/// Writes a table of states, which share most of their rows: every row is decoded once, and its cells are held once.
struct StateTableFile: ~Copyable {
  /// How many rows are remembered before all are forgotten.
  private static let greatestCount = 1 << 12
  /// How many rows are written at a time.
  private static let batchRowCount = 1 << 14

  private var file: TableFile
  /// The rows, by their texts where states come as such, else by their digests.
  private var texts = KnownTexts()
  private var digests = DigestInterner()
  private var rows: RowCells
  /// For every row one that stands after it in the table, if any is known.
  private var followers: [UInt32] = []
  /// For the rows of every book their places in `rows`, as far as they were met.
  private var bookRows: [[UInt32]] = []
  private static let unknown = UInt32.max

  /// The rows of the state at hand, and whether they are in the order of the table.
  private var state: [UInt32] = []
  private var isSorted = true

  /// The names of the states at hand, and for every row that is to be written the place of its name and of its cells.
  private var names: Column
  private var namePlaces: [UInt32] = []
  private var rowPlaces: [UInt32] = []

  init(_ table: LakeTable, in directory: String) throws {
    file = try TableFile(table, in: directory)
    names = Column(table.schema.columns[0])
    rows = RowCells(table.schema)
  }

  private mutating func begin() throws {
    if rows.count > Self.greatestCount { try forget() }
    state.removeAll(keepingCapacity: true)
    isSorted = true
  }

  /// Adds a row to the state at hand.
  @inline(__always)
  private mutating func add(_ row: UInt32) {
    if isSorted, let last = state.last { isSorted = isSorted(Int(last), row) }
    state.append(row)
  }

  /// Whether a row stands before another in the table; the one that did so last is remembered.
  private mutating func isSorted(_ row: Int, _ next: UInt32) -> Bool {
    while followers.count < rows.count { followers.append(Self.unknown) }
    if followers[row] == next { return true }
    guard rows.precedes(row, Int(next)) else { return false }
    followers[row] = next
    return true
  }

  /// Ends the state at hand.
  private mutating func end(_ digest: Digest128) throws {
    if !isSorted {
      var sorted: [UInt32] = []
      swap(&sorted, &state)
      sorted.sort { rows.precedes(Int($0), Int($1)) }
      swap(&sorted, &state)
    }
    namePlaces.append(contentsOf: repeatElement(UInt32(names.count), count: state.count))
    names.append(hexadecimal: digest)
    rowPlaces.append(contentsOf: state)
    if rowPlaces.count >= Self.batchRowCount { try flush() }
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
    guard let id = texts.insert(line) else { throw JSONError(.unexpectedEnd, at: end) }
    texts.note(id, after: last)
    try rows.append(line)
    return (UInt32(id), end)
  }

  private mutating func flush() throws {
    guard !rowPlaces.isEmpty else { return }
    let cells = rows.columns.map { ColumnSelection($0, places: rowPlaces) }
    try file.append([ColumnSelection(names, places: namePlaces)] + cells)
    names.removeAll()
    namePlaces.removeAll(keepingCapacity: true)
    rowPlaces.removeAll(keepingCapacity: true)
  }

  /// Forgets all rows, after those that are to be written.
  private mutating func forget() throws {
    try flush()
    texts.removeAll()
    digests.removeAll()
    rows.removeAll()
    followers.removeAll(keepingCapacity: true)
    bookRows.removeAll()
  }
}

extension StateTableFile {
  /// Writes all states of `states`, and those that were stored before.
  ///
  /// - Parameters:
  ///   - states: The states.
  ///   - stored: The table as it was.
  ///   - kept: Which of them are written; all where it is `nil`.
  /// - Throws: ``JSONError`` where a state is not canonical; what the runs and the files throw.
  mutating func write(
    _ states: StateRuns,
    _ stored: LakeReader.File?,
    keeping kept: Set<Digest128>? = nil
  ) throws {
    var cursor = try states.cursor(keeping: kept)
    _ = try cursor.advance()
    try stored?.forEachBatch { batch in
      var start = 0
      for row in 0..<batch.rowCount {
        let digest = try Self.digest(batch, row, stored)
        if let kept, !kept.contains(digest) {
          try append(batch, start..<row)
          start = row + 1
          continue
        }
        while let new = cursor.digest, new < digest {
          try append(batch, start..<row)
          start = row
          try append(cursor, states)
          _ = try cursor.advance()
        }
        if cursor.digest == digest { _ = try cursor.advance() }
      }
      try append(batch, start..<batch.rowCount)
    }
    while cursor.digest != nil {
      try append(cursor, states)
      _ = try cursor.advance()
    }
    try flush()
    try file.finish()
  }

  /// Whether all states of `states` were stored before.
  ///
  /// - Complexity: O(*n*) in the rows that were stored.
  static func areKnown(_ states: StateRuns, in stored: LakeReader.File) throws -> Bool {
    var cursor = try states.cursor()
    _ = try cursor.advance()
    var isNew = false
    try stored.forEachBatch(columns: [0]) { batch in
      for row in 0..<batch.rowCount where !isNew {
        let digest = try digest(batch, row, stored)
        if let state = cursor.digest, state < digest { isNew = true }
        if cursor.digest == digest { _ = try cursor.advance() }
      }
    }
    return !isNew && cursor.digest == nil
  }

  private static func digest(
    _ batch: Table,
    _ row: Int,
    _ stored: LakeReader.File?
  ) throws -> Digest128 {
    guard let digest = batch.columns[0].digest128(row) else {
      throw LakeReader.Damaged(path: stored?.path ?? "", fault: "row \(row) names no state")
    }
    return digest
  }

  /// Adds rows that were stored before.
  private mutating func append(_ stored: Table, _ rows: Range<Int>) throws {
    guard !rows.isEmpty else { return }
    try flush()
    let places = rows.map { UInt32($0) }
    try file.append(stored.columns.map { ColumnSelection($0, places: places) })
  }

  private mutating func append(_ cursor: StateCursor, _ states: StateRuns) throws {
    guard let digest = cursor.digest else { return }
    switch cursor.form {
    case .rows(let rows, let book): try append(digest, rows, of: book, states)
    case .text(let text): try append(digest, text.span)
    }
  }

  /// - Complexity: O(*n*) in the bytes of the text where all rows are known, by `memcmp`.
  private mutating func append(_ digest: Digest128, _ text: Span<UInt8>) throws {
    try begin()
    var start = 0
    while start < text.count {
      let (row, end) = try row(text, at: start)
      add(row)
      start = end
    }
    try end(digest)
  }

  /// - Complexity: O(*n*) in the rows where all are known.
  private mutating func append(
    _ digest: Digest128,
    _ numbers: ArraySlice<StateBook.Row>,
    of index: Int,
    _ states: StateRuns
  ) throws {
    try begin()
    while bookRows.count <= index { bookRows.append([]) }
    if bookRows[index].isEmpty {
      bookRows[index] = [UInt32](repeating: Self.unknown, count: states.rowCount(ofBook: index))
    }
    for number in numbers {
      var row = bookRows[index][Int(number)]
      if row == Self.unknown {
        let count = digests.count
        row = UInt32(digests.intern(states.digest(of: number, inBook: index)))
        if digests.count > count {
          var line: [UInt8] = []
          states.appendText(of: number, inBook: index, to: &line)
          try rows.append(line.span)
        }
        bookRows[index][Int(number)] = row
      }
      add(row)
    }
    try end(digest)
  }
}
