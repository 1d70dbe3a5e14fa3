internal import Analysis

/// Some numbers of each date as lines, each with its name at its end.
struct LineChart {
  struct Line {
    let name: String
    let style: Markup
    let points: [Overview.Point]
  }

  let title: String
  let description: String
  let lines: [Line]
  let days: ClosedRange<Int>
  let scaling: Scaling

  /// `nil` where there is nothing to be drawn.
  var markup: Markup? {
    let steps = DaySteps(days)
    let axis = DateAxis(days: days)
    let drawn = lines.map { line in
      (line: line, points: line.points.filter { steps.isShown($0.day) && days.contains($0.day) })
    }.filter { !$0.points.isEmpty }
    guard !drawn.isEmpty else { return nil }
    let scale = Scale(showing: drawn.flatMap { $0.points.map(\.value) }, ticks: 3)
    var content = scale.grid(scaling)
    var paths: [Markup] = []
    var ends: [(name: String, style: Markup, y: Double)] = []
    for (line, points) in drawn {
      func place(_ point: Overview.Point) -> (x: Double, y: Double) {
        (axis.place(point.day), 1 - scale.place(point.value))
      }
      for run in Self.runs(points, step: steps.length) where run.count > 1 {
        paths.append(SVG.path(run.map(place), "trend \(line.style)"))
      }
      guard let last = points.last else { continue }
      content.append(SVG.dot(place(last).x, place(last).y, "point \(line.style)"))
      ends.append((line.name, line.style, place(last).y))
    }
    content.append(SVG.stretched(paths))
    if lines.count > 1 { content += EndLabels.markup(ends, least: 0.12) }
    content += axis.labels
    return SVG.chart(
      title: title,
      description: description,
      style: lines.count > 1 ? "plot named" : "plot",
      height: 130,
      content
    )
  }

  /// Points that follow each other without a gap.
  private static func runs(_ points: [Overview.Point], step: Int) -> [[Overview.Point]] {
    points.reduce(into: []) { runs, point in
      if let last = runs.last?.last, point.day - last.day <= step {
        runs[runs.count - 1].append(point)
      } else {
        runs.append([point])
      }
    }
  }
}
