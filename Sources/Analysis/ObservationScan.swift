internal import Bytes
internal import Lake
internal import Tables

/// One row of `observations`, as the summaries see it.
struct ObservationRow {
  let environment: Int64?
  let windowStart: Int64
  let flagState: Digest128
  let segmentState: Digest128
  let firstAt: Int64
  let lastAt: Int64
  let deliveries: Int64
  /// A number that changes with the environment and the identity.
  let identitySerial: Int64
  /// A number that changes with the environment, the identity and the window.
  let windowSerial: Int64
}

/// Numbers the identities and windows that come one after the other.
private struct ObservationSerials {
  private(set) var identity: Int64 = 0
  private(set) var window: Int64 = 0
  private var lastEnvironment: Int64?
  private var lastIdentity: [UInt8] = []
  private var lastWindow: Int64 = 0

  mutating func advance(_ environment: Int64?, _ identity: Span<UInt8>, _ windowStart: Int64) {
    let isSameIdentity =
      self.identity > 0 && lastEnvironment == environment
      && lastIdentity.span.equalBytes(identity)
    if !isSameIdentity {
      self.identity += 1
      lastEnvironment = environment
      lastIdentity.removeAll(keepingCapacity: true)
      lastIdentity.append(identity)
    }
    if !isSameIdentity || lastWindow != windowStart {
      window += 1
      lastWindow = windowStart
    }
  }
}

extension LakeReader.File {
  /// Hands on the rows of a partition of `observations`, in their order, with their identities.
  func forEachObservation(
    _ body: (ObservationRow, _ identity: Span<UInt8>) throws -> Void
  ) throws {
    var serials = ObservationSerials()
    try forEachBatch { batch in
      let columns = batch.columns
      let identities = columns[1].texts
      for row in 0..<batch.rowCount {
        let identity = identities[row]
        let environment = columns[0].integer(row)
        let windowStart = columns[2].integers[row]
        serials.advance(environment, identity, windowStart)
        guard let flagState = columns[3].digest(row), let segmentState = columns[4].digest(row)
        else { throw LakeReader.Damaged(path: path, fault: "row \(row) names no state") }
        let observation = ObservationRow(
          environment: environment,
          windowStart: windowStart,
          flagState: flagState,
          segmentState: segmentState,
          firstAt: columns[5].integers[row],
          lastAt: columns[6].integers[row],
          deliveries: columns[7].integers[row],
          identitySerial: serials.identity,
          windowSerial: serials.window
        )
        try body(observation, identity)
      }
    }
  }
}
