internal import Analysis

/// Results by what identities were before their exposure.
struct SlicePart {
  private let report: ExperimentReport
  private let wording: ComparisonWording

  init(_ report: ExperimentReport) {
    self.report = report
    wording = ComparisonWording(report)
  }

  /// `nil` where there are none.
  var section: Section? {
    let rows = report.results.filter { !$0.dimension.isEmpty }
    guard !rows.isEmpty else { return nil }
    var tables: [Block] = []
    var dimensions: [String] = []
    for row in rows where !dimensions.contains(row.dimension) { dimensions.append(row.dimension) }
    for dimension in dimensions {
      tables.append(.heading("By \(name: Phrases.dimension(dimension))"))
      tables.append(.table(table(rows.filter { $0.dimension == dimension })))
    }
    return Section(
      id: "slices",
      heading: "Slices",
      blocks: [
        .text(
          "By what an identity was before its exposure. Slices are many and small: a difference in one of them is a question for the next experiment, not an answer."
        )
      ] + tables
    )
  }

  private func table(_ rows: [ResultRow]) -> TableModel {
    TableModel(
      label: "Slices",
      caption:
        "\(wording.level) intervals; p-values adjusted for all slices together. Split p: the sample ratio test of the slice.",
      columns: [
        .init(title: "Slice"), .init(title: "Metric"), .init(title: "Treatment"),
        .number("Control"),
        .number("Treatment"), .number("Absolute effect"), .number("Lift"), .number("Adjusted p"),
        .number("Split p"),
      ],
      rows: rows.map { row in
        let cells = ResultCells(row: row)
        let split: Markup? = row.sampleRatioPValue.map { "\(Numbers.pValue($0))" }
        return .init(
          header: "\(name: row.dimensionValue)",
          cells: [
            .text("\(name: row.metric)"), .text("\(name: row.treatment)"),
            cells.value(row.controlValue, row.controlCount),
            cells.value(row.treatmentValue, row.treatmentCount),
            cells.effect, cells.lift,
            row.role == "goal"
              ? cells.pValue(report.adjustedPValue(of: row)) : .words("guardrail"),
            split.map { .number($0) } ?? .words("not computed"),
          ]
        )
      }
    )
  }
}
