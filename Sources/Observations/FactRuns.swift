internal import Bytes
internal import Runs

extension FactStream {
  /// The facts that have a stream, and runs of their own.
  package enum Part: Sendable {
    case observations
    /// Trait values and identities.
    case traits
  }
}

/// Facts in sorted runs, each part by itself, so that several threads can merge them.
package struct FactRuns: Sendable {
  /// What was written of some facts.
  package struct Written: Sendable {
    fileprivate let observations: RunSet<FactFolding>.Run
    fileprivate let traits: RunSet<FactFolding>.Run
    fileprivate let flagStates: StateRuns.Written
    fileprivate let segmentStates: StateRuns.Written
    fileprivate let days: Set<Int32>
    fileprivate let forgotten: ForgottenDeliveries
  }

  private var observations: RunSet<FactFolding>
  private var traits: RunSet<FactFolding>
  /// The sets of flags.
  package private(set) var flagStates: StateRuns
  /// The sets of segments.
  package private(set) var segmentStates: StateRuns
  /// The dates that there are facts of, in days since 1970-01-01.
  package private(set) var days: Set<Int32> = []
  /// How many deliveries there were of which nothing is kept.
  package private(set) var forgotten = ForgottenDeliveries()

  /// - Parameters:
  ///   - directory: Where files go.
  ///   - prefix: What their names begin with, so that several can share a directory.
  ///   - fanIn: How many runs are read at once.
  package init(
    directory: String,
    prefix: String,
    fanIn: Int = RunSet<FactFolding>.defaultFanIn
  ) {
    observations = RunSet(directory: directory, prefix: prefix + "-observations", fanIn: fanIn)
    traits = RunSet(directory: directory, prefix: prefix + "-traits", fanIn: fanIn)
    flagStates = StateRuns(directory: directory, prefix: prefix + "-flags", fanIn: fanIn)
    segmentStates = StateRuns(directory: directory, prefix: prefix + "-segments", fanIn: fanIn)
  }

  /// Writes facts as runs, which are not part of these yet.
  ///
  /// - Parameters:
  ///   - facts: The facts.
  ///   - names: What the numbers in them stand for.
  ///   - inMemory: Whether they stay in memory.
  /// - Returns: The runs.
  /// - Throws: ``FileFailure``.
  /// - Complexity: O(*n* log *n*) in the facts.
  package mutating func write(
    _ facts: Facts,
    _ names: FactNames,
    inMemory: Bool
  ) throws -> Written {
    let order = facts.nameOrder(names)
    return Written(
      observations: try observations.write(inMemory: inMemory) {
        try facts.write(.observations, names, order, to: &$0)
      },
      traits: try traits.write(inMemory: inMemory) {
        try facts.write(.traits, names, order, to: &$0)
      },
      flagStates: try flagStates.write(order.flags.used(of: names.flagStates), inMemory: inMemory),
      segmentStates: try segmentStates.write(
        order.segments.used(of: names.segmentStates),
        inMemory: inMemory
      ),
      days: facts.days,
      forgotten: facts.forgotten
    )
  }

  /// Makes runs part of these.
  package mutating func add(_ written: Written) {
    observations.add(written.observations)
    traits.add(written.traits)
    flagStates.add(written.flagStates)
    segmentStates.add(written.segmentStates)
    days.formUnion(written.days)
    forgotten.merge(written.forgotten)
  }

  /// Makes all runs of `other` part of these.
  package mutating func add(contentsOf other: FactRuns) {
    observations.add(contentsOf: other.observations)
    traits.add(contentsOf: other.traits)
    flagStates.add(contentsOf: other.flagStates)
    segmentStates.add(contentsOf: other.segmentStates)
    days.formUnion(other.days)
    forgotten.merge(other.forgotten)
  }

  /// Adds observations that were stored before, in their canonical order.
  ///
  /// A session that was stored joins what comes as a cell of one does: between its deliveries there is no gap.
  ///
  /// - Parameters:
  ///   - inMemory: Whether they are few.
  ///   - body: Hands each on, with its identity.
  /// - Throws: ``FileFailure``, or what `body` throws.
  package mutating func addObservations(
    inMemory: Bool,
    _ body: (_ append: (Observation, _ identity: Span<UInt8>) throws -> Void) throws -> Void
  ) throws {
    let run = try observations.write(inMemory: inMemory) { writer in
      var key: [UInt8] = []
      var value: [UInt8] = []
      try body { observation, identity in
        key.setObservationKey(
          day: observation.day,
          environment: observation.environment,
          identity: identity,
          start: observation.windowStart,
          observation.flagState,
          observation.segmentState
        )
        value.removeAll(keepingCapacity: true)
        observation.measures.append(to: &value)
        try writer.append(key: key.span, value: value.span)
      }
    }
    observations.add(run)
  }

  /// Adds trait values that were stored before, in the order of their dates and then of their table.
  ///
  /// - Parameters:
  ///   - inMemory: Whether they are few.
  ///   - body: Hands each on, with its identity.
  /// - Throws: ``FileFailure``, or what `body` throws.
  package mutating func addTraits(
    inMemory: Bool,
    _ body: (_ append: (TraitObservation, _ identity: Span<UInt8>) throws -> Void) throws -> Void
  ) throws {
    let run = try traits.write(inMemory: inMemory) { writer in
      var key: [UInt8] = []
      var value: [UInt8] = []
      try body { trait, identity in
        key.setTraitKey(day: trait.day, environment: trait.environment, identity: identity)
        key.append(sortable: trait.trait.span, trait.type, trait.value.span)
        value.removeAll(keepingCapacity: true)
        trait.interval.append(to: &value)
        try writer.append(key: key.span, value: value.span)
      }
    }
    traits.add(run)
  }

  /// Removes runs that did not become part of these.
  ///
  /// - Throws: ``FileFailure``.
  package func discard(_ written: Written) throws {
    try observations.discard(written.observations)
    try traits.discard(written.traits)
    try flagStates.discard(written.flagStates)
    try segmentStates.discard(written.segmentStates)
  }

  /// The facts of one part, merged.
  ///
  /// - Throws: ``FileFailure`` or ``DamagedRun``.
  package func stream(_ part: FactStream.Part, windows: WindowPolicy) throws -> FactStream {
    var runs =
      switch part {
      case .observations: observations
      case .traits: traits
      }
    return FactStream(try runs.merge(), windows: windows)
  }
}
