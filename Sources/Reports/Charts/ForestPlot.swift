internal import Analysis

/// The lifts of metrics with their intervals, one beneath the other, over one axis.
struct ForestPlot {
  private let rows: [ResultRow]
  private let report: ExperimentReport

  private static let rowHeight = 46
  private static let headHeight = 30

  init(_ rows: [ResultRow], _ report: ExperimentReport) {
    self.rows = rows
    self.report = report
  }

  /// `nil` where no row has an interval.
  var markup: Markup? {
    let drawn = rows.filter {
      $0.status == "ok" && $0.lift != nil && $0.liftLow != nil && $0.liftHigh != nil
    }
    guard !drawn.isEmpty else { return nil }
    let scale = Scale(
      showing: drawn.flatMap { [$0.liftLow, $0.liftHigh, $0.lift, limit($0)].compactMap(\.self) }
    )
    var metrics: [String] = []
    for row in drawn where metrics.last != row.metric { metrics.append(row.metric) }
    let height = metrics.count * Self.headHeight + drawn.count * Self.rowHeight
    let zero = scale.place(0)
    var content = axis(scale)
    content.append(SVG.line(zero, 0, zero, 1, "zero"))
    var top = 0
    var metric = ""
    for row in drawn {
      if row.metric != metric {
        metric = row.metric
        let y = Double(top + 18) / Double(height)
        content.append(SVG.text(SVG.name(metric, columns: 34), 0, y, .start, "label strong"))
        top += Self.headHeight
      }
      content += draw(row, scale, top: Double(top), height: Double(height))
      top += Self.rowHeight
    }
    return SVG.chart(
      title: "Lift by metric and treatment",
      description: description(drawn),
      style: "forest",
      height: height,
      content
    )
  }

  private func axis(_ scale: Scale) -> [Markup] {
    scale.labels(.percent, signed: true).flatMap { value, text in
      let x = scale.place(value)
      let anchor: SVG.Anchor = x <= 0 ? .start : x >= 1 ? .end : .middle
      let label = value == 0 ? "0" : text
      return [SVG.line(x, 0, x, 1, "grid"), SVG.text(label, x, 1, dy: 18, anchor)]
    }
  }

  private func draw(_ row: ResultRow, _ scale: Scale, top: Double, height: Double) -> [Markup] {
    guard let low = row.liftLow, let high = row.liftHigh, let lift = row.lift else { return [] }
    let style = Series.style(of: row.treatment, in: report.arms)
    let y = (top + 30) / height
    let cap = 5 / height
    let (left, right) = (scale.place(low), scale.place(high))
    let interval = Scaling.percent.text(low, high) ?? ""
    let text = "\(Scaling.percent.text(lift, spread: (high - low) / 2, signed: true)) (\(interval))"
    let margin = limit(row).map(scale.place).map { x in
      SVG.line(x, (top + 16) / height, x, (top + 44) / height, "margin")
    }
    return [
      margin ?? "",
      SVG.text(SVG.name(row.treatment, columns: 16), 0, (top + 10) / height),
      SVG.text(text, 1, (top + 10) / height, .end, "label number"),
      SVG.line(left, y, right, y, "whisker \(style)"),
      SVG.line(left, y - cap, left, y + cap, "whisker \(style)"),
      SVG.line(right, y - cap, right, y + cap, "whisker \(style)"),
      SVG.dot(scale.place(lift), y, "point \(style)"),
    ]
  }

  /// The lift beyond which a guardrail is broken.
  private func limit(_ row: ResultRow) -> Double? {
    guard row.role == "guardrail",
      let margin = report.metrics.first(where: { $0.name == row.metric })?.margin
    else { return nil }
    return row.direction == "decrease" ? margin : -margin
  }

  private func description(_ rows: [ResultRow]) -> String {
    rows.map { row in
      let interval = Scaling.percent.text(row.liftLow, row.liftHigh) ?? "no interval"
      let lift = row.lift.map { Scaling.percent.text($0, signed: true) } ?? "no lift"
      return
        "\(row.metric), \(row.treatment) against \(row.control): \(lift), interval \(interval)."
    }.joined(separator: " ")
  }
}
