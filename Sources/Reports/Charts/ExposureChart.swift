internal import Analysis

/// How many identities of an arm were exposed for the first time on each day.
struct ExposureChart {
  let arm: ExperimentReport.Arm
  /// Those of the arm.
  let days: [ExperimentReport.DailyExposure]
  /// The same for all arms, so that they can be compared.
  let axis: DateAxis
  let greatest: Int
  let style: Markup

  /// `nil` where nobody was exposed.
  var markup: Markup? {
    let days = days.compactMap { row in
      Dates.day(row.date).map { (day: $0, count: row.newIdentities) }
    }
    guard !days.isEmpty, greatest > 0 else { return nil }
    let scale = Scale(showing: [Double(greatest)], ticks: 2)
    var content = scale.grid(.plain)
    let slot = 1 / Double(axis.last - axis.first + 1)
    for (day, count) in days where count > 0 {
      let height = scale.place(Double(count))
      content.append(
        SVG.rectangle(
          x: (Double(day - axis.first) + 0.15) * slot,
          y: 1 - height,
          width: slot * 0.7,
          height: height,
          "bar \(style)"
        )
      )
    }
    content += axis.labels
    let peak = days.max { $0.count < $1.count }
    return SVG.chart(
      title: "New identities a day: \(arm.name)",
      description: "\(Numbers.count(arm.identities)) identities over \(days.count) days; at most "
        + "\(Numbers.count(peak?.count ?? 0)) on one day.",
      style: "plot",
      height: 110,
      content
    )
  }
}
