package import Bytes

/// What is left of an identity's deliveries of one state in one window.
package struct Observation: Hashable, Sendable {
  package let environment: Int64?
  package let identity: ByteInterner.ID
  /// The local date of the window's start, in days since 1970-01-01.
  package let day: Int32
  /// In microseconds since the epoch.
  package let windowStart: Int64
  package let flagState: StateBook.ID
  package let segmentState: StateBook.ID
  package let measures: ObservationMeasures

  fileprivate init(_ key: ObservationKey, _ measures: ObservationMeasures) {
    environment = key.environment
    identity = key.identity
    day = key.cell.day
    windowStart = key.cell.start
    flagState = key.flagState
    segmentState = key.segmentState
    self.measures = measures
  }
}

extension Facts {
  /// The observations, cells joined into windows, by date and in the canonical order of each date.
  ///
  /// - Complexity: O(*n* log *n*) in the observations.
  package func sortedObservations(_ names: FactNames, _ windows: WindowPolicy) -> [Observation] {
    let order = NameOrder(names)
    let cells = observations.map { Observation($0, $1) }
    let joined = windows.kind == .session ? Self.sessions(of: cells, windows, order) : cells
    return joined.sorted(by: order.precedes)
  }

  /// Joins the cells of each identity and date whose gaps are at most the windows' size.
  private static func sessions(
    of cells: [Observation],
    _ windows: WindowPolicy,
    _ order: NameOrder
  ) -> [Observation] {
    let byTime = cells.sorted { left, right in
      if left.environment != right.environment {
        return order.precedes(left.environment, right.environment)
      }
      if left.identity != right.identity { return left.identity < right.identity }
      if left.day != right.day { return left.day < right.day }
      return left.measures.interval.first < right.measures.interval.first
    }
    var joined: [ObservationKey: ObservationMeasures] = [:]
    var previous: Observation?
    var start: Int64 = 0
    var last: Int64 = 0
    for cell in byTime {
      let interval = cell.measures.interval
      let goesOn =
        previous.map {
          $0.environment == cell.environment && $0.identity == cell.identity && $0.day == cell.day
            && interval.first - last <= windows.size
        } ?? false
      if goesOn {
        last = max(last, interval.last)
      } else {
        start = interval.first
        last = interval.last
      }
      previous = cell
      let key = ObservationKey(
        environment: cell.environment,
        identity: cell.identity,
        cell: WindowCell(day: cell.day, start: start),
        flagState: cell.flagState,
        segmentState: cell.segmentState
      )
      if joined[key]?.merge(cell.measures) == nil { joined[key] = cell.measures }
    }
    return joined.map { Observation($0, $1) }
  }
}

/// The canonical order of names: that of identities' bytes and of states' digests, null before all.
private struct NameOrder {
  private let identityRanks: [Int32]
  private let flagDigests: [Digest128]
  private let segmentDigests: [Digest128]

  init(_ names: FactNames) {
    identityRanks = names.identities.ranks()
    flagDigests = names.flagStates.digests
    segmentDigests = names.segmentStates.digests
  }

  func precedes(_ left: Int64?, _ right: Int64?) -> Bool {
    guard let right else { return false }
    guard let left else { return true }
    return left < right
  }

  func precedes(_ left: Observation, _ right: Observation) -> Bool {
    if left.day != right.day { return left.day < right.day }
    if left.environment != right.environment {
      return precedes(left.environment, right.environment)
    }
    if left.identity != right.identity {
      return identityRanks[Int(left.identity)] < identityRanks[Int(right.identity)]
    }
    if left.windowStart != right.windowStart { return left.windowStart < right.windowStart }
    if left.flagState != right.flagState {
      return flagDigests[Int(left.flagState)] < flagDigests[Int(right.flagState)]
    }
    return segmentDigests[Int(left.segmentState)] < segmentDigests[Int(right.segmentState)]
  }
}
