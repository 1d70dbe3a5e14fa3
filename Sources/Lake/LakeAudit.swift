internal import Bytes
internal import Files
internal import Observations
internal import Tables

/// Reads a whole lake again and checks the laws that it must obey.
package struct LakeAudit {
  /// What was found to be wrong, for people; nothing where all is well.
  package private(set) var faults: [String] = []
  /// How many rows of observations and trait values were read.
  package private(set) var rowCount = 0

  private let lake: LakeReader

  /// - Throws: ``FileFailure``, ``ParquetError``, or ``LakeReader/Damaged`` for a file that is not as it was.
  /// - Complexity: O(*n*) in all bytes; memory for 16 bytes a state.
  package init(_ lake: LakeReader) throws {
    self.lake = lake
    if let manifest = try lake.manifest() {
      try manifest.verify(lake.path, readsAll: true)
    } else {
      faults.append("\(lake.path): there is no manifest")
    }
    let flags = try states(.flagStates)
    let segments = try states(.segmentStates)
    var deliveries: Int64 = 0
    for file in try lake.files(.observations) {
      try checkOrder(file)
      try file.forEachBatch(columns: [3, 4, 7]) { batch in
        for row in 0..<batch.rowCount {
          deliveries += batch.columns[2].integers[row]
          check(batch.columns[0].digest128(row), isIn: flags, file, row)
          check(batch.columns[1].digest128(row), isIn: segments, file, row)
        }
      }
    }
    for file in try lake.files(.traitValues) { try checkOrder(file) }
    try checkLedger(deliveries)
  }

  private static let empty = Digest256(hashing: Span()).prefix128

  /// The states of a table, and that of no rows, which has none there.
  private func states(_ table: LakeTable) throws -> Set<Digest128> {
    var states: Set<Digest128> = [Self.empty]
    for file in try lake.files(table) {
      try file.forEachBatch(columns: [0]) { batch in
        for row in 0..<batch.rowCount {
          if let state = batch.columns[0].digest128(row) { states.insert(state) }
        }
      }
    }
    return states
  }

  private mutating func check(
    _ state: Digest128?,
    isIn states: Set<Digest128>,
    _ file: LakeReader.File,
    _ row: Int
  ) {
    guard state.map(states.contains) != true else { return }
    faults.append("\(file.path): row \(row) of a batch has a state that no table of states holds")
  }

  /// Checks that the rows of a partition are sorted, each key once.
  private mutating func checkOrder(_ file: LakeReader.File) throws {
    let keys = file.table.schema.sortColumns
    var last: Table?
    try file.forEachBatch(columns: keys) { batch in
      for row in 0..<batch.rowCount {
        rowCount += 1
        guard row > 0 || last != nil else { continue }
        let isSorted: Bool
        if row > 0 {
          isSorted = batch.columns.order(row - 1, row) < 0
        } else {
          // The last row of the batch before and the first of this one, in columns of their own.
          let places = [UInt32((last?.rowCount ?? 1) - 1)]
          let ends = zip(last?.columns ?? [], batch.columns).map { before, now in
            var pair = ColumnSelection(before, places: places).cells(0..<1)
            pair.append(ColumnSelection(now, places: [0]).cells(0..<1))
            return pair
          }
          isSorted = ends.order(0, 1) < 0
        }
        if !isSorted { faults.append("\(file.path): row \(row) of a batch is not in its place") }
      }
      last = batch
    }
  }

  private mutating func checkLedger(_ deliveries: Int64) throws {
    let records = try lake.ledger().records
    let identityDeliveries = records.reduce(0) { $0 + $1.identityDeliveries }
    let forgotten = try lake.forgotten()?.deliveries.total ?? 0
    if deliveries + forgotten != identityDeliveries {
      let erased = forgotten > 0 ? ", \(forgotten) are of erased identities" : ""
      faults.append(
        "\(lake.path): the observations have \(deliveries) deliveries\(erased), and the ledger \(identityDeliveries)"
      )
    }
    let counts = try lake.deliveryCounts().totals
    let ledger = Outcome.all.map { outcome in records.reduce(0) { $0 + $1.lines(outcome) } }
    if counts != ledger {
      faults.append("\(lake.path): delivery_counts and the ledger do not have the same lines")
    }
  }
}
