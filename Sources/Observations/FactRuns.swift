internal import Bytes
internal import Runs

/// The parts of facts that are kept in runs of their own, so that two threads can merge them.
package enum FactPart: CaseIterable, Sendable {
  case observations
  /// Trait values, states, identities.
  case others
}

/// Facts in sorted runs.
package struct FactRuns: Sendable {
  /// One run of each part.
  package struct Written: Sendable {
    fileprivate let observations: RunSet<FactFolding>.Run
    fileprivate let others: RunSet<FactFolding>.Run
  }

  private var observations: RunSet<FactFolding>
  private var others: RunSet<FactFolding>

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
    others = RunSet(directory: directory, prefix: prefix + "-others", fanIn: fanIn)
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
      others: try others.write(inMemory: inMemory) {
        try facts.write(.others, names, order, to: &$0)
      }
    )
  }

  /// Makes runs part of these.
  package mutating func add(_ written: Written) {
    observations.add(written.observations)
    others.add(written.others)
  }

  /// Makes all runs of `other` part of these.
  package mutating func add(contentsOf other: FactRuns) {
    observations.add(contentsOf: other.observations)
    others.add(contentsOf: other.others)
  }

  /// Removes runs that did not become part of these.
  ///
  /// - Throws: ``FileFailure``.
  package func discard(_ written: Written) throws {
    try observations.discard(written.observations)
    try others.discard(written.others)
  }

  /// The facts of one part, merged.
  ///
  /// - Throws: ``FileFailure`` or ``DamagedRun``.
  package func stream(_ part: FactPart, windows: WindowPolicy) throws -> FactStream {
    var runs = part == .observations ? observations : others
    return FactStream(try runs.merge(), windows: windows)
  }
}
