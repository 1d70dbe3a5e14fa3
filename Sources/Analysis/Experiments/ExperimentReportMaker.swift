internal import Bytes
internal import Statistics

/// Makes the report of an experiment from what was counted.
struct ExperimentReportMaker {
  /// Below how many identities of an arm, and conversions, there is no verdict.
  static let leastIdentities = 50
  static let leastConversions = 5

  let plan: ExperimentPlan
  let timeZone: String
  let environment: Int64?
  let arms: ExperimentArms
  let calendar: ExperimentCalendar
  let sources: MetricSources
  let tally: ExperimentTally
  let caps: [[Double?]?]
  /// Between changes of the allocations that were seen.
  let periods: [Allocations.Period]
  let events: [EventLoader.Tally]
  /// By event sources, the rows of identities of the experiment.
  let usedRows: [Int]
  let datesWithData: Set<Int>
  let inputDigest: String
  let planDigest: String

  func report() -> ExperimentReport {
    let sampleRatio = SampleRatioFinding(self)
    let rows = ResultRows(self, sampleRatio: sampleRatio)
    let days = calendar.days
    return ExperimentReport(
      experiment: plan.name,
      feature: plan.feature,
      environment: environment,
      start: DateTexts.date(plan.start),
      end: DateTexts.date(plan.end),
      asOf: days.isEmpty ? "" : DateTexts.date(days.upperBound - 1),
      dataFrom: tally.firstAt.map(DateTexts.time),
      dataTo: tally.lastAt.map(DateTexts.time),
      inputDigest: inputDigest,
      planDigest: planDigest,
      settings: settings,
      arms: arms.arms.indices.map { arm($0, sampleRatio) },
      fates: Fate.allCases.map { .init(fate: $0.rawValue, identities: tally.fates[$0] ?? 0) },
      population: tally.fates.values.reduce(0, +),
      sampleRatio: sampleRatio.report,
      checks: TrustChecks(self, sampleRatio).checks,
      metrics: plan.metrics.indices.map(definition),
      results: rows.final,
      series: rows.series,
      exposures: exposures,
      retention: retention
    )
  }

  /// How many identities each arm has in the end.
  var armCounts: [Int] { tally.newIdentities.map { $0.reduce(0, +) } }

  private var settings: ExperimentReport.Settings {
    ExperimentReport.Settings(
      exposure: plan.exposure.rawValue,
      timeZone: timeZone,
      alpha: plan.alpha,
      correction: plan.correction.rawValue,
      sequentialTuning: plan.sequentialTuning,
      priorMean: plan.prior.mean,
      priorDeviation: plan.prior.deviation,
      targetPower: plan.targetPower,
      targetEffect: plan.targetEffect,
      leastIdentities: Self.leastIdentities,
      leastConversions: Self.leastConversions
    )
  }

  private func arm(_ place: Int, _ sampleRatio: SampleRatioFinding) -> ExperimentReport.Arm {
    let counts = armCounts
    let total = counts.reduce(0, +)
    return ExperimentReport.Arm(
      name: arms.arms[place].name,
      value: arms.arms[place].value,
      isControl: place == 0,
      identities: counts[place],
      share: total == 0 ? 0 : Double(counts[place]) / Double(total),
      expectedShare: sampleRatio.shares?[place]
    )
  }

  private var exposures: [ExperimentReport.DailyExposure] {
    calendar.days.indices.flatMap { day in
      arms.arms.indices.map { arm in
        let new = tally.newIdentities[arm]
        let place = day - calendar.days.lowerBound
        return ExperimentReport.DailyExposure(
          date: DateTexts.date(day),
          variant: arms.arms[arm].name,
          newIdentities: new[place],
          identities: new[...place].reduce(0, +)
        )
      }
    }
  }

  private var retention: [ExperimentReport.RetentionCell] {
    let dayCount = calendar.days.count
    return arms.arms.indices.flatMap { arm in
      let new = tally.newIdentities[arm]
      let total = new.reduce(0, +)
      return (0..<dayCount).map { index in
        // Those whose day with this index is not after the last date.
        let elapsed = new[..<(dayCount - index)].reduce(0, +)
        return ExperimentReport.RetentionCell(
          variant: arms.arms[arm].name,
          period: "day",
          index: index,
          identities: elapsed,
          elapsed: elapsed == total,
          retained: tally.retained[arm][index],
          retainedOrLater: tally.retainedOrLater[arm][index]
        )
      }
    }
  }

  private func definition(_ place: Int) -> ExperimentReport.MetricDefinition {
    let metric = plan.metrics[place]
    var definition = ExperimentReport.MetricDefinition(
      name: metric.name,
      type: metric.kind.rawValue,
      role: metric.role.rawValue,
      direction: metric.direction.rawValue,
      margin: metric.role == .guardrail ? metric.margin : nil,
      definition: metric.definition,
      cap: caps[place]?.last ?? nil,
      badRowExamples: []
    )
    let used = [metric.source] + (metric.denominator.map { [$0.source] } ?? [])
    for case .events(let source) in used {
      guard let place = sources.events.firstIndex(of: source) else { continue }
      let tally = events[place]
      definition.usedRows = (definition.usedRows ?? 0) + usedRows[place]
      definition.foreignRows = (definition.foreignRows ?? 0) + tally.rows - usedRows[place]
      definition.badRows = (definition.badRows ?? 0) + tally.badRows
      definition.badRowExamples += tally.badRowExamples
    }
    return definition
  }
}

extension ExperimentPlan.Metric {
  var kind: MetricKind {
    switch aggregation {
    case .occurrence: .proportion
    case .ratio: .ratio
    case .count, .sum, .mean, .last: .mean
    }
  }

  /// What it is, in a sentence.
  var definition: String {
    var text = Self.text(aggregation, source)
    if let denominator {
      text += ", divided by \(Self.text(denominator.aggregation, denominator.source))"
    }
    text +=
      conversionWindow.map { ", within \(Self.length($0)) of the first exposure" }
      ?? ", after the first exposure"
    if let winsorization { text += "; capped at the quantile \(winsorization)" }
    if let covariateLookback {
      text += "; adjusted by the same in the \(Self.length(covariateLookback)) before it"
    }
    return text
  }

  private static func text(
    _ aggregation: ExperimentPlan.Aggregation,
    _ source: ExperimentPlan.MetricSource
  ) -> String {
    let what =
      switch source {
      case .events(let source): source.event.map { "event \($0)" } ?? "any event"
      case .trait(let name): "trait \(name)"
      case .segment(let name): "segment \(name)"
      }
    return switch aggregation {
    case .occurrence: "whether there was \(what)"
    case .count: "how often there was \(what)"
    case .sum, .ratio: "the sum of \(what)"
    case .mean: "the mean of \(what)"
    case .last: "the last value of \(what)"
    }
  }

  private static func length(_ microseconds: Int64) -> String {
    let seconds = microseconds / 1_000_000
    for (unit, name) in [(86_400, "day"), (3600, "hour"), (60, "minute")] as [(Int64, String)]
    where seconds % unit == 0 {
      let count = seconds / unit
      return "\(count) \(name)\(count == 1 ? "" : "s")"
    }
    return "\(seconds) seconds"
  }
}
