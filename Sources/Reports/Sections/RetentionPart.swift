internal import Analysis

/// Who came back.
struct RetentionPart {
  private typealias Retention = ExperimentReport.RetentionCell
  private let report: ExperimentReport

  init(_ report: ExperimentReport) { self.report = report }

  /// `nil` where there are no cells.
  var section: Section? {
    guard !report.retention.isEmpty else { return nil }
    var periods: [String] = []
    for cell in report.retention where !periods.contains(cell.period) {
      periods.append(cell.period)
    }
    var blocks: [Block] = [
      .text(
        "Calendar periods after the one of the first exposure, which is 0. Retained: seen in the period. Retained or later: seen in it or after. The share is of all identities of the arm whose period has elapsed."
      )
    ]
    for period in periods {
      let cells = report.retention.filter { $0.period == period }
      if let chart = RetentionChart(arms: report.arms, cells: cells).markup {
        blocks.append(.figures([Figure(chart: chart)]))
      }
      blocks.append(.table(table(period, cells)))
    }
    return Section(id: "retention", heading: "Retention", blocks: blocks)
  }

  private func table(_ period: String, _ cells: [Retention]) -> TableModel {
    let indices = Set(cells.map(\.index)).sorted()
    return TableModel(
      label: "Retention",
      caption: "Retention by \(period)",
      columns: [.init(title: "\(period.prefix(1).uppercased() + period.dropFirst())")]
        + report.arms.flatMap { arm -> [TableModel.Column] in
          [.number("\(name: arm.name), retained"), .number("\(name: arm.name), retained or later")]
        },
      rows: indices.map { index in
        .init(
          header: "\(index)",
          cells: report.arms.flatMap { arm in
            Self.pair(cells.first { $0.variant == arm.name && $0.index == index })
          }
        )
      }
    )
  }

  private static func pair(_ cell: Retention?) -> [TableModel.Cell] {
    guard let cell else { return [.words("not computed"), .words("not computed")] }
    guard cell.elapsed else { return [.words("not yet elapsed"), .words("not yet elapsed")] }
    return [share(cell.retained, cell.identities), share(cell.retainedOrLater, cell.identities)]
  }

  private static func share(_ count: Int, _ whole: Int) -> TableModel.Cell {
    guard whole > 0 else { return .words("Not computed: no identities") }
    return .number(
      "\(Scaling.share(count, of: whole))<span class=\"sub\">\(Numbers.count(count)) of \(Numbers.count(whole))</span>"
    )
  }
}
