internal import Bytes
internal import Runs
internal import Tables

/// When, and how often, an identity was exposed to a cell.
struct ExposureMeasures {
  var firstAt: Int64
  var lastAt: Int64
  var windows: Int64
  var deliveries: Int64

  /// Takes in those of other dates, which have other windows.
  mutating func merge(_ other: ExposureMeasures) {
    firstAt = min(firstAt, other.firstAt)
    lastAt = max(lastAt, other.lastAt)
    windows += other.windows
    deliveries += other.deliveries
  }

  init(firstAt: Int64, lastAt: Int64, windows: Int64, deliveries: Int64) {
    self.firstAt = firstAt
    self.lastAt = lastAt
    self.windows = windows
    self.deliveries = deliveries
  }

  /// Those of a stretch.
  @inline(__always)
  init(_ stretch: Stretch) {
    self.init(
      firstAt: stretch.firstAt,
      lastAt: stretch.lastAt,
      windows: stretch.windows,
      deliveries: stretch.deliveries
    )
  }

  /// What takes these back from sums, and leaves minima and maxima as they are.
  var negated: ExposureMeasures {
    ExposureMeasures(firstAt: .max, lastAt: .min, windows: -windows, deliveries: -deliveries)
  }

  /// What was written by ``append(to:)``.
  init(_ bytes: Span<UInt8>) {
    var cursor = SortableCursor(bytes)
    self.init(
      firstAt: cursor.int64(),
      lastAt: cursor.int64(),
      windows: cursor.int64(),
      deliveries: cursor.int64()
    )
  }

  func append(to bytes: inout [UInt8]) {
    bytes.append(sortable: firstAt)
    bytes.append(sortable: lastAt)
    bytes.append(sortable: windows)
    bytes.append(sortable: deliveries)
  }
}

/// Exposures that are in memory, gathered identity by identity and handed out by cell and identity.
struct ExposureBuffer {
  private struct Entry {
    let rank: Int32
    let identity: Int32
    var lastWindow: Int64
    var measures: ExposureMeasures
  }

  private var entries: [Entry] = []
  private var identities = TextValues()
  /// For every rank the number of its latest entry, of all that ever were.
  private var latest: [Int]
  /// How many entries there were before those at hand, and before the identity at hand.
  private var removedCount = 0
  private var firstOfIdentity = 0
  /// Whether what is counted is taken back, and not added.
  private(set) var takesBack = false
  /// How many ascending sequences of identities ended, and how many entries they have.
  private var endedSequenceCount = 0
  private var endedEntryCount = 0

  init(rankCount: Int) { latest = [Int](repeating: -1, count: rankCount) }

  var isEmpty: Bool { entries.isEmpty }

  /// The memory in use, in bytes.
  var byteCount: Int {
    // An entry is sorted by its number.
    entries.count * (MemoryLayout<Entry>.stride + 4) + identities.count * 8 + identities.byteCount
  }

  /// Counts a stretch of the identity at hand for a rank.
  @inline(__always)
  mutating func add(_ rank: Int32, _ stretch: Stretch, identity: Span<UInt8>) {
    let number = latest[Int(rank)]
    guard number < firstOfIdentity else {
      let place = number - removedCount
      var measures = ExposureMeasures(stretch)
      if entries[place].lastWindow == stretch.firstWindow { measures.windows -= 1 }
      entries[place].measures.merge(takesBack ? measures.negated : measures)
      entries[place].lastWindow = stretch.lastWindow
      return
    }
    let next = removedCount + entries.count
    if next == firstOfIdentity { identities.append(identity) }
    latest[Int(rank)] = next
    entries.append(
      Entry(
        rank: rank,
        identity: Int32(identities.count - 1),
        lastWindow: stretch.lastWindow,
        measures: takesBack ? ExposureMeasures(stretch).negated : ExposureMeasures(stretch)
      )
    )
  }

  /// Says that the identity at hand has no more stretches in its partition.
  @inline(__always)
  mutating func endIdentity() { firstOfIdentity = removedCount + entries.count }

  /// Says that the next identity may sort before the last one.
  mutating func endSequence() {
    guard entries.count > endedEntryCount else { return }
    endedSequenceCount += 1
    endedEntryCount = entries.count
  }

  /// Takes back from now on what is counted.
  ///
  /// - Precondition: The last sequence was ended.
  mutating func takeBack() { takesBack = true }

  private var sequenceCount: Int {
    endedSequenceCount + (entries.count > endedEntryCount ? 1 : 0)
  }

  /// Hands on all exposures by rank and identity, each pair once.
  ///
  /// - Complexity: O(*n* log *s*) in the entries that came in *s* sequences.
  func forEach(
    _ body: (_ rank: Int32, _ identity: Span<UInt8>, ExposureMeasures) throws -> Void
  ) rethrows {
    let order = sortedPlaces()
    var place = order.startIndex
    while place < order.endIndex {
      let entry = entries[Int(order[place])]
      var measures = entry.measures
      place += 1
      while place < order.endIndex {
        let next = entries[Int(order[place])]
        guard next.rank == entry.rank, isSameIdentity(next, entry) else { break }
        measures.merge(next.measures)
        place += 1
      }
      try body(entry.rank, identities[Int(entry.identity)], measures)
    }
  }

  private func isSameIdentity(_ left: Entry, _ right: Entry) -> Bool {
    left.identity == right.identity
      || identities[Int(left.identity)].equalBytes(identities[Int(right.identity)])
  }

  /// The entries' places by rank and identity.
  private func sortedPlaces() -> [Int32] {
    var ends = [Int](repeating: 0, count: latest.count)
    for entry in entries { ends[Int(entry.rank)] += 1 }
    var sum = 0
    for rank in ends.indices {
      sum += ends[rank]
      ends[rank] = sum
    }
    // Backwards, so that entries of one rank keep their order.
    var order = [Int32](repeating: 0, count: entries.count)
    for place in entries.indices.reversed() {
      let rank = Int(entries[place].rank)
      ends[rank] -= 1
      order[ends[rank]] = Int32(place)
    }
    guard sequenceCount > 1 else { return order }
    for rank in ends.indices {
      let start = ends[rank]
      let end = rank + 1 < ends.count ? ends[rank + 1] : order.count
      guard end - start > 1 else { continue }
      // The standard sort merges the ascending sequences that it finds.
      order[start..<end].sort {
        let (left, right) = (entries[Int($0)].identity, entries[Int($1)].identity)
        return identities[Int(left)].comparedBytes(identities[Int(right)]) < 0
      }
    }
    return order
  }

  /// Forgets all exposures.
  ///
  /// - Precondition: The last identity was ended.
  mutating func removeAll() {
    removedCount += entries.count
    firstOfIdentity = removedCount
    entries.removeAll(keepingCapacity: true)
    identities.removeAll()
    endedSequenceCount = 0
    endedEntryCount = 0
  }
}
