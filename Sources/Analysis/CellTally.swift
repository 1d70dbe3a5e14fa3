/// Exact counts per cell over the stretches of identities, which come one identity after the other.
///
/// No set is kept: all stretches of an identity come in a row and in the order of their windows, so that remembering the last
/// identity and window of each cell tells distinct ones. An identity with one state, as most are, is counted with its state;
/// the states are resolved into cells at the end.
struct CellTally {
  struct Counts {
    fileprivate(set) var identities: Int64 = 0
    fileprivate(set) var windows: Int64 = 0
    fileprivate(set) var deliveries: Int64 = 0

    fileprivate mutating func add(_ other: Counts) {
      identities += other.identities
      windows += other.windows
      deliveries += other.deliveries
    }
  }

  private struct CellCounts {
    var counts = Counts()
    var lastIdentity: Int64 = 0
    var lastWindow: Int64 = 0
  }

  let cells: StateCells
  private let places: [Int32]
  private var stateCounts: [Counts]
  private var usedStates: [Int32] = []
  private var cellCounts: [CellCounts]
  private var usedCells: [Int32] = []
  /// The number of the identity at hand, and how many stretches it has had.
  private var identity: Int64 = 1
  private var stretchCount = 0
  private var first = Stretch(state: -1, window: 0, deliveries: 0, firstAt: 0, lastAt: 0)

  init(_ cells: StateCells) {
    self.cells = cells
    places = cells.allPlaces
    stateCounts = Array(repeating: Counts(), count: cells.stateCount)
    cellCounts = Array(repeating: CellCounts(), count: cells.cellCount)
  }

  /// The memory in use, in bytes.
  var byteCount: Int {
    stateCounts.count * MemoryLayout<Counts>.stride
      + cellCounts.count * (MemoryLayout<CellCounts>.stride + 4)
      + stateCounts.count * 4
  }

  /// Counts a stretch of the identity at hand.
  @inline(__always)
  mutating func add(_ stretch: Stretch) {
    stretchCount += 1
    if stretchCount == 1 {
      first = stretch
      return
    }
    if stretchCount == 2 { resolve(first) }
    resolve(stretch)
  }

  /// Says that the identity at hand has no more stretches.
  @inline(__always)
  mutating func endIdentity() {
    if stretchCount == 1, first.state >= 0 {
      let state = Int(first.state)
      if stateCounts[state].identities == 0 { usedStates.append(first.state) }
      stateCounts[state].identities += 1
      stateCounts[state].windows += first.windows
      stateCounts[state].deliveries += first.deliveries
    }
    identity += 1
    stretchCount = 0
  }

  private mutating func resolve(_ stretch: Stretch) {
    for index in cells.range(stretch.state) {
      let cell = Int(places[index])
      if cellCounts[cell].counts.identities == 0 { usedCells.append(places[index]) }
      var windows = stretch.windows
      if cellCounts[cell].lastIdentity != identity {
        cellCounts[cell].lastIdentity = identity
        cellCounts[cell].counts.identities += 1
      } else if cellCounts[cell].lastWindow == stretch.firstWindow {
        windows -= 1
      }
      cellCounts[cell].lastWindow = stretch.lastWindow
      cellCounts[cell].counts.windows += windows
      cellCounts[cell].counts.deliveries += stretch.deliveries
    }
  }

  /// Hands on the counts of all cells that have any, in their order, and forgets them.
  ///
  /// - Precondition: The last identity was ended.
  /// - Complexity: O(*n* log *n*) in these cells, and in those of their states.
  mutating func drain(_ body: (_ place: Int32, Counts) throws -> Void) rethrows {
    for state in usedStates {
      let counts = stateCounts[Int(state)]
      stateCounts[Int(state)] = Counts()
      for index in cells.range(state) {
        let cell = Int(places[index])
        if cellCounts[cell].counts.identities == 0 { usedCells.append(places[index]) }
        cellCounts[cell].counts.add(counts)
      }
    }
    usedStates.removeAll(keepingCapacity: true)
    usedCells.sort()
    for cell in usedCells {
      try body(cell, cellCounts[Int(cell)].counts)
      cellCounts[Int(cell)] = CellCounts()
    }
    usedCells.removeAll(keepingCapacity: true)
  }
}
