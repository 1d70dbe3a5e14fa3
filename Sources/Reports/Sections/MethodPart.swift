internal import Analysis

/// How it was computed, and what other tools would show.
struct MethodPart {
  private let report: ExperimentReport
  private let level: String

  init(_ report: ExperimentReport) {
    self.report = report
    level = ComparisonWording(report).level
  }

  var section: Section {
    var blocks: [Block] = [.heading("Metrics"), .entries(definitions), .heading("Settings")]
    blocks += [.entries(settings), .heading("Methods"), .entries(methods)]
    let rows = report.results.filter { $0.dimension.isEmpty && $0.status == "ok" }
    if !rows.isEmpty {
      blocks += [
        .heading("What other tools would show"),
        .text(
          "GrowthBook reports the delta interval of the lift, tea-tasting the log interval. Both are close to ours where there are many conversions, and off where there are few."
        ),
        .table(others(rows)), .heading("For the analyst"), .table(details(rows)),
      ]
    }
    return Section(id: "methods", heading: "Methods, settings and definitions", blocks: blocks)
  }

  private var definitions: [Entry] {
    report.metrics.map { metric in
      var meaning: Markup =
        "\(sentence(metric.definition)) A \(metric.type) and a \(metric.role); \(metric.direction == "decrease" ? "lower" : "higher") is better."
      if let margin = metric.margin, metric.role == "guardrail" {
        meaning += " Margin \(Scaling.percent.exact(margin))."
      }
      if let cap = metric.cap { meaning += " Values capped at \(Scaling.plain.text(cap))." }
      if let used = metric.usedRows {
        meaning +=
          " Rows of events: \(Numbers.count(used)) used, \(Numbers.count(metric.foreignRows ?? 0)) of other identities, \(Numbers.count(metric.badRows ?? 0)) that could not be read."
      }
      for example in metric.badRowExamples {
        meaning += "<span class=\"sub\">\(example)</span>"
      }
      return Entry(term: "\(name: metric.name)", meaning: meaning)
    }
  }

  private func sentence(_ text: String) -> String {
    let text = text.prefix(1).uppercased() + text.dropFirst()
    return text.isEmpty || text.hasSuffix(".") ? text : text + "."
  }

  private var settings: [Entry] {
    let settings = report.settings
    let prior =
      "\(Scaling.percent.exact(settings.priorMean)) ± \(Scaling.percent.exact(settings.priorDeviation))"
    return [
      Entry(
        term: "Exposure",
        meaning: settings.exposure == "always"
          ? "every observation, enabled or not" : "observations in which the flag is enabled"
      ),
      Entry(term: "Dates are those of", meaning: "\(settings.timeZone)"),
      Entry(term: "Significance", meaning: "α = \(Scaling.plain.exact(settings.alpha))"),
      Entry(
        term: "Correction",
        meaning: settings.correction == "bh" ? "Benjamini and Hochberg" : "Holm"
      ),
      Entry(
        term: "Sequential tuning",
        meaning: "\(Scaling.plain.exact(settings.sequentialTuning)) identities"
      ),
      Entry(term: "Prior of the lift", meaning: "\(prior)"),
      Entry(
        term: "Power",
        meaning:
          "\(Scaling.percent.exact(settings.targetPower)) for an effect of \(Scaling.percent.exact(settings.targetEffect))"
      ),
      Entry(
        term: "Least for a verdict",
        meaning:
          "\(settings.leastIdentities) identities in each arm, \(settings.leastConversions) conversions"
      ),
    ]
  }

  private var methods: [Entry] {
    [
      Entry(
        term: "Test",
        meaning:
          "Welch’s t-test of the absolute effect, two-sided. The interval of the lift is Fieller’s, which excludes 0 exactly when the test detects a difference before adjusting."
      ),
      Entry(
        term: "Who counts",
        meaning:
          "Intention to treat: all who were exposed, with the variant of their first exposure; what was measured before it does not count."
      ),
      Entry(
        term: "While it runs",
        meaning:
          "Asymptotic confidence sequences (Waudby-Smith and others, arXiv 2103.06476); with several comparisons a difference is reported only below α divided by their number. From the last date on, the adjusted p-value decides."
      ),
      Entry(
        term: "Sample ratio",
        meaning:
          "χ² test of the split, or exact where an expected number is below 5; it fails at p &lt; 0.001."
      ),
      Entry(
        term: "Not shown",
        meaning: "Power after the fact. What could have been found is the MDE."
      ),
    ]
  }

  private func others(_ rows: [ResultRow]) -> TableModel {
    TableModel(
      label: "Lift by three methods",
      caption: "Lift with \(level) intervals by three methods",
      columns: [
        .init(title: "Metric"), .init(title: "Treatment"), .number("Fieller (here)"),
        .number("Delta (GrowthBook)"), .number("Log (tea-tasting)"), .number("p by delta"),
      ],
      rows: rows.map { row in
        .init(
          header: "\(name: row.metric)",
          cells: [
            .text("\(name: row.treatment)"),
            interval(row.liftLow, row.liftHigh, or: Phrases.noLift(row)),
            interval(row.deltaLow, row.deltaHigh, or: "not defined"),
            interval(row.logLow, row.logHigh, or: "not defined"),
            number(row.deltaPValue, Numbers.pValue),
          ]
        )
      }
    )
  }

  /// A chance that is not certain is not called so.
  private static func chance(_ chance: Double) -> String {
    if chance > 0.9995 { return ">\u{00A0}99.9" + Scaling.percent.unit }
    if chance < 0.0005 { return "<\u{00A0}0.1" + Scaling.percent.unit }
    return Scaling.percent.text(chance, spread: 0.01)
  }

  private func interval(_ low: Double?, _ high: Double?, or words: String) -> TableModel.Cell {
    Scaling.percent.text(low, high).map { .number("\($0)") } ?? .words("\(words)")
  }

  private func number(_ value: Double?, _ text: (Double) -> String) -> TableModel.Cell {
    value.map { .number("\(text($0))") } ?? .words("not computed")
  }

  private func details(_ rows: [ResultRow]) -> TableModel {
    TableModel(
      label: "Details",
      caption:
        "Chance to win and expected loss are of a Bayesian model with the prior above; they are no measure of how sure one can be that it works. Everything is in results.csv too.",
      columns: [
        .init(title: "Metric"), .init(title: "Treatment"), .number("Standard error"),
        .number("Degrees of freedom"), .number("Sequential interval"), .number("Sequential p"),
        .number("Chance to win"), .number("Expected loss"), .number("Variance reduced by"),
        .number("θ"),
      ],
      rows: rows.map { row in
        let effect = Scaling.effect(row.metricType)
        let sequential = effect.text(row.sequentialLow, row.sequentialHigh)
        return .init(
          header: "\(name: row.metric)",
          cells: [
            .text("\(name: row.treatment)"),
            number(row.standardError) { effect.text($0) },
            number(row.degreesOfFreedom) { Numbers.text($0, decimals: 1) },
            sequential.map { .number("\($0)") } ?? .words("not computed"),
            number(row.sequentialPValue, Numbers.pValue),
            number(row.chanceToWin, Self.chance),
            number(row.treatmentLoss) { effect.text($0) },
            row.varianceReduction.map { .number("\(Scaling.percent.text($0))") }
              ?? .words("not adjusted"),
            row.theta.map { .number("\(Scaling.plain.text($0))") } ?? .words("not adjusted"),
          ]
        )
      }
    )
  }
}
