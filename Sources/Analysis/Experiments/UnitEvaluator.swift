/// Turns what is known of an identity into a unit.
package struct UnitEvaluator {
  private let plan: ExperimentPlan
  private let calendar: ExperimentCalendar
  private let sources: MetricSources
  private let fates: FateFinder

  /// - Parameters:
  ///   - plan: The experiment.
  ///   - calendar: Its dates.
  ///   - sources: What its metrics and slices are made of.
  ///   - fates: What decides who takes part.
  package init(
    _ plan: ExperimentPlan,
    _ calendar: ExperimentCalendar,
    _ sources: MetricSources,
    _ fates: FateFinder
  ) {
    self.plan = plan
    self.calendar = calendar
    self.sources = sources
    self.fates = fates
  }

  /// The unit of an identity.
  ///
  /// - Parameter history: What is known of the identity, its sightings in the order of their dates.
  /// - Returns: The unit; `nil` where the identity was never seen with the feature.
  /// - Complexity: O(*n* log *n*) in its facts for each metric.
  package func unit(_ history: UnitHistory) -> Unit? {
    guard history.sightings.contains(where: { $0.view != nil }) else { return nil }
    var finding = FateFinder.Finding()
    var analysedFrom: Int?
    var analysedTo: Int?
    let sightings = history.sightings.filter { calendar.days.contains($0.day) }
    for (place, sighting) in sightings.enumerated() {
      fates.add(sighting, to: &finding)
      let isLastOfDay = place + 1 == sightings.count || sightings[place + 1].day != sighting.day
      guard isLastOfDay else { continue }
      let day = sighting.day - calendar.days.lowerBound
      let isAnalysed = fates.fate(finding) == .analysed
      if isAnalysed, analysedFrom == nil { analysedFrom = day }
      if !isAnalysed, analysedFrom != nil, analysedTo == nil { analysedTo = day }
    }
    let fate = fates.fate(finding)
    let start = analysedFrom ?? calendar.days.count
    let exposedAt = finding.firstExposedAt
    let isMeasured = analysedFrom != nil
    return Unit(
      identity: history.identity,
      fate: fate,
      arm: isMeasured ? fates.arm(finding) : nil,
      firstExposedAt: exposedAt,
      lastExposedAt: finding.lastExposedAt,
      analysedDays: start..<max(start, analysedTo ?? calendar.days.count),
      slices: plan.slices.map { slice in
        exposedAt.flatMap { sources.value(of: slice, history, at: $0) }
      },
      metrics: plan.metrics.indices.map { place in
        guard isMeasured, let exposedAt else { return MetricHistory() }
        return metric(place, history, exposedAt: exposedAt)
      },
      seenDays: seenDays(history, exposedAt)
    )
  }

  private func metric(
    _ place: Int,
    _ history: UnitHistory,
    exposedAt: Int64
  ) -> MetricHistory {
    let metric = plan.metrics[place]
    let points = sources.points(history, metric.source)
    let others = metric.denominator.map { sources.points(history, $0.source) } ?? []
    var result = MetricHistory()
    if points.isEmpty, others.isEmpty, metric.covariateLookback == nil { return result }
    let window = MetricWindow(
      exposedAt: exposedAt,
      experimentEnd: calendar.end,
      conversionWindow: metric.conversionWindow
    )
    func numerator(_ points: some Collection<UnitHistory.Point>) -> Double {
      metric.aggregation.value(of: points, isSegment: metric.source.isSegment)
    }
    func denominator(_ points: some Collection<UnitHistory.Point>) -> Double {
      metric.denominator.map { $0.aggregation.value(of: points, isSegment: $0.source.isSegment) }
        ?? 1
    }
    let counted = CountedPoints(points, window, calendar)
    let otherCounted = CountedPoints(others, window, calendar)
    var (end, otherEnd) = (0, 0)
    while let day = [counted.day(end), otherCounted.day(otherEnd)].compactMap(\.self).min() {
      end = counted.end(of: day, from: end)
      otherEnd = otherCounted.end(of: day, from: otherEnd)
      result.changes.append(
        .init(
          day: day,
          numerator: numerator(counted.points.prefix(end)),
          denominator: denominator(otherCounted.points.prefix(otherEnd))
        )
      )
    }
    if let lookback = metric.covariateLookback {
      result.covariate = numerator(window.earlier(points, lookback: lookback))
      result.covariateDenominator = denominator(window.earlier(others, lookback: lookback))
    }
    return result
  }

  private func seenDays(_ history: UnitHistory, _ exposedAt: Int64?) -> [Int] {
    guard let exposedAt, let first = calendar.day(of: exposedAt) else { return [] }
    var days: [Int] = []
    for sighting in history.sightings {
      let day = sighting.day - calendar.days.lowerBound - first
      if day >= 0, days.last != day, calendar.days.contains(sighting.day) { days.append(day) }
    }
    return days
  }
}

