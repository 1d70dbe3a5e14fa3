internal import Bytes
package import Flagsmith

/// Turns one worker's snapshots into facts.
package struct FactRecorder: Sendable {
  package private(set) var names = FactNames()
  package let windows: WindowPolicy

  package init(windows: WindowPolicy) { self.windows = windows }

  /// Records the snapshot that `payload` holds.
  ///
  /// - Parameters:
  ///   - payload: The decoder of the delivery's body.
  ///   - environment: Flagsmith's environment id, where it is known.
  ///   - receivedAt: Microseconds since the epoch.
  ///   - facts: What the delivery is folded into.
  /// - Complexity: O(*n*) in the snapshot's bytes.
  package mutating func record(
    _ payload: borrowing PayloadDecoder,
    environment: Int64?,
    receivedAt: Int64,
    into facts: inout Facts
  ) {
    let identity = names.intern(identity: payload.identity.span)
    let cell = windows.cell(of: receivedAt)
    let interval = Interval(first: receivedAt, last: receivedAt)
    let key = ObservationKey(
      environment: environment,
      identity: identity,
      cell: cell,
      flagState: names.intern(flags: payload.flagState),
      segmentState: names.intern(segments: payload.segmentState)
    )
    facts.add(key, ObservationMeasures(interval: interval, deliveries: 1))
    for index in 0..<payload.traits.traits.count {
      let trait = names.intern(payload.traits.traits[index], of: payload.traits.text.span)
      let key = TraitValueKey(
        environment: environment,
        identity: identity,
        day: cell.day,
        trait: trait
      )
      facts.add(key, interval)
    }
  }
}
