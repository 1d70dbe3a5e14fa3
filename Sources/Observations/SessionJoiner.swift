internal import Bytes

/// Joins the cells of each identity and date whose gaps are at most the windows' size.
struct SessionJoiner {
  /// In microseconds.
  private let gap: Int64
  private var identity: [UInt8] = []
  /// The cells of the identity and date at hand.
  private var cells: [Observation] = []

  init(gap: Int64) { self.gap = gap }

  /// Takes the next cell in canonical order; those of the identity and date before are handed on.
  mutating func add(
    _ cell: Observation,
    _ identity: [UInt8],
    _ visitor: inout some FactVisitor & ~Copyable
  ) throws {
    if let last = cells.last,
      last.day != cell.day || last.environment != cell.environment || self.identity != identity
    {
      try flush(&visitor)
    }
    self.identity = identity
    cells.append(cell)
  }

  /// Hands on what is left.
  mutating func flush(_ visitor: inout some FactVisitor & ~Copyable) throws {
    guard !cells.isEmpty else { return }
    for observation in joined() { try visitor.visit(observation, identity: identity.span) }
    cells.removeAll(keepingCapacity: true)
  }

  /// The sessions in canonical order.
  private func joined() -> [Observation] {
    var joined: [SessionKey: ObservationMeasures] = [:]
    var start: Int64 = 0
    var last = Int64.min
    for cell in cells.sorted(by: { $0.measures.interval.first < $1.measures.interval.first }) {
      let interval = cell.measures.interval
      if last == .min || interval.first - last > gap { start = interval.first }
      last = max(last, interval.last)
      let key = SessionKey(
        start: start,
        flagState: cell.flagState,
        segmentState: cell.segmentState
      )
      if joined[key]?.merge(cell.measures) == nil { joined[key] = cell.measures }
    }
    return joined.sorted { $0.key < $1.key }.map { key, measures in
      Observation(
        day: cells[0].day,
        environment: cells[0].environment,
        windowStart: key.start,
        flagState: key.flagState,
        segmentState: key.segmentState,
        measures: measures
      )
    }
  }
}

private struct SessionKey: Hashable, Comparable {
  let start: Int64
  let flagState: Digest128
  let segmentState: Digest128

  static func < (left: Self, right: Self) -> Bool {
    if left.start != right.start { return left.start < right.start }
    if left.flagState != right.flagState { return left.flagState < right.flagState }
    return left.segmentState < right.segmentState
  }
}
