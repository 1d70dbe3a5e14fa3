package import Bytes
package import Flagsmith
package import Runs

/// What takes facts in their canonical order: observations, trait values, identities, each sorted by all that names it.
package protocol FactVisitor: ~Copyable {
  /// What is left of an identity's deliveries of one state in one window.
  mutating func visit(_ observation: Observation, identity: Span<UInt8>) throws

  /// That an identity had a trait value on a date.
  mutating func visit(_ trait: TraitObservation, identity: Span<UInt8>) throws

  /// That there is an identity, each once.
  mutating func visitIdentity() throws
}

/// One row of `observations`.
package struct Observation: Hashable, Sendable {
  /// The local date of the window's start, in days since 1970-01-01.
  package let day: Int32
  package let environment: Int64?
  /// In microseconds since the epoch.
  package let windowStart: Int64
  package let flagState: Digest128
  package let segmentState: Digest128
  package let measures: ObservationMeasures

  package init(
    day: Int32,
    environment: Int64?,
    windowStart: Int64,
    flagState: Digest128,
    segmentState: Digest128,
    measures: ObservationMeasures
  ) {
    self.day = day
    self.environment = environment
    self.windowStart = windowStart
    self.flagState = flagState
    self.segmentState = segmentState
    self.measures = measures
  }
}

/// One row of `trait_values`.
package struct TraitObservation: Hashable, Sendable {
  /// In days since 1970-01-01.
  package let day: Int32
  package let environment: Int64?
  package let trait: [UInt8]
  package let type: ValueType
  /// Canonical; meaningless where the type is `null`.
  package let value: [UInt8]
  package let interval: Interval

  package init(
    day: Int32,
    environment: Int64?,
    trait: [UInt8],
    type: ValueType,
    value: [UInt8],
    interval: Interval
  ) {
    self.day = day
    self.environment = environment
    self.trait = trait
    self.type = type
    self.value = value
    self.interval = interval
  }
}

/// The facts of merged runs, cells joined into windows.
package struct FactStream {
  private var merge: RunMerge<FactFolding>
  private let windows: WindowPolicy

  package init(_ merge: RunMerge<FactFolding>, windows: WindowPolicy) {
    self.merge = merge
    self.windows = windows
  }

  /// Hands all facts on.
  ///
  /// - Throws: What the runs' readers or the visitor throw.
  /// - Complexity: O(*n* log *k*) in the facts of *k* runs; memory for a chunk of each run, and for the sessions of one
  ///   identity on one date.
  package consuming func forEach(_ visitor: inout some FactVisitor & ~Copyable) throws {
    var identity: [UInt8] = []
    var sessions = SessionJoiner(gap: windows.size)
    while try merge.advance() {
      let key = merge.key
      var cursor = SortableCursor(key.span)
      guard let kind = FactKind(rawValue: cursor.byte()) else { throw DamagedRun() }
      if kind != .observation { try sessions.flush(&visitor) }
      switch kind {
      case .observation:
        let day = cursor.int32()
        let environment = cursor.optionalInt64()
        cursor.text(into: &identity)
        let observation = Observation(
          day: day,
          environment: environment,
          windowStart: cursor.int64(),
          flagState: cursor.digest(),
          segmentState: cursor.digest(),
          measures: ObservationMeasures(merge.value.span)
        )
        switch windows.kind {
        case .tumbling: try visitor.visit(observation, identity: identity.span)
        case .session: try sessions.add(observation, identity, &visitor)
        }
      case .traitValue:
        let day = cursor.int32()
        let environment = cursor.optionalInt64()
        cursor.text(into: &identity)
        let trait = try TraitObservation(day, environment, &cursor, merge.value.span)
        try visitor.visit(trait, identity: identity.span)
      case .identity: try visitor.visitIdentity()
      }
    }
    try sessions.flush(&visitor)
  }
}

extension TraitObservation {
  fileprivate init(
    _ day: Int32,
    _ environment: Int64?,
    _ cursor: inout SortableCursor,
    _ interval: Span<UInt8>
  ) throws {
    var trait: [UInt8] = []
    var value: [UInt8] = []
    cursor.text(into: &trait)
    guard let type = ValueType(sortableRank: cursor.byte()) else { throw DamagedRun() }
    cursor.text(into: &value)
    self.init(
      day: day,
      environment: environment,
      trait: trait,
      type: type,
      value: value,
      interval: Interval(interval)
    )
  }
}
