package import Bytes
package import Flagsmith

/// The states that were seen, each kept once under its digest, as the numbers of its rows; states share most of their rows.
package struct StateBook: Sendable {
  /// The number of a state, from zero in order of first appearance.
  package typealias ID = Int32
  /// The number of a row, from zero in order of first appearance.
  package typealias Row = Int32

  private var states = DigestInterner()
  private var rows = DigestInterner()
  /// The rows of all states, one state after the other, and where each state ends.
  private var stateRows: [Row] = []
  private var stateEnds: [Int] = []
  /// The texts of all rows, and where each ends.
  private var texts: [UInt8] = []
  private var textEnds: [Int] = []

  package init() {}

  package var count: Int { states.count }

  /// The digest of each state.
  package var digests: [Digest128] { states.digests }

  /// The memory in use, in bytes.
  var byteCount: Int {
    states.byteCount + stateRows.count * 4 + stateEnds.count * 8
      + rows.byteCount + texts.count + textEnds.count * 8
  }

  /// The number of a state, which is new where it was not seen before.
  ///
  /// - Precondition: The rows are canonical.
  /// - Complexity: O(1) for a state that was seen, O(*n*) in the rows of a new one; amortised.
  package mutating func intern(_ state: borrowing CanonicalRows) -> ID {
    let count = states.count
    let id = states.intern(state.digest)
    guard states.count > count else { return id }
    for row in state.rows {
      let rowCount = rows.count
      stateRows.append(rows.intern(row.key.digest))
      guard rows.count > rowCount else { continue }
      texts.append(state.text.span.extracting(row.range))
      textEnds.append(texts.count)
    }
    stateEnds.append(stateRows.count)
    return id
  }

  /// How many distinct rows there are.
  package var rowCount: Int { rows.count }

  /// The rows of a state, in canonical order.
  package func rows(of id: ID) -> ArraySlice<Row> {
    stateRows[(id == 0 ? 0 : stateEnds[Int(id) - 1])..<stateEnds[Int(id)]]
  }

  /// The text of a row, with its line feed.
  @_lifetime(borrow self)
  package func text(of row: Row) -> Span<UInt8> {
    texts.span.extracting((row == 0 ? 0 : textEnds[Int(row) - 1])..<textEnds[Int(row)])
  }
}

/// Distinct digests, each named by a small number from zero in order of first appearance.
struct DigestInterner: Sendable {
  typealias ID = Int32

  private(set) var digests: [Digest128] = []
  /// Open addressing with linear probing: an ID, or -1 where the slot is free.
  private var slots = [ID](repeating: -1, count: 64)

  var count: Int { digests.count }

  /// The memory in use, in bytes.
  var byteCount: Int { digests.count * MemoryLayout<Digest128>.stride + slots.count * 4 }

  /// The name of a digest, which is new where it was not seen before.
  ///
  /// - Complexity: O(1), amortised.
  mutating func intern(_ digest: Digest128) -> ID {
    if digests.count * 2 >= slots.count { grow() }
    let slot = slot(of: digest)
    if slots[slot] >= 0 { return slots[slot] }
    let id = ID(digests.count)
    digests.append(digest)
    slots[slot] = id
    return id
  }

  /// The slot where a digest is or would be; a digest's bits are as good as those of a hash.
  private func slot(of digest: Digest128) -> Int {
    var slot = Int(truncatingIfNeeded: digest.low) & (slots.count - 1)
    while slots[slot] >= 0, digests[Int(slots[slot])] != digest {
      slot = (slot + 1) & (slots.count - 1)
    }
    return slot
  }

  private mutating func grow() {
    slots = [ID](repeating: -1, count: slots.count * 2)
    for (id, digest) in digests.enumerated() { slots[slot(of: digest)] = ID(id) }
  }
}
