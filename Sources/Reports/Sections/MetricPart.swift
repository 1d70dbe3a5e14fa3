internal import Analysis

/// What the treatments did to the metrics.
struct MetricPart {
  private let report: ExperimentReport
  private let wording: ComparisonWording

  init(_ report: ExperimentReport) {
    self.report = report
    wording = ComparisonWording(report)
  }

  // MARK: - Goals

  var goals: Section {
    let rows = report.overall(role: "goal")
    guard !rows.isEmpty else {
      return Section(
        id: "goals",
        heading: "Goal metrics",
        blocks: [.text("There is no result of a goal metric.")]
      )
    }
    var blocks: [Block] = [
      .text(
        "Intention to treat: every identity counts with the variant that it was first exposed to, whatever it did then."
      ),
      .table(table(rows)),
    ]
    if let plot = ForestPlot(rows, report).markup {
      let caption: Markup =
        "Lift and its \(wording.level) interval. An interval that crosses 0 is compatible with no difference."
      blocks.append(.figures([Figure(chart: plot, heading: "Lift at a glance", caption: caption)]))
    }
    if rows.contains(where: { $0.status == "ok" && $0.liftLow == nil && $0.liftHigh == nil }) {
      blocks.append(
        .note(
          "Where the control’s value is too uncertain to divide by, a lift has no bounds: the absolute effect is what can be said."
        )
      )
    }
    blocks += warnings(rows)
    return Section(id: "goals", heading: "Goal metrics", blocks: blocks)
  }

  private func table(_ rows: [ResultRow]) -> TableModel {
    let correction: Markup =
      report.settings.correction == "bh" ? "Benjamini and Hochberg" : "Holm"
    return TableModel(
      label: "Goal metrics",
      caption:
        "Value of each arm, effect and lift with \(wording.level) intervals. p-values are of the absolute effect, adjusted by \(correction) for \(report.familyCount) \(report.familyCount == 1 ? "comparison" : "comparisons"). MDE: the least lift that would be found with \(Scaling.percent.exact(report.settings.targetPower)) power so far.\(pointsNote(rows))",
      columns: [
        .init(title: "Metric"), .init(title: "Comparison"), .number("Control"),
        .number("Treatment"),
        .number("Absolute effect"), .number("Lift"), .number("p"), .number("Adjusted p"),
        .number("MDE"),
      ],
      rows: rows.map { row in
        let cells = ResultCells(row: row)
        return .init(
          header: "\(name: row.metric)\(direction(row))",
          cells: [
            .names("\(name: row.treatment) against \(name: row.control)\(judgement(row))"),
            cells.value(row.controlValue, row.controlCount),
            cells.value(row.treatmentValue, row.treatmentCount),
            cells.effect, cells.lift, cells.pValue(row.pValue),
            cells.pValue(report.adjustedPValue(of: row)), cells.detectable,
          ]
        )
      }
    )
  }

  private func pointsNote(_ rows: [ResultRow]) -> Markup {
    rows.contains { $0.metricType == "proportion" } ? " pp: percentage points." : ""
  }

  private func direction(_ row: ResultRow) -> Markup {
    "<span class=\"sub\">\(row.direction == "decrease" ? "lower is better" : "higher is better")</span>"
  }

  private func judgement(_ row: ResultRow) -> Markup {
    guard report.isTrusted else { return "" }
    let (kind, text): (Markup, Markup) =
      switch report.judgement(of: row) {
      case .better: ("good", "▲ better")
      case .worse: ("bad", "▼ worse")
      case .undecided: ("neutral", "no difference detected")
      case .collecting: ("neutral", "no verdict yet")
      case .notComputed: ("neutral", "")
      }
    return "<span class=\"sub \(kind)\"><span class=\"tag\">\(text)</span></span>"
  }

  private func warnings(_ rows: [ResultRow]) -> [Block] {
    rows.flatMap { row in
      row.warnings.map { warning in
        .note("\(name: row.metric), \(name: row.treatment): \(Phrases.warning(warning)).")
      }
    }
  }

  // MARK: - Guardrails

  /// `nil` where there is none.
  var guardrails: Section? {
    let rows = report.overall(role: "guardrail")
    guard !rows.isEmpty else { return nil }
    var blocks: [Block] = [
      .text(
        "A guardrail holds when its interval leaves no room for harm beyond its margin. \"Not ruled out\" does not say that there is harm, only that the data would allow it."
      ),
      .table(guardrailTable(rows)),
    ]
    if let plot = ForestPlot(rows, report).markup {
      blocks.append(
        .figures([
          Figure(
            chart: plot,
            caption: "Lift and its \(wording.level) interval; the short dashed line is the margin."
          )
        ])
      )
    }
    blocks += warnings(rows)
    return Section(id: "guardrails", heading: "Guardrails", blocks: blocks)
  }

  private func guardrailTable(_ rows: [ResultRow]) -> TableModel {
    TableModel(
      label: "Guardrail metrics",
      caption: "Guardrail metrics, with \(wording.level) intervals.\(pointsNote(rows))",
      columns: [
        .init(title: "Metric"), .init(title: "Comparison"), .init(title: "Harm"),
        .number("Control"),
        .number("Treatment"), .number("Absolute effect"), .number("Lift"), .number("p"),
      ],
      rows: rows.map { row in
        let cells = ResultCells(row: row)
        let (kind, mark, text) = wording.harm(row)
        return .init(
          header: "\(name: row.metric)\(direction(row))",
          cells: [
            .names("\(name: row.treatment) against \(name: row.control)"),
            .text("<span class=\"\(kind)\"><span class=\"tag\">\(mark)</span></span> \(text)"),
            cells.value(row.controlValue, row.controlCount),
            cells.value(row.treatmentValue, row.treatmentCount),
            cells.effect, cells.lift, cells.pValue(row.pValue),
          ]
        )
      }
    )
  }
}