/// The points that count, by the days from whose ends on they are known.
private struct CountedPoints {
  private(set) var points: [UnitHistory.Point] = []
  private var days: [Int] = []

  init(_ all: [UnitHistory.Point], _ window: MetricWindow, _ calendar: ExperimentCalendar) {
    var isByDay = true
    for point in all {
      guard let time = window.time(of: point), let day = calendar.day(of: time) else { continue }
      isByDay = isByDay && days.last.map { $0 <= day } ?? true
      points.append(point)
      days.append(day)
    }
    guard !isByDay else { return }
    let order = days.indices.sorted { days[$0] < days[$1] }
    (points, days) = (order.map { points[$0] }, order.map { days[$0] })
  }

  /// The day of a point; `nil` where there are no more.
  func day(_ place: Int) -> Int? { place < days.count ? days[place] : nil }

  /// The place after the last point of a day, at or after a place.
  func end(of day: Int, from place: Int) -> Int {
    var end = place
    while end < days.count, days[end] == day { end += 1 }
    return end
  }
}

/// The dates of an experiment, as far as there is anything of them.
package struct ExperimentCalendar {
  /// In days since 1970-01-01.
  package let days: Range<Int>
  /// When the dates end, in microseconds since the epoch.
  private let ends: [Int64]

  /// - Parameters:
  ///   - days: The dates.
  ///   - startOfDay: When a date begins.
  package init(_ days: Range<Int>, startOfDay: (Int) -> Int64) {
    self.days = days
    ends = days.map { startOfDay($0 + 1) }
  }

  /// When the experiment ends, or what is known of it.
  package var end: Int64 { ends.last ?? .min }

  /// The date of a time.
  ///
  /// - Parameter time: Microseconds since the epoch.
  /// - Returns: Days after the first date; 0 for all times before, `nil` for all after.
  /// - Complexity: O(log *n*) in the dates.
  package func day(of time: Int64) -> Int? {
    var (low, high) = (0, ends.count)
    while low < high {
      let middle = (low + high) / 2
      if ends[middle] <= time { low = middle + 1 } else { high = middle }
    }
    return low < ends.count ? low : nil
  }
}

extension ExperimentPlan.MetricSource {
  var isSegment: Bool { if case .segment = self { true } else { false } }
}

/// The traits, segments and event sources that a plan asks for, each once.
package struct MetricSources {
  package private(set) var traits: [String] = []
  package private(set) var segments: [String] = []
  package private(set) var events: [ExperimentPlan.EventSource] = []

  package init(_ plan: ExperimentPlan) {
    for metric in plan.metrics {
      add(metric.source)
      if let denominator = metric.denominator { add(denominator.source) }
    }
    for slice in plan.slices {
      switch slice {
      case .trait(let name): add(.trait(name))
      case .segment(let name): add(.segment(name))
      }
    }
  }

  private mutating func add(_ source: ExperimentPlan.MetricSource) {
    switch source {
    case .trait(let name): if !traits.contains(name) { traits.append(name) }
    case .segment(let name): if !segments.contains(name) { segments.append(name) }
    case .events(let source): if !events.contains(source) { events.append(source) }
    }
  }

  /// The points of a source.
  func points(
    _ history: UnitHistory,
    _ source: ExperimentPlan.MetricSource
  ) -> [UnitHistory.Point] {
    switch source {
    case .trait(let name): traits.firstIndex(of: name).map { history.traits[$0] } ?? []
    case .segment(let name):
      segments.firstIndex(of: name).map { history.points(ofSegment: $0) } ?? []
    case .events(let source): events.firstIndex(of: source).map { history.events[$0] } ?? []
    }
  }

  /// What an identity is broken down by, as it was at a time.
  func value(
    of slice: ExperimentPlan.Slice,
    _ history: UnitHistory,
    at time: Int64
  ) -> String? {
    switch slice {
    case .segment(let name):
      guard let bit = segments.firstIndex(of: name) else { return nil }
      let sighting = history.sightings.filter { $0.firstAt <= time }
        .max { (min($0.lastAt, time), $0.firstAt) < (min($1.lastAt, time), $1.firstAt) }
      return sighting.map { $0.segments >> UInt64(bit) & 1 == 1 ? "member" : "not a member" }
    case .trait(let name):
      guard let trait = traits.firstIndex(of: name) else { return nil }
      return history.traitTexts.filter { $0.trait == trait && $0.firstAt <= time }
        .max { (min($0.lastAt, time), $0.firstAt) < (min($1.lastAt, time), $1.firstAt) }?.text
    }
  }
}
