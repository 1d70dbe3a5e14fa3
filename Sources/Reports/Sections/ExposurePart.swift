internal import Analysis

/// How identities came in, day by day.
struct ExposurePart {
  let report: ExperimentReport

  init(_ report: ExperimentReport) { self.report = report }

  var section: Section {
    let axis = DateAxis(report.exposures.map(\.date))
    let greatest = report.exposures.map(\.newIdentities).max() ?? 0
    let figures = report.arms.enumerated().compactMap { place, arm -> Figure? in
      let chart = ExposureChart(
        arm: arm,
        days: report.exposures.filter { $0.variant == arm.name },
        axis: axis,
        greatest: greatest,
        style: Series.style(place)
      )
      return chart.markup.map { markup in
        Figure(
          chart: markup,
          heading: "\(name: arm.name): \(Numbers.count(arm.identities)) identities"
        )
      }
    }
    guard !figures.isEmpty else {
      return Section(
        id: "exposures",
        heading: "Exposures",
        blocks: [.text("Nobody was exposed to a variant.")]
      )
    }
    return Section(
      id: "exposures",
      heading: "Exposures",
      blocks: [
        .text(
          "Identities by the day of their first exposure, of those that are analysed; all charts have the same scale."
        ), .figures(figures),
      ]
    )
  }
}
