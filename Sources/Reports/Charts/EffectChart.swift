internal import Analysis

/// The absolute effect as it was known at the end of each day, with the band for one look and the band for a look every day.
struct EffectChart {
  private let rows: [ResultRow]
  private let style: Markup
  private let axis: DateAxis

  /// - Parameters:
  ///   - rows: Those of one metric and treatment, by date.
  ///   - dates: All dates of the axis.
  ///   - style: The class of the treatment.
  init(_ rows: [ResultRow], dates: [String], style: Markup) {
    self.rows = rows
    self.style = style
    axis = DateAxis(dates)
  }

  /// `nil` where no date has a test.
  var markup: Markup? {
    let days = rows.compactMap(Day.init)
    guard let last = days.last else { return nil }
    let scale = Self.scale(days)
    let scaling = Scaling.effect(last.row.metricType)
    var content = scale.grid(scaling, signed: true)
    let runs = Self.runs(days)
    let bands: [Markup] = runs.flatMap { run in
      [
        band(run, scale, "band sequential \(style)", edge: "edge \(style)") { $0.sequential },
        band(run, scale, "band fixed \(style)") { ($0.low, $0.high) },
        SVG.path(run.map { ($0.place(axis), 1 - scale.place($0.effect)) }, "trend \(style)"),
      ]
    }
    content.append(SVG.stretched(bands))
    content.append(SVG.dot(last.place(axis), 1 - scale.place(last.effect), "point \(style)"))
    content += axis.labels
    return SVG.chart(
      title:
        "Effect over time: \(last.row.metric), \(last.row.treatment) against \(last.row.control)",
      description: description(days, scaling),
      style: "plot",
      height: 180,
      content
    )
  }

  /// Whether parts of the bands are cut off.
  var isCut: Bool {
    let days = rows.compactMap(Day.init)
    let scale = Self.scale(days)
    return days.contains { day in
      [day.low, day.high, day.sequential?.low, day.sequential?.high]
        .contains { $0.map { !scale.contains($0) } ?? false }
    }
  }

  /// The bands of the first days are so wide that nothing else could be seen: those of the last third are shown whole.
  private static func scale(_ days: [Day]) -> Scale {
    let late = days.suffix(max(1, days.count / 3))
    let fixed = days.suffix(max(1, days.count * 2 / 3)).flatMap { [$0.low, $0.high] }
    return Scale(
      showing: fixed + days.map(\.effect).suffix(late.count)
        + late.flatMap { [$0.sequential?.low ?? 0, $0.sequential?.high ?? 0] }
    )
  }

  private func band(
    _ run: [Day],
    _ scale: Scale,
    _ style: Markup,
    edge: Markup? = nil,
    _ ends: (Day) -> (low: Double, high: Double)?
  ) -> Markup {
    let shown = run.compactMap { day in ends(day).map { (x: day.place(axis), ends: $0) } }
    guard !shown.isEmpty else { return "" }
    let upper = shown.map { (x: $0.x, y: 1 - scale.place($0.ends.high)) }
    let lower = shown.map { (x: $0.x, y: 1 - scale.place($0.ends.low)) }
    let area = SVG.area(upper + lower.reversed(), style)
    return edge.map { area + SVG.path(upper, $0) + SVG.path(lower, $0) } ?? area
  }

  /// Days that follow each other without a gap.
  private static func runs(_ days: [Day]) -> [[Day]] {
    days.reduce(into: []) { runs, day in
      if let last = runs.last?.last, last.day + 1 == day.day {
        runs[runs.count - 1].append(day)
      } else {
        runs.append([day])
      }
    }
  }

  private func description(_ days: [Day], _ scaling: Scaling) -> String {
    guard let last = days.last else { return "" }
    let fixed = scaling.text(last.low, last.high) ?? ""
    let sequential = last.sequential.flatMap { scaling.text($0.low, $0.high) }
    return "\(days.count) days up to \(Dates.date(last.row.asOf)). On the last day the effect was "
      + scaling.text(last.effect, spread: (last.high - last.low) / 2, signed: true)
      + ", fixed interval \(fixed)"
      + (sequential.map { ", sequential interval \($0)." } ?? ".")
  }

  /// A date with a test.
  private struct Day {
    let row: ResultRow
    let day: Int
    let effect: Double
    let low: Double
    let high: Double
    let sequential: (low: Double, high: Double)?

    init?(_ row: ResultRow) {
      guard row.status == "ok", let day = Dates.day(row.asOf), let effect = row.effect,
        let low = row.effectLow, let high = row.effectHigh
      else { return nil }
      self.row = row
      self.day = day
      self.effect = effect
      self.low = low
      self.high = high
      if let low = row.sequentialLow, let high = row.sequentialHigh {
        sequential = (low, high)
      } else {
        sequential = nil
      }
    }

    func place(_ axis: DateAxis) -> Double { axis.place(day) }
  }
}
