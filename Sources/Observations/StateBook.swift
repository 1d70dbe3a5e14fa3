package import Bytes
package import Flagsmith

/// The states that were seen, each kept once, as the numbers of its rows; states share most of their rows.
package struct StateBook: Sendable {
  /// The number of a state, from zero in order of first appearance.
  package typealias ID = Int32
  /// The number of a row, from zero in order of first appearance.
  package typealias Row = Int32

  /// The rows, each by its text.
  private var rows = ByteInterner()
  private var rowDigests: [Digest128] = []
  /// For the numbers that rows come with, the rows; -1 where that is not known.
  private var numberedRows: [Row] = []
  private var states = RowLists()
  /// The digest of each state.
  package private(set) var digests: [Digest128] = []
  /// Memory for the rows of the state at hand.
  private var spare: [Row] = []

  package init() {}

  package var count: Int { digests.count }

  /// The memory in use, in bytes.
  var byteCount: Int {
    rows.byteCount + states.byteCount + numberedRows.count * MemoryLayout<Row>.stride
      + (rowDigests.count + digests.count) * MemoryLayout<Digest128>.stride
  }

  /// The number of a state, which is new where it was not seen before.
  ///
  /// - Precondition: The rows are canonical.
  /// - Complexity: O(*n*) in the rows, and in the bytes of those that come without a number.
  package mutating func intern(_ state: borrowing CanonicalRows) -> ID {
    var current: [Row] = []
    swap(&current, &spare)
    defer { swap(&current, &spare) }
    current.removeAll(keepingCapacity: true)
    for row in state.rows {
      let number = Int(row.number)
      let known = number >= 0 && number < numberedRows.count ? numberedRows[number] : -1
      current.append(known >= 0 ? known : intern(row, of: state))
    }
    let id = states.intern(current)
    if Int(id) == digests.count {
      digests.append(CanonicalRows.digest(ofRows: current.map { rowDigests[Int($0)] }))
    }
    return id
  }

  /// The number of a row that came without one, or with one that is new here.
  private mutating func intern(
    _ row: CanonicalRows.Row,
    of state: borrowing CanonicalRows
  ) -> Row {
    let text = state.text(of: row)
    let id = rows.intern(text)
    if rowDigests.count < rows.count { rowDigests.append(Digest256(hashing: text).prefix128) }
    if row.number >= 0 {
      while numberedRows.count <= row.number { numberedRows.append(-1) }
      numberedRows[Int(row.number)] = id
    }
    return id
  }

  /// How many distinct rows there are.
  package var rowCount: Int { rows.count }

  /// The rows of a state, in canonical order.
  package func rows(of id: ID) -> ArraySlice<Row> { states[id] }

  /// The digest of a row, which is that of its text.
  package func digest(of row: Row) -> Digest128 { rowDigests[Int(row)] }

  /// Appends the text of a row, with its line feed.
  package func appendText(of row: Row, to text: inout [UInt8]) { text.append(rows[row]) }
}

/// Distinct lists of rows, each named by a small number from zero in order of first appearance.
private struct RowLists: Sendable {
  private var rows: [StateBook.Row] = []
  private var ends: [Int] = []
  private var hashes: [UInt64] = []
  /// Open addressing with linear probing: a list, or -1 where the slot is free.
  private var slots = [Int32](repeating: -1, count: 64)

  /// The memory in use, in bytes.
  var byteCount: Int { rows.count * 4 + ends.count * 16 + slots.count * 4 }

  subscript(id: Int32) -> ArraySlice<StateBook.Row> { rows[range(of: id)] }

  /// The number of a list, which is new where it was not seen before.
  ///
  /// - Complexity: O(*n*) in the list, amortised.
  mutating func intern(_ list: [StateBook.Row]) -> Int32 {
    let hash = Self.hash(list)
    var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
    while slots[slot] >= 0 {
      let id = slots[slot]
      if hashes[Int(id)] == hash, self[id].elementsEqual(list) { return id }
      slot = (slot + 1) & (slots.count - 1)
    }
    let id = Int32(ends.count)
    rows += list
    ends.append(rows.count)
    hashes.append(hash)
    slots[slot] = id
    if ends.count * 2 > slots.count { grow() }
    return id
  }

  /// Two rows at a time.
  private static func hash(_ list: [StateBook.Row]) -> UInt64 {
    var hash = FoldHash()
    hash.mix(UInt64(truncatingIfNeeded: list.count))
    for place in stride(from: 1, to: list.count, by: 2) {
      hash.mix(
        UInt64(UInt32(bitPattern: list[place - 1])) << 32 | UInt64(UInt32(bitPattern: list[place]))
      )
    }
    if list.count % 2 == 1, let last = list.last { hash.mix(UInt64(UInt32(bitPattern: last))) }
    return hash.value
  }

  private func range(of id: Int32) -> Range<Int> {
    (id == 0 ? 0 : ends[Int(id) - 1])..<ends[Int(id)]
  }

  private mutating func grow() {
    slots = [Int32](repeating: -1, count: slots.count * 2)
    for id in ends.indices {
      var slot = Int(truncatingIfNeeded: hashes[id]) & (slots.count - 1)
      while slots[slot] >= 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(id)
    }
  }
}
