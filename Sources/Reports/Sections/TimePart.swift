internal import Analysis

/// What would have been reported on each day.
struct TimePart {
  let report: ExperimentReport

  init(_ report: ExperimentReport) { self.report = report }

  /// `nil` where there is no series.
  var section: Section? {
    let goals = report.overall(role: "goal")
    var isCut = false
    var figures: [Figure] = []
    for goal in goals {
      let rows = report.series.filter { row in
        row.dimension.isEmpty && row.metric == goal.metric && row.treatment == goal.treatment
      }.sorted { $0.asOf < $1.asOf }
      let chart = EffectChart(
        rows,
        dates: rows.map(\.asOf),
        style: Series.style(of: goal.treatment, in: report.arms)
      )
      guard let markup = chart.markup else { continue }
      isCut = isCut || chart.isCut
      figures.append(
        Figure(
          chart: markup,
          heading: "\(name: goal.metric): \(name: goal.treatment) against \(name: goal.control)"
        )
      )
    }
    guard !figures.isEmpty else { return nil }
    let level = ComparisonWording(report).level
    var blocks: [Block] = [
      .text(
        "The absolute effect as it was known at the end of each day, replayed from the archives. The dark band is the fixed \(level) interval, right for one look that was planned; the light, dashed one is the sequential interval, right however often one looks."
      ),
      .figures(figures),
    ]
    if isCut { blocks.append(.note("The bands of the first days are wider than the charts.")) }
    return Section(id: "time", heading: "Effect over time", blocks: blocks)
  }
}
