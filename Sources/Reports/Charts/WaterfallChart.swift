package import Analysis

/// How the population falls to those that are analysed: what each fate takes away, beneath one another.
package struct WaterfallChart {
  private static let rowHeight = 44
  private let report: ExperimentReport

  package init(report: ExperimentReport) { self.report = report }

  /// The population first, what was left out in the order of the report, those that are analysed last.
  package var steps: [(name: String, count: Int, start: Int)] {
    var left = report.population
    var steps = [(name: "Seen in the environment", count: report.population, start: 0)]
    for fate in report.fates where fate.fate != "analysed" && fate.identities > 0 {
      left -= fate.identities
      steps.append((Phrases.fate(fate.fate).name, fate.identities, left))
    }
    let analysed = report.fates.first { $0.fate == "analysed" }?.identities ?? 0
    steps.append(("Analysed", analysed, 0))
    return steps
  }

  /// `nil` where there is nobody.
  var markup: Markup? {
    guard report.population > 0 else { return nil }
    let steps = steps
    let height = Double(steps.count * Self.rowHeight)
    let whole = Double(report.population)
    let content = steps.enumerated().flatMap { place, step -> [Markup] in
      let top = Double(place * Self.rowHeight)
      let isLoss = place > 0 && place < steps.count - 1
      return [
        SVG.text(step.name, 0, (top + 12) / height),
        SVG.text(
          (isLoss ? Numbers.minus : "") + Numbers.count(step.count),
          1,
          (top + 12) / height,
          .end,
          "label number"
        ),
        SVG.rectangle(x: 0, y: (top + 22) / height, width: 1, height: 10 / height, "track"),
        SVG.rectangle(
          x: Double(step.start) / whole,
          y: (top + 22) / height,
          width: max(Double(step.count) / whole, 0.002),
          height: 10 / height,
          isLoss ? "bar loss" : "bar whole"
        ),
      ]
    }
    let words = steps.map { "\($0.name): \(Numbers.count($0.count))." }.joined(separator: " ")
    return SVG.chart(
      title: "From those who were seen to those who are analysed",
      description: words,
      style: "flat",
      height: steps.count * Self.rowHeight,
      content
    )
  }
}
