internal import Analysis

/// Which share of an arm came back in each period after the first exposure.
struct RetentionChart {
  let arms: [ExperimentReport.Arm]
  /// Of one kind of period.
  let cells: [ExperimentReport.RetentionCell]

  /// `nil` where there are not two periods that have elapsed.
  var markup: Markup? {
    let shown = cells.filter { $0.elapsed && $0.identities > 0 }
    guard let first = shown.map(\.index).min(), let last = shown.map(\.index).max(), last > first
    else {
      return nil
    }
    let scale = Scale(
      showing: shown.map { Double($0.retained) / Double($0.identities) },
      ticks: 4
    )
    func x(_ index: Int) -> Double { Double(index - first) / Double(last - first) }
    var content = scale.grid(.percent)
    var lines: [Markup] = []
    var ends: [(name: String, style: Markup, y: Double)] = []
    for (place, arm) in arms.enumerated() {
      let points = shown.filter { $0.variant == arm.name }.sorted { $0.index < $1.index }
        .map { (x: x($0.index), y: 1 - scale.place(Double($0.retained) / Double($0.identities))) }
      guard let end = points.last else { continue }
      lines.append(SVG.path(points, "trend \(Series.style(place))"))
      ends.append((arm.name, Series.style(place), end.y))
      content.append(SVG.dot(end.x, end.y, "point \(Series.style(place))"))
    }
    content.append(SVG.stretched(lines))
    content += EndLabels.markup(ends, least: 0.08)
    let period = SVG.name(cells.first?.period ?? "", columns: 10)
    content.append(SVG.text("\(period) \(first)", 0, 1, dy: 18, .start))
    content.append(SVG.text("\(period) \(last)", 1, 1, dy: 18, .end))
    return SVG.chart(
      title: "Share of identities seen in each \(period) after the first exposure",
      description:
        "\(arms.count) arms, \(period) \(first) to \(last). The table beneath has the numbers.",
      style: "plot named",
      height: 200,
      content
    )
  }
}
