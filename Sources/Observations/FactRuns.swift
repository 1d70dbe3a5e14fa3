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
  }

  private var observations: RunSet<FactFolding>
  private var traits: RunSet<FactFolding>
  /// The sets of flags.
  package private(set) var flagStates: StateRuns
  /// The sets of segments.
  package private(set) var segmentStates: StateRuns

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
      )
    )
  }

  /// Makes runs part of these.
  package mutating func add(_ written: Written) {
    observations.add(written.observations)
    traits.add(written.traits)
    flagStates.add(written.flagStates)
    segmentStates.add(written.segmentStates)
  }

  /// Makes all runs of `other` part of these.
  package mutating func add(contentsOf other: FactRuns) {
    observations.add(contentsOf: other.observations)
    traits.add(contentsOf: other.traits)
    flagStates.add(contentsOf: other.flagStates)
    segmentStates.add(contentsOf: other.segmentStates)
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
