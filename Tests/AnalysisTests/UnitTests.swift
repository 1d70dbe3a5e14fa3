import Analysis
import TestSupport
import Testing

@Suite("Units")
struct UnitTests {
  @Test("are what the rules say, as of every date", arguments: TestSeed.cases(60))
  func asOfEveryDate(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for number in 0..<50 {
      try check(MadeHistory(&random), "seed \(seed), case \(number)")
    }
  }

  private func evaluator(_ made: MadeHistory) -> UnitEvaluator {
    UnitEvaluator(
      made.plan,
      ExperimentCalendar(made.days) { MadeHistory.start(of: $0) },
      MetricSources(made.plan),
      FateFinder(made.views, made.plan.exposure, arms: made.arms)
    )
  }

  private func check(_ made: MadeHistory, _ case: Comment) throws {
    let final = NaiveUnit(made: made, day: made.days.upperBound - 1)
    let found = evaluator(made).unit(made.history)
    #expect((found != nil) == final.isOfThePopulation, `case`)
    guard let unit = found else { return }
    #expect(unit.fate == final.fate, `case`)
    #expect(unit.firstExposedAt == final.firstExposedAt, `case`)
    #expect(unit.lastExposedAt == final.lastExposedAt, `case`)
    #expect(unit.seenDays == final.seenDays, `case`)
    for (slice, texts) in zip(unit.slices, final.slices) { #expect(texts.contains(slice), `case`) }
    var wasAnalysed = false
    for day in made.days {
      let naive = NaiveUnit(made: made, day: day)
      let isAnalysed = naive.fate == .analysed
      #expect(unit.analysedDays.contains(day - 100) == isAnalysed, `case`)
      guard isAnalysed else { continue }
      wasAnalysed = true
      #expect(unit.arm == naive.arm, `case`)
      for (place, metric) in made.plan.metrics.enumerated() {
        check(unit.metrics[place], metric, naive, "\(`case`), day \(day - 100), \(metric.name)")
      }
    }
    if !wasAnalysed { #expect(unit.arm == nil, `case`) }
  }

  private func check(
    _ history: MetricHistory,
    _ metric: ExperimentPlan.Metric,
    _ naive: NaiveUnit,
    _ case: Comment
  ) {
    let change = history.changes.last { $0.day <= naive.day - 100 }
    let (numerators, denominators) = naive.values(metric)
    #expect(numerators.contains(change?.numerator ?? 0), `case`)
    let none = metric.denominator == nil ? 1.0 : 0
    #expect(denominators.contains(change?.denominator ?? none), `case`)
    if let (numerators, denominators) = naive.covariates(metric) {
      #expect(numerators.contains(history.covariate), `case`)
      #expect(denominators.contains(history.covariateDenominator), `case`)
    }
  }

  @Test("are made of cases with everything in them")
  func cases() {
    var random = SeededGenerator(seed: TestSeed.value)
    var fates: [Fate: Int] = [:]
    var excludedLater = 0
    var values: [ExperimentPlan.Aggregation: Set<Double>] = [:]
    var covariates: [ExperimentPlan.Aggregation: Set<Double>] = [:]
    for _ in 0..<2000 {
      let made = MadeHistory(&random)
      guard let unit = evaluator(made).unit(made.history) else { continue }
      fates[unit.fate, default: 0] += 1
      if unit.fate != .analysed, !unit.analysedDays.isEmpty { excludedLater += 1 }
      for (metric, history) in zip(made.plan.metrics, unit.metrics) {
        values[metric.aggregation, default: []].formUnion(history.changes.map(\.numerator))
        covariates[metric.aggregation, default: []].insert(history.covariate)
      }
    }
    for fate in Fate.allCases { #expect(fates[fate, default: 0] >= 20, "\(fate)") }
    #expect(excludedLater >= 20)
    for aggregation in ExperimentPlan.Aggregation.allCases {
      let least = aggregation == .occurrence ? 2 : 4
      #expect(values[aggregation, default: []].count >= least, "\(aggregation)")
      #expect(covariates[aggregation, default: []].count >= least, "\(aggregation)")
    }
  }
}
