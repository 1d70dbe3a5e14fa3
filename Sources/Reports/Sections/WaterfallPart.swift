internal import Analysis

/// Who is analysed, and who is not.
struct WaterfallPart {
  let report: ExperimentReport

  init(_ report: ExperimentReport) { self.report = report }

  var section: Section {
    guard report.population > 0 else {
      return Section(
        id: "population",
        heading: "Who is counted",
        blocks: [.text("No identity with this feature was seen in the environment in these dates.")]
      )
    }
    let chart = WaterfallChart(report: report).markup
    return Section(
      id: "population",
      heading: "Who is counted",
      blocks: [
        .text("Every identity that was seen has exactly one fate, so the numbers add up."),
        .figures(chart.map { [Figure(chart: $0)] } ?? []),
        .table(table),
      ]
    )
  }

  private var table: TableModel {
    let rows = report.fates.map { fate in
      let (name, meaning) = Phrases.fate(fate.fate)
      return row(name, meaning, fate.identities)
    }
    return TableModel(
      label: "Fates of identities",
      caption: "Fates of identities",
      columns: [
        .init(title: "Fate"), .init(title: "What it means"), .number("Identities"),
        .number("Share"),
      ],
      rows: rows + [row("Together", "All identities that were seen.", report.population)]
    )
  }

  private func row(_ name: String, _ meaning: String, _ count: Int) -> TableModel.Row {
    .init(
      header: "\(name)",
      cells: [
        .prose("\(meaning)"), .number("\(Numbers.count(count))"),
        .number("\(Scaling.share(count, of: report.population))"),
      ]
    )
  }
}
