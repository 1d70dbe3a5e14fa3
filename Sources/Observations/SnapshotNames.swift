internal import Bytes
package import Flagsmith

/// The names of what a snapshot holds.
package struct SnapshotNames: Sendable {
  package var identity: Int32 = 0
  package var flagState: StateBook.ID = 0
  package var segmentState: StateBook.ID = 0
  package var traits: [Int32] = []

  package init() {}
}

extension FactNames {
  /// Names all that `payload` holds, but not its flags.
  ///
  /// - Complexity: O(*n*) in the bytes.
  package mutating func intern(
    rest payload: borrowing PayloadDecoder,
    into names: inout SnapshotNames
  ) {
    names.identity = intern(identity: payload.identity.span)
    names.segmentState = intern(segments: payload.segmentState)
    names.traits.removeAll(keepingCapacity: true)
    for index in 0..<payload.traits.traits.count {
      if let trait = intern(payload.traits.traits[index], of: payload.traits.text.span) {
        names.traits.append(trait)
      }
    }
  }

  /// Names all that `payload` holds.
  ///
  /// - Complexity: O(*n*) in the bytes.
  package mutating func intern(
    _ payload: borrowing PayloadDecoder,
    into names: inout SnapshotNames
  ) {
    names.flagState = intern(flags: payload.flagState)
    intern(rest: payload, into: &names)
  }
}

extension Facts {
  /// Counts a delivery of an identity that was erased; see ``FactNames/isForgotten(_:)``.
  ///
  /// - Parameters:
  ///   - receivedAt: Microseconds since the epoch.
  ///   - windows: How deliveries are cut into windows.
  package mutating func addForgotten(receivedAt: Int64, windows: WindowPolicy) {
    let day = windows.cell(of: receivedAt).day
    if wantedDays?.contains(day) != false { addForgotten(day: day) }
  }

  /// Adds the delivery of one snapshot.
  ///
  /// - Parameters:
  ///   - names: What it holds.
  ///   - environment: Flagsmith's environment id, where it is known.
  ///   - receivedAt: Microseconds since the epoch.
  ///   - windows: How deliveries are cut into windows.
  package mutating func add(
    _ names: SnapshotNames,
    environment: Int64?,
    receivedAt: Int64,
    windows: WindowPolicy
  ) {
    let cell = windows.cell(of: receivedAt)
    if let wantedDays, !wantedDays.contains(cell.day) { return }
    let interval = Interval(first: receivedAt, last: receivedAt)
    let key = ObservationKey(
      environment: environment,
      identity: names.identity,
      cell: cell,
      flagState: names.flagState,
      segmentState: names.segmentState
    )
    add(key, ObservationMeasures(interval: interval, deliveries: 1))
    for trait in names.traits {
      let key = TraitValueKey(
        environment: environment,
        identity: names.identity,
        day: cell.day,
        trait: trait
      )
      add(key, interval)
    }
  }
}
