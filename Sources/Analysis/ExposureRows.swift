internal import Bytes
internal import Lake
internal import Parquet
internal import Tables

/// `exposures` while it is written: what was found is put among the rows of an earlier run, if there is one.
struct ExposureRows: ~Copyable {
  private var file: SummaryFile
  private let cells: StateCells
  private let exposureCells: ExposureCells
  /// The cell of the row that was put last.
  private var last: (rank: Int32, cell: FlagCell)?

  // The earlier rows, of which a batch is at hand.
  private var earlier: BatchCursor?
  private var batch: Table?
  private var identities = TextValues()
  /// The first row of the batch that was not passed over yet, the end of those that have its cell, and the rank of that cell.
  private var row = 0
  private var runEnd = 0
  private var rank: Int32 = 0
  /// What stands before that row: places in the batch, and beyond its end in `added`.
  private var places: [UInt32] = []
  private var added = Table(SummaryTable.exposures.schema)

  /// - Parameters:
  ///   - file: Where the rows go.
  ///   - cells: The cells of all flag states.
  ///   - exposureCells: Those that have exposures.
  ///   - earlier: The rows of an earlier run.
  init(
    _ file: consuming SummaryFile,
    _ cells: StateCells,
    _ exposureCells: ExposureCells,
    among earlier: BatchCursor?
  ) {
    self.file = file
    self.cells = cells
    self.exposureCells = exposureCells
    self.earlier = earlier
  }

  /// Writes all exposures and makes the file durable.
  ///
  /// - Throws: ``FileFailure``, ``ParquetError``, ``DamagedRun``, or ``LakeReader/Damaged`` where the earlier rows are not those
  ///   of a summary of this lake.
  /// - Complexity: O(*n*) in the earlier rows, O(*m* log *n*) comparisons for *m* exposures.
  consuming func write(_ exposures: consuming Exposures) throws {
    try nextBatch()
    try exposures.forEach { try put($0, $1, $2) }
    while batch != nil {
      pass(to: batch?.rowCount ?? 0)
      try nextBatch()
    }
    try file.finish()
  }

  private mutating func put(
    _ rank: Int32,
    _ identity: Span<UInt8>,
    _ measures: ExposureMeasures
  ) throws {
    let cell = cell(rank)
    var measures = measures
    if try find(rank, identity), let batch {
      measures.merge(ExposureMeasures(batch, row: row))
      row += 1
    }
    guard measures.windows > 0, measures.deliveries > 0 else { throw Self.damaged }
    guard let batch else {
      file.batch.append(cell, identity, measures)
      return try file.commitRow()
    }
    added.append(cell, identity, measures)
    places.append(UInt32(batch.rowCount + added.rowCount - 1))
  }

  private mutating func cell(_ rank: Int32) -> FlagCell {
    if let last, last.rank == rank { return last.cell }
    let cell = FlagCell(cells.key(exposureCells.places[Int(rank)]))
    last = (rank, cell)
    return cell
  }

  // MARK: - The earlier rows

  /// Passes over the rows before an exposure; returns whether the next one is of the same identity and cell.
  private mutating func find(_ rank: Int32, _ identity: Span<UInt8>) throws -> Bool {
    while let batch {
      if row == batch.rowCount {
        try nextBatch()
        continue
      }
      if row >= runEnd { try beginRun(batch) }
      if self.rank > rank { return false }
      guard self.rank == rank else {
        pass(to: runEnd)
        continue
      }
      let identities = identities
      pass(
        to: Self.firstPlace(row..<runEnd) { identities[$0].comparedBytes(identity) >= 0 }
      )
      if row < runEnd { return identities[row].equalBytes(identity) }
    }
    return false
  }

  private mutating func pass(to end: Int) {
    places.append(contentsOf: (row..<end).lazy.map { UInt32($0) })
    row = end
  }

  /// Finds the rank of the cell of the row at hand, and the end of the rows that have it.
  private mutating func beginRun(_ batch: Table) throws {
    while true {
      guard exposureCells.places.indices.contains(Int(rank)) else { throw Self.damaged }
      let cell = FlagCell(cells.key(exposureCells.places[Int(rank)]))
      if batch.has(cell, row: row) {
        runEnd = Self.firstPlace(row..<batch.rowCount) { !batch.has(cell, row: $0) }
        return
      }
      rank += 1
    }
  }

  /// Writes what is known of the batch at hand, and takes the next one.
  private mutating func nextBatch() throws {
    if var rows = batch {
      batch = nil
      identities = TextValues()
      for column in rows.columns.indices { rows.columns[column].append(added.columns[column]) }
      added.removeAll()
      try file.append(rows, at: places)
      places.removeAll(keepingCapacity: true)
    }
    batch = try earlier?.next()
    identities = batch?.columns[6].texts ?? TextValues()
    row = 0
    runEnd = 0
  }

  /// The first place of a range from which on `isBeyond` holds; its end where it never does.
  ///
  /// - Complexity: O(log *n*) in how far it is.
  private static func firstPlace(_ range: Range<Int>, where isBeyond: (Int) -> Bool) -> Int {
    var start = range.lowerBound
    var step = 1
    while start + step <= range.upperBound, !isBeyond(start + step - 1) {
      start += step
      step *= 2
    }
    var end = min(start + step - 1, range.upperBound)
    while start < end {
      let middle = start + (end - start) / 2
      if isBeyond(middle) { end = middle } else { start = middle + 1 }
    }
    return start
  }

  private static var damaged: LakeReader.Damaged {
    LakeReader.Damaged(
      path: SummaryTable.exposures.parquetName,
      fault: "its rows are not of this lake"
    )
  }
}

extension ExposureMeasures {
  /// Those in a row of `exposures`.
  fileprivate init(_ rows: Table, row: Int) {
    self.init(
      firstAt: rows.columns[7].integers[row],
      lastAt: rows.columns[8].integers[row],
      windows: rows.columns[9].integers[row],
      deliveries: rows.columns[10].integers[row]
    )
  }
}

extension Table {
  /// Whether a row of `exposures` is of a cell.
  fileprivate func has(_ cell: FlagCell, row: Int) -> Bool {
    func isEqual(_ column: Int, _ text: ByteText) -> Bool {
      let texts = columns[column].texts
      return texts[row].equalBytes(text.bytes.span)
    }
    return columns[0].integer(row) == cell.environment
      && columns[1].integers[row] == cell.featureID
      && (columns[3].integers[row] != 0) == cell.enabled
      && columns[5].isNull(row) == (cell.value == nil)
      && isEqual(2, cell.feature) && isEqual(4, cell.valueType)
      && (cell.value.map { isEqual(5, $0) } ?? true)
  }

  /// Adds a row of `exposures`.
  fileprivate mutating func append(
    _ cell: FlagCell,
    _ identity: Span<UInt8>,
    _ measures: ExposureMeasures
  ) {
    columns[0].append(cell.environment)
    columns[1].append(cell.featureID)
    columns[2].append(cell.feature.bytes.span)
    columns[3].append(cell.enabled)
    columns[4].append(cell.valueType.bytes.span)
    columns[5].append(cell.value)
    columns[6].append(identity)
    columns[7].append(measures.firstAt)
    columns[8].append(measures.lastAt)
    columns[9].append(measures.windows)
    columns[10].append(measures.deliveries)
  }
}
