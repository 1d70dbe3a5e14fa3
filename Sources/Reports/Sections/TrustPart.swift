internal import Analysis

/// Whether the results can be trusted.
struct TrustPart {
  let report: ExperimentReport

  init(_ report: ExperimentReport) { self.report = report }

  var section: Section {
    let failed = report.checks.count { $0.status == "failed" }
    let warned = report.checks.count { $0.status == "warning" }
    let summary: Markup =
      if report.checks.isEmpty {
        "No checks were made."
      } else if failed > 0 {
        "<b>\(failed) of \(report.checks.count) checks failed.</b> The results below are grey: what the check found can make a difference where there is none, or hide one."
      } else if warned > 0 {
        "No check failed; \(warned) of \(report.checks.count) found something to keep in mind."
      } else if report.checks.allSatisfy({ $0.status == "passed" }) {
        "All \(report.checks.count) checks passed."
      } else {
        "No check failed; some could not be made."
      }
    var blocks: [Block] = [.text(summary)]
    if !report.checks.isEmpty { blocks.append(.table(checks)) }
    if !report.arms.isEmpty { blocks.append(.table(arms)) }
    if report.sampleRatio.periods.count > 1 { blocks.append(.table(periods)) }
    return Section(id: "trust", heading: "Can the results be trusted?", blocks: blocks)
  }

  private var checks: TableModel {
    TableModel(
      label: "Checks",
      caption: "Checks",
      columns: [.init(title: "Check"), .init(title: "Status"), .init(title: "What was found")],
      rows: report.checks.map { check in
        .init(
          header: "\(check.title)",
          cells: [.text(Self.status(check.status)), .prose("\(check.text)")]
        )
      }
    )
  }

  private static func status(_ status: String) -> Markup {
    switch status {
    case "passed": "<span class=\"status passed\">✓ Passed</span>"
    case "warning": "<span class=\"status warning\">! Warning</span>"
    case "failed": "<span class=\"status failed\">✕ Failed</span>"
    case "unknown": "<span class=\"status unknown\">? Unknown</span>"
    default: "<span class=\"status unknown\">\(status)</span>"
    }
  }

  private var arms: TableModel {
    let source: Markup =
      switch report.sampleRatio.source {
      case "configured": "as configured"
      case "seen": "as the webhooks say"
      default: "not known"
      }
    let test: Markup =
      report.sampleRatio.pValue.map { "; sample ratio test p \(Self.equation($0))" } ?? ""
    return TableModel(
      label: "Split of identities",
      caption:
        "How identities were split; expected shares \(source)\(test). A residual beyond ±3 is far from what was expected.",
      columns: [
        .init(title: "Variant"), .init(title: "Value"), .number("Identities"), .number("Share"),
        .number("Expected"), .number("Residual"),
      ],
      rows: report.arms.enumerated().map { place, arm in
        let residual =
          report.sampleRatio.residuals.indices.contains(place)
          ? report.sampleRatio.residuals[place] : nil
        return .init(
          header: "\(name: arm.name)\(arm.isControl && arm.name != "control" ? Self.control : "")",
          cells: [
            .text(arm.value.map { "<code>\(name: $0)</code>" } ?? "null"),
            .number("\(Numbers.count(arm.identities))"),
            .number("\(Self.share(arm.share))"),
            arm.expectedShare.map { .number("\(Self.share($0))") } ?? .words("not known"),
            residual.map { .number("\(Numbers.text($0, decimals: 2, signed: true))") }
              ?? .words("not computed"),
          ]
        )
      }
    )
  }

  private static let control: Markup = "<span class=\"sub\">control</span>"

  private var periods: TableModel {
    TableModel(
      label: "Splits between changes",
      caption: "The same between two changes of the allocations",
      columns: [.init(title: "From")] + [.init(title: "To")]
        + report.arms.map { .number("\(name: $0.name)") } + [.number("p")],
      rows: report.sampleRatio.periods.map { period in
        .init(
          header: "\(Dates.time(period.from))",
          cells: [.text("\(Dates.time(period.to))")]
            + report.arms.indices.map { place in
              guard period.identities.indices.contains(place) else { return .words("not known") }
              let expected: Markup =
                period.expectedShares.indices.contains(place)
                ? "<span class=\"sub\">\(Self.share(period.expectedShares[place])) expected</span>"
                : ""
              return .number("\(Numbers.count(period.identities[place]))\(expected)")
            } + [period.pValue.map { .number("\(Numbers.pValue($0))") } ?? .words("not computed")]
        )
      }
    )
  }

  private static func share(_ share: Double) -> String {
    Numbers.text(share * 100, decimals: 1) + "\u{202F}%"
  }

  /// `= 0.65`, `< 0.001`.
  static func equation(_ p: Double) -> String {
    let text = Numbers.pValue(p)
    return text.first == "<" || text.first == ">" ? text : "= \(text)"
  }
}
