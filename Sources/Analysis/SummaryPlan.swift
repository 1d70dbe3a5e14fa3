package import Bytes

/// What is summarised, and how.
package struct SummaryPlan: Sendable {
  /// Which features `exposures` holds.
  package enum Exposures: Hashable, Sendable {
    /// Those of the type `MULTIVARIATE`.
    case multivariate
    case all
    /// Those with these names, whatever their type.
    case features(Set<ByteText>)
  }

  /// How many values of a trait `trait_daily` names.
  package static let defaultTopValues = 50
  /// 512 MB.
  package static let defaultMemory = 512_000_000

  /// The first date, in days since 1970-01-01.
  package var since: Int?
  /// The date, in days since 1970-01-01, before which the summaries end.
  package var until: Int?
  package var exposures = Exposures.multivariate
  /// The features of experiments, which `exposures` holds too.
  package var experimentFeatures: Set<ByteText> = []
  package var topValues = defaultTopValues
  package var cohorts: [CohortPlan] = []
  /// Whether members of segments are followed from date to date.
  package var segmentFlows = false
  /// How many bytes of memory the summaries may take, more or less; see ``Summaries/write(into:temporary:)``.
  package var memory = defaultMemory
  /// How many bytes are gathered at the least before they are written to a run, whatever the memory.
  package var leastGatheredMemory = 1_000_000

  package init() {}

  func contains(_ day: Int?) -> Bool {
    guard let day else { return since == nil && until == nil }
    return (since ?? .min) <= day && day < (until ?? .max)
  }

  /// What the program itself, and the files that are read and written at once, take.
  private static let fixedMemory = 48_000_000

  /// How large what is gathered may become before it is written to a run.
  ///
  /// Half of the share: while an array grows, the old one and the new one are both there.
  func gatheredMemory(besides tables: Int) -> Int {
    max(leastGatheredMemory, (memory - Self.fixedMemory - tables) / 2)
  }
}
