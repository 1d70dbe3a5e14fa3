import Analysis

/// What the rules say of one identity as of one date, by looking at all facts again: plain, slow, and written from the rules alone.
struct NaiveUnit {
  let made: MadeHistory
  /// The last date that is known of.
  let day: Int

  private var exposing: [UnitHistory.Sighting] {
    seen.filter { made.plan.exposure == .always || made.views[$0.view ?? 0].isEnabled }
  }

  /// Sightings with the feature on the dates.
  private var seen: [UnitHistory.Sighting] {
    made.sightings.filter { $0.view != nil && made.days.contains($0.day) && $0.day <= day }
  }

  var isOfThePopulation: Bool { made.sightings.contains { $0.view != nil } }
  var firstExposedAt: Int64? { exposing.map(\.firstAt).min() }
  var lastExposedAt: Int64? { exposing.map(\.lastAt).max() }

  var fate: Fate {
    let exposed = exposing.compactMap { $0.view.map { made.views[$0] } }
    if seen.isEmpty { return .outsideWindow }
    if exposed.isEmpty { return .disabled }
    if exposed.contains(where: \.isOverride) { return .override }
    if Set(exposed.map(\.value)).count > 1 { return .multipleVariants }
    return made.arms[exposed[0].value] == nil ? .unknownValue : .analysed
  }

  var arm: Int? {
    exposing.first.flatMap { $0.view }.flatMap { made.arms[made.views[$0].value] }
  }

  /// The days after that of the first exposure on which it was seen.
  var seenDays: [Int] {
    guard let first = firstExposedAt,
      let date = made.days.first(where: { MadeHistory.start(of: $0 + 1) > first })
    else { return [] }
    let days = made.sightings.map(\.day).filter { made.days.contains($0) && $0 >= date }
    return Set(days.map { $0 - date }).sorted()
  }

  // MARK: - Values

  private func points(_ source: ExperimentPlan.MetricSource) -> [UnitHistory.Point] {
    switch source {
    case .events(let events):
      let names = MetricSources(made.plan).events.map(\.event)
      return names.firstIndex(of: events.event).map { made.events[$0] } ?? []
    case .trait(let name):
      let places = MetricSources(made.plan).traits
      return places.firstIndex(of: name).map { made.traits[$0] } ?? []
    case .segment:
      return made.sightings.map {
        let isMember = $0.segments == 1
        return .init(
          firstAt: $0.firstAt,
          lastAt: $0.lastAt,
          value: isMember ? 1 : 0,
          isTruthy: isMember
        )
      }
    }
  }

  /// All values that the points may have; several where the rules do not tell two last ones apart.
  private func values(
    _ aggregation: ExperimentPlan.Aggregation,
    _ source: ExperimentPlan.MetricSource,
    _ points: [UnitHistory.Point]
  ) -> Set<Double> {
    var isSegment = false
    if case .segment = source { isSegment = true }
    var numbers: [Double] = []
    var sum = 0.0
    for point in points {
      guard let number = point.value else { continue }
      numbers.append(number)
      sum += number
    }
    switch aggregation {
    case .occurrence: return [points.contains { $0.isTruthy } ? 1 : 0]
    case .count: return [Double(points.filter { $0.isTruthy || !isSegment }.count)]
    case .sum, .ratio: return [sum]
    case .mean: return [numbers.isEmpty ? 0 : sum / Double(numbers.count)]
    case .last:
      let known = points.filter { $0.value != nil }
      guard let end = known.map(\.lastAt).max() else { return [0] }
      let ending = known.filter { $0.lastAt == end }
      let begin = ending.map(\.firstAt).max()
      return Set(ending.filter { $0.firstAt == begin }.compactMap(\.value))
    }
  }

  /// The numerators and denominators that are right.
  func values(_ metric: ExperimentPlan.Metric) -> (Set<Double>, Set<Double>) {
    guard let exposed = firstExposedAt else { return ([], []) }
    var end = MadeHistory.start(of: day + 1)
    if let window = metric.conversionWindow, window < .max { end = min(end, exposed + window) }
    func counting(_ source: ExperimentPlan.MetricSource) -> [UnitHistory.Point] {
      points(source).filter { point in
        let heldAtExposure = point.firstAt < exposed && point.lastAt >= exposed
        let began = point.firstAt >= exposed && point.firstAt < end
        return began || heldAtExposure && exposed < end
      }
    }
    return both(metric, counting)
  }

  /// The same of the covariate.
  func covariates(_ metric: ExperimentPlan.Metric) -> (Set<Double>, Set<Double>)? {
    guard let exposed = firstExposedAt, let lookback = metric.covariateLookback else { return nil }
    return both(metric) { source in
      points(source).filter { $0.firstAt < exposed && $0.lastAt >= exposed - lookback }
        .map { point in
          // What came after the exposure is not known before it.
          .init(
            firstAt: point.firstAt,
            lastAt: min(point.lastAt, exposed - 1),
            value: point.value,
            isTruthy: point.isTruthy
          )
        }
    }
  }

  private func both(
    _ metric: ExperimentPlan.Metric,
    _ points: (ExperimentPlan.MetricSource) -> [UnitHistory.Point]
  ) -> (Set<Double>, Set<Double>) {
    (
      values(metric.aggregation, metric.source, points(metric.source)),
      metric.denominator.map { values($0.aggregation, $0.source, points($0.source)) } ?? [1]
    )
  }

  // MARK: - Slices

  /// What the membership and the plan may have been at the first exposure.
  var slices: [Set<String?>] {
    guard let exposed = firstExposedAt else { return [[nil], [nil]] }
    let memberships = made.sightings.map {
      ($0.firstAt, $0.lastAt, $0.segments == 1 ? "member" : "not a member" as String?)
    }
    let place = MetricSources(made.plan).traits.firstIndex(of: "plan")
    let texts = made.traitTexts.filter { $0.trait == place }.map {
      ($0.firstAt, $0.lastAt, $0.text)
    }
    return [latest(memberships, exposed), latest(texts, exposed)]
  }

  private func latest(
    _ values: [(first: Int64, last: Int64, text: String?)],
    _ time: Int64
  ) -> Set<String?> {
    let begun = values.filter { $0.first <= time }
    guard let held = begun.map({ min($0.last, time) }).max() else { return [nil] }
    let latest = begun.filter { min($0.last, time) == held }
    let begin = latest.map(\.first).max()
    return Set(latest.filter { $0.first == begin }.map(\.text))
  }
}
