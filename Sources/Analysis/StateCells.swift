internal import Bytes
internal import Lake
internal import Tables

/// The distinct cells of all states, in their canonical order, and which of them each state holds.
///
/// A cell and a state are numbers. In memory are 24 bytes for a state, 4 for each of its cells, and for every distinct
/// cell its key and some 40 bytes.
struct StateCells {
  /// The number of a state without cells.
  static let emptyState: Int32 = -1

  private var index = StateIndex()
  /// The keys of cells, named in the order of their first appearance.
  private var keys = ByteInterner()
  /// The names of the cells in their canonical order.
  private var order: [ByteInterner.ID] = []
  /// The places of the cells of all states in that order, each once per state, state by state.
  private var places: [Int32] = []
  /// Where those of each state end.
  private var ends: [Int] = []

  /// Reads the rows of a table of states.
  ///
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  /// - Complexity: O(*n*) in the rows, O(*c* log *c*) in the distinct cells.
  init(_ lake: LakeReader, _ type: (some CellKeys).Type) throws {
    var reading = Reading()
    for file in try lake.files(type.table) {
      try file.forEachBatch(columns: type.columns) { batch in
        guard append(type.init(batch), batch, &reading) else {
          throw LakeReader.Damaged(
            path: file.path,
            fault: "a row names no state, or one that is out of order"
          )
        }
      }
    }
    index.seal()
    order = keys.order()
    var ranks = [Int32](repeating: 0, count: order.count)
    for (rank, cell) in order.enumerated() { ranks[Int(cell)] = Int32(rank) }
    for place in places.indices { places[place] = ranks[Int(places[place])] }
  }

  /// Where the reading of rows is.
  private struct Reading {
    var rowCount = 0
    /// The first row of the state at hand.
    var stateStart = 0
    /// For each cell the last row that has it.
    var lastRows: [Int] = []
    /// For each row of the batch its cell.
    var cells: [ByteInterner.ID] = []
    var key: [UInt8] = []
  }

  /// Reads the rows of a batch; returns whether they name states in order.
  private mutating func append(
    _ keysOfRows: some CellKeys,
    _ batch: Table,
    _ reading: inout Reading
  ) -> Bool {
    let digests = batch.columns[0].texts
    let batchStart = reading.rowCount
    reading.cells.removeAll(keepingCapacity: true)
    // A cell mostly follows the one that it followed in an earlier state: rows are compared first.
    var likely = -1
    for row in 0..<batch.rowCount {
      if row == 0 || !digests[row].equalBytes(digests[row - 1]) {
        guard let digest = Digest128(hexadecimal: digests[row]), index.append(digest) else {
          return false
        }
        if index.count > ends.count {
          ends.append(places.count)
          likely = reading.stateStart - batchStart
          reading.stateStart = batchStart + row
        }
      }
      let cell: ByteInterner.ID
      if (0..<row).contains(likely), keysOfRows.isSame(row, likely) {
        cell = reading.cells[likely]
        likely += 1
      } else {
        reading.key.removeAll(keepingCapacity: true)
        keysOfRows.append(row, to: &reading.key)
        cell = keys.intern(reading.key.span)
        if Int(cell) == reading.lastRows.count { reading.lastRows.append(-1) }
        likely = reading.lastRows[Int(cell)] - batchStart + 1
      }
      reading.cells.append(cell)
      let isNew = reading.lastRows[Int(cell)] < reading.stateStart
      reading.lastRows[Int(cell)] = batchStart + row
      if isNew {
        places.append(cell)
        ends[ends.count - 1] = places.count
      }
    }
    reading.rowCount += batch.rowCount
    return true
  }

  /// How many distinct cells there are.
  var cellCount: Int { order.count }

  /// How many states there are.
  var stateCount: Int { index.count }

  /// The memory in use, in bytes.
  var byteCount: Int {
    index.byteCount + keys.byteCount + order.count * 4 + places.count * 4 + ends.count * 8
  }

  /// The key of the cell at a place.
  @_lifetime(borrow self)
  func key(_ place: Int32) -> Span<UInt8> { keys[order[Int(place)]] }

  /// The number of a state; ``emptyState`` where it has no cells.
  func state(_ digest: Digest128) -> Int32 { index[digest] }

  /// The places of the cells of a state.
  @inline(__always)
  func range(_ state: Int32) -> Range<Int> {
    if state < 0 { return 0..<0 }
    return (state == 0 ? 0 : ends[Int(state) - 1])..<ends[Int(state)]
  }

  /// The cells of all states; see ``range(_:)``.
  var allPlaces: [Int32] { places }
}

/// Numbers for the digests of states.
///
/// Open addressing with linear probing; digests are as good as hashes.
private struct StateIndex {
  private var digests: [Digest128] = []
  private var slots: [Int32] = []

  var count: Int { digests.count }

  var byteCount: Int { digests.count * 16 + slots.count * 4 }

  /// Adds a digest that is that of the row before, or comes after it; returns whether it does.
  mutating func append(_ digest: Digest128) -> Bool {
    if let last = digests.last {
      if digest == last { return true }
      if digest < last { return false }
    }
    digests.append(digest)
    return true
  }

  /// Makes the digests findable.
  mutating func seal() {
    var slotCount = 64
    while slotCount < digests.count * 2 { slotCount *= 2 }
    slots = [Int32](repeating: -1, count: slotCount)
    for (state, digest) in digests.enumerated() {
      var slot = firstSlot(of: digest)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(state)
    }
  }

  private func firstSlot(of digest: Digest128) -> Int {
    Int(truncatingIfNeeded: digest.low) & (slots.count - 1)
  }

  subscript(digest: Digest128) -> Int32 {
    var slot = firstSlot(of: digest)
    while true {
      let state = slots[slot]
      if state < 0 || digests[Int(state)] == digest { return state }
      slot = (slot + 1) & (slots.count - 1)
    }
  }
}
