/// Exact counts per cell over observations that come sorted by identity and window.
///
/// Because all rows of an identity, and within them all of a window, come in a row, remembering the last identity and
/// window of each cell is enough to count distinct ones: no set is kept.
struct CellCounters {
  struct Counts {
    var identities: Int64 = 0
    var windows: Int64 = 0
    var deliveries: Int64 = 0
    fileprivate var lastIdentity: Int64 = -1
    fileprivate var lastWindow: Int64 = -1
  }

  private(set) var counts: [Counts]

  init(cellCount: Int) { counts = Array(repeating: Counts(), count: cellCount) }

  /// Counts an observation for the cells at `places`.
  ///
  /// - Parameters:
  ///   - places: The observation's cells, each once.
  ///   - identity: A number that changes when the identity does.
  ///   - window: A number that changes when the identity or the window does.
  ///   - deliveries: The observation's deliveries.
  mutating func add(_ places: [Int], identity: Int64, window: Int64, deliveries: Int64) {
    for place in places {
      counts[place].deliveries += deliveries
      if counts[place].lastIdentity != identity {
        counts[place].lastIdentity = identity
        counts[place].identities += 1
      }
      if counts[place].lastWindow != window {
        counts[place].lastWindow = window
        counts[place].windows += 1
      }
    }
  }

  /// Forgets all counts.
  mutating func reset() { for place in counts.indices { counts[place] = Counts() } }
}
