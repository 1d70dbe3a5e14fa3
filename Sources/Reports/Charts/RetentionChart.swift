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
    var content: [Markup] = scale.labels(.percent, signed: false).flatMap { value, text in
      let y = 1 - scale.place(value)
      return [
        SVG.line(0, y, 1, y, value == 0 ? "zero" : "grid"), SVG.text(text, 0, y, dx: -8, .end),
      ]
    }
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
    content += labels(ends)
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

  /// Names at the ends of the lines, moved apart where they would overlap.
  private func labels(_ ends: [(name: String, style: Markup, y: Double)]) -> [Markup] {
    let least = 0.08
    let ends = ends.sorted { $0.y < $1.y }
    var places: [Double] = []
    for end in ends { places.append(max(end.y, (places.last ?? -1) + least)) }
    // Those at the bottom are pushed up again, so that none stands beneath the axis.
    var limit = 1.0
    for place in places.indices.reversed() {
      places[place] = min(places[place], limit)
      limit = places[place] - least
    }
    return zip(ends, places).map { end, y in
      SVG.text(
        SVG.name(end.name, columns: 9),
        1,
        y,
        dx: 10,
        .start,
        "label text \(end.style)"
      )
    }
  }
}
