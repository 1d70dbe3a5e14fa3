internal import Bytes
internal import Statistics

/// The moments of the units of all arms for one metric.
struct ArmMoments {
  private let armCount: Int
  /// Those of each arm; empty until there is a unit, whose values are the pivot of all.
  private var arms: [UnitMoments] = []

  init(armCount: Int) { self.armCount = armCount }

  /// Adds a unit; the values of the first one are the pivot of all arms.
  mutating func add(_ values: UnitValues, arm: Int) {
    if arms.isEmpty { arms = Array(repeating: UnitMoments(pivot: values), count: armCount) }
    arms[arm].add(values)
  }

  func moments(_ arm: Int) -> UnitMoments {
    arms.isEmpty ? UnitMoments(pivot: UnitValues(numerator: 0)) : arms[arm]
  }
}

/// All that is counted of units, one unit after the other.
struct ExperimentTally {
  /// A slice and one of its values.
  struct SliceKey: Hashable, Comparable {
    let slice: Int
    let value: ByteText

    static func < (left: Self, right: Self) -> Bool {
      (left.slice, left.value) < (right.slice, right.value)
    }
  }

  private let plan: ExperimentPlan
  /// For every metric whether it has a denominator.
  private let isRatio: [Bool]
  private let dayCount: Int
  private let armCount: Int
  /// For every metric the caps as of each day, where it has any.
  private let caps: [[Double?]?]
  private let calendar: ExperimentCalendar

  private(set) var fates: [Fate: Int] = [:]
  /// By days and metrics.
  private(set) var moments: [[ArmMoments]]
  /// As of the last day, by metrics.
  private(set) var slices: [SliceKey: [ArmMoments]] = [:]
  private(set) var sliceCounts: [SliceKey: [Int]] = [:]
  /// By arms and days: identities that are analysed in the end, by the day of their first exposure.
  private(set) var newIdentities: [[Int]]
  /// By days: identities that were excluded because of several variants.
  private(set) var multipleVariants: [Int]
  /// The first exposures of those that are analysed in the end, by arms.
  private(set) var exposureTimes: [[Int64]]
  /// By arms and days after the first exposure: identities that were seen then, and then or later.
  private(set) var retained: [[Int]]
  private(set) var retainedOrLater: [[Int]]
  private(set) var firstAt: Int64?
  private(set) var lastAt: Int64?

  init(
    _ plan: ExperimentPlan,
    _ calendar: ExperimentCalendar,
    armCount: Int,
    caps: [[Double?]?]
  ) {
    self.plan = plan
    self.calendar = calendar
    self.armCount = armCount
    self.caps = caps
    isRatio = plan.metrics.map { $0.denominator != nil }
    dayCount = calendar.days.count
    let days = [Int](repeating: 0, count: dayCount)
    moments = Array(
      repeating: Array(repeating: ArmMoments(armCount: armCount), count: plan.metrics.count),
      count: dayCount
    )
    newIdentities = Array(repeating: days, count: armCount)
    retained = newIdentities
    retainedOrLater = newIdentities
    multipleVariants = days
    exposureTimes = Array(repeating: [], count: armCount)
  }

  /// Adds a unit.
  ///
  /// - Complexity: O(*n*) in the days for each metric.
  mutating func add(_ unit: Unit) {
    fates[unit.fate, default: 0] += 1
    if let exposedAt = unit.firstExposedAt { firstAt = min(firstAt ?? .max, exposedAt) }
    if let exposedAt = unit.lastExposedAt { lastAt = max(lastAt ?? .min, exposedAt) }
    countMultipleVariants(unit)
    guard let arm = unit.arm else { return }
    for place in plan.metrics.indices { addDays(unit, place, arm) }
    guard unit.fate == .analysed, let exposedAt = unit.firstExposedAt,
      let day = calendar.day(of: exposedAt)
    else { return }
    newIdentities[arm][day] += 1
    exposureTimes[arm].append(exposedAt)
    for seen in unit.seenDays where seen < dayCount { retained[arm][seen] += 1 }
    for seen in 0...(unit.seenDays.last ?? 0) where seen < dayCount {
      retainedOrLater[arm][seen] += 1
    }
    addSlices(unit, arm)
  }

  private mutating func countMultipleVariants(_ unit: Unit) {
    guard unit.fate == .multipleVariants else { return }
    let exposed = unit.firstExposedAt.flatMap(calendar.day) ?? 0
    let start = unit.analysedDays.isEmpty ? exposed : unit.analysedDays.upperBound
    for day in multipleVariants.indices.dropFirst(start) { multipleVariants[day] += 1 }
  }

  private mutating func addSlices(_ unit: Unit, _ arm: Int) {
    for (slice, value) in unit.slices.enumerated() {
      let key = SliceKey(slice: slice, value: ByteText(value ?? "(none)"))
      sliceCounts[key, default: Array(repeating: 0, count: armCount)][arm] += 1
      for place in plan.metrics.indices {
        guard let values = values(unit, place, day: dayCount - 1) else { continue }
        slices[
          key,
          default: Array(repeating: ArmMoments(armCount: armCount), count: plan.metrics.count)
        ][place].add(values, arm: arm)
      }
    }
  }

  /// The values of a unit as of a day; `nil` where it is not analysed then.
  func values(_ unit: Unit, _ metric: Int, day: Int) -> UnitValues? {
    guard unit.analysedDays.contains(day) else { return nil }
    let change = unit.metrics[metric].changes.last { $0.day <= day }
    return values(unit, metric, change, day: day)
  }

  /// The values of a unit as of the last day; `nil` where it is not analysed then.
  func finalValues(_ unit: Unit, _ metric: Int) -> UnitValues? {
    dayCount == 0 ? nil : values(unit, metric, day: dayCount - 1)
  }

  private func values(
    _ unit: Unit,
    _ metric: Int,
    _ change: MetricHistory.Change?,
    day: Int
  ) -> UnitValues {
    let history = unit.metrics[metric]
    let cap = caps[metric].flatMap { $0[day] } ?? .infinity
    return UnitValues(
      numerator: min(change?.numerator ?? 0, cap),
      denominator: change?.denominator ?? (isRatio[metric] ? 0 : 1),
      covariate: history.covariate,
      covariateDenominator: isRatio[metric] ? history.covariateDenominator : 1
    )
  }

  /// Adds a unit to a metric, as of each day.
  private mutating func addDays(_ unit: Unit, _ metric: Int, _ arm: Int) {
    let changes = unit.metrics[metric].changes
    var next = 0
    var change: MetricHistory.Change?
    for day in unit.analysedDays {
      while next < changes.count, changes[next].day <= day {
        change = changes[next]
        next += 1
      }
      let values = values(unit, metric, change, day: day)
      moments[day][metric].add(values, arm: arm)
    }
  }
}
