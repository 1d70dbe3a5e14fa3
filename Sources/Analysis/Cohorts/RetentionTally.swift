internal import Bytes
internal import Observations

/// Counts who came back, for one retention of the configuration.
struct RetentionTally {
  /// A cohort: identities of an environment that entered in the same period and were alike then.
  private struct Cohort: Hashable {
    let environment: Int64?
    let period: Int
    let value: ByteText?
  }

  private struct Counts {
    var identities: Int64 = 0
    /// By periods after that of the entry.
    var retained: [Int64] = []
    /// By the last period in which identities were seen.
    var lastSeen: [Int64] = []
  }

  /// A cell of the table.
  struct Cell {
    let environment: Int64?
    /// The first date of the period.
    let start: Int
    let value: ByteText?
    let index: Int
    let identities: Int64
    /// Whether the period is over, so that nothing can be added to it.
    let isElapsed: Bool
    let retained: Int64
    let retainedOrLater: Int64
  }

  let plan: CohortPlan.Retention
  private let flags: FlagStateViews
  /// By the numbers of sets of segments, whether they have the segment of the breakdown.
  private let membership: [Bool]
  /// The place of the trait of the breakdown among those of ``IdentityFacts``.
  private let trait: Int?
  private var cohorts: [Cohort: Counts] = [:]

  init(
    _ plan: CohortPlan.Retention,
    _ flags: FlagStateViews,
    _ segments: SegmentStateMembers,
    traits: [String]
  ) {
    self.plan = plan
    self.flags = flags
    switch plan.breakdown {
    case .segment(let name):
      membership = segments.membership(name)
      trait = nil
    case .trait(let name):
      membership = []
      trait = traits.firstIndex(of: name)
    case .feature, nil:
      membership = []
      trait = nil
    }
  }

  /// Takes in an identity.
  ///
  /// - Complexity: O(*n*) in its facts.
  mutating func add(_ history: IdentityHistory) {
    guard let entry = entry(history) else { return }
    let first = plan.period.number(of: entry.day)
    let cohort = Cohort(
      environment: history.environment,
      period: first,
      value: breakdownValue(history, entry)
    )
    var counts = cohorts[cohort] ?? Counts()
    counts.identities += 1
    var last = -1
    for sighting in history.sightings where sighting.day >= entry.day {
      let index = plan.period.number(of: sighting.day) - first
      if index == last { continue }
      last = index
      counts.retained.increment(index)
    }
    counts.lastSeen.increment(last)
    cohorts[cohort] = counts
  }

  /// The observation with which an identity enters; `nil` where it never does.
  private func entry(_ history: IdentityHistory) -> IdentityHistory.Sighting? {
    func isEarlier(_ left: IdentityHistory.Sighting, _ right: IdentityHistory.Sighting) -> Bool {
      (left.day, left.firstAt) < (right.day, right.firstAt)
    }
    switch plan.start {
    case .firstSeen: return history.sightings.min(by: isEarlier)
    case .firstExposure(let feature):
      return history.sightings.filter { sighting in
        if case .enabled = flags.view(of: feature, sighting.flagState) { true } else { false }
      }.min(by: isEarlier)
    }
  }

  private func breakdownValue(
    _ history: IdentityHistory,
    _ entry: IdentityHistory.Sighting
  ) -> ByteText? {
    switch plan.breakdown {
    case nil: return nil
    case .feature(let feature):
      switch flags.view(of: feature, entry.flagState) {
      case .absent: return ByteText("(absent)")
      case .disabled: return ByteText("(disabled)")
      case .enabled(_, let text): return text
      }
    case .segment:
      let isMember = entry.segmentState >= 0 && membership[Int(entry.segmentState)]
      return ByteText(isMember ? "member" : "not a member")
    case .trait:
      return history.traits.filter { $0.trait == trait && $0.firstAt <= entry.firstAt }
        .max {
          (min($0.lastAt, entry.firstAt), $0.firstAt) < (min($1.lastAt, entry.firstAt), $1.firstAt)
        }?
        .text.map { ByteText($0) }
    }
  }

  /// All cells, by environment, cohort, value and period.
  ///
  /// - Parameter lastDay: The last date of the data.
  /// - Returns: Cells from the period of the entry to the one that the last date is in.
  func cells(lastDay: Int) -> [Cell] {
    let lastPeriod = plan.period.number(of: lastDay)
    let sorted = cohorts.sorted { left, right in
      let (left, right) = (left.key, right.key)
      if left.environment != right.environment {
        return left.environment.isOrdered(before: right.environment)
      }
      return left.period != right.period ? left.period < right.period : left.value < right.value
    }
    return sorted.flatMap { cohort, counts in
      var later = counts.identities
      return (0...max(0, lastPeriod - cohort.period)).map { index in
        let cell = Cell(
          environment: cohort.environment,
          start: plan.period.start(cohort.period),
          value: cohort.value,
          index: index,
          identities: counts.identities,
          isElapsed: plan.period.start(cohort.period + index + 1) <= lastDay + 1,
          retained: index < counts.retained.count ? counts.retained[index] : 0,
          retainedOrLater: later
        )
        if index < counts.lastSeen.count { later -= counts.lastSeen[index] }
        return cell
      }
    }
  }
}

extension [Int64] {
  fileprivate mutating func increment(_ place: Int) {
    while count <= place { append(0) }
    self[place] += 1
  }
}
