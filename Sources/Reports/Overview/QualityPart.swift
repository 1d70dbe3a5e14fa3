internal import Analysis

/// What became of the lines, by date and by outcome.
struct QualityPart {
  private let quality: Overview.Quality
  private let hasSummaries: Bool

  init(_ overview: Overview) {
    quality = overview.quality
    hasSummaries = overview.hasSummaries
  }

  var section: Section {
    guard !quality.outcomes.isEmpty else {
      let text: Markup =
        hasSummaries
        ? "No lines were read in these dates."
        : "There are no summaries yet: <code>hooksift summarize</code> makes them."
      return Section(id: "quality", heading: "Data quality", blocks: [.text(text)])
    }
    var blocks: [Block] = [
      .text(
        "Every line of every archive was either taken in, or rejected for one reason and kept in the quarantine."
      ), .figures(figures), .table(table),
    ]
    if quality.undated > 0 {
      blocks.append(
        .note(
          "\(Numbers.count(quality.undated)) lines have no time that could be read; they are in the table and not in the charts."
        )
      )
    }
    return Section(id: "quality", heading: "Data quality", blocks: blocks)
  }

  // MARK: - Charts

  private static let layers: [(outcome: String, name: Markup, style: Markup)] = [
    ("verified", "Verified", "s1"), ("reconstructed", "Reconstructed", "s3"),
    ("unsigned_accepted", "Unsigned, accepted", "s4"), ("", "Rejected", "s2"),
  ]

  private var figures: [Figure] {
    guard let first = quality.days.first?.day, let last = quality.days.last?.day else { return [] }
    let steps = DaySteps(first...last)
    var layers = Self.layers.map { ($0, [Double](repeating: 0, count: steps.count)) }
    for day in quality.days {
      for (name, lines) in day.lines {
        let layer = layers.firstIndex { $0.0.outcome == name } ?? layers.count - 1
        layers[layer].1[steps.place(day.day)] += Double(lines)
      }
    }
    let sums = (0..<steps.count).map { place in layers.reduce(0) { $0 + $1.1[place] } }
    let rejected = zip(layers.last?.1 ?? [], sums).map { $1 > 0 ? $0 / $1 : 0 }
    let shown = layers.filter { $0.1.contains { $0 > 0 } }
    let each = steps.length == 1 ? "date" : "\(steps.length) dates"
    let key = Markup(
      joining: shown.map { "<span class=\"key \($0.0.style)\">■</span>\u{00A0}\($0.0.name)" },
      by: ", "
    )
    var figures = [
      Figure(
        chart: StackedBars(
          title: "Lines by date and outcome",
          description:
            "\(Numbers.count(quality.days.count)) dates; at most \(Numbers.count(Int(sums.max() ?? 0))) lines in \(each). The table beneath has the sums.",
          layers: shown.map { .init(style: $0.0.style, values: $0.1) },
          days: first...last,
          scaling: .counts(sums.max() ?? 0),
          height: 150
        ).markup,
        heading: "Lines, a bar per \(each)",
        caption: "From the bottom: \(key)"
      )
    ]
    guard rejected.contains(where: { $0 > 0 }) else { return figures }
    figures.append(
      Figure(
        chart: StackedBars(
          title: "Share of rejected lines by date",
          description:
            "At most \(Scaling.percent.text(rejected.max() ?? 0)) in \(each).",
          layers: [.init(style: "s2", values: rejected)],
          days: first...last,
          scaling: .percent,
          height: 150,
          least: OverviewSummary.rejectedShare
        ).markup,
        heading: "Share of rejected lines, a bar per \(each)",
        caption: "Of all lines of the \(steps.length == 1 ? "date" : "dates")."
      )
    )
    return figures
  }

  // MARK: - Table

  private var table: TableModel {
    let all = quality.outcomes.reduce(0) { $0 + $1.lines }
    let last = quality.outcomes.reduce(0) { $0 + $1.lastDayLines }
    let day = quality.days.last.map { Dates.date($0.day) } ?? "The last date"
    return TableModel(
      label: "Outcomes",
      caption: "Lines by outcome, over all dates and on the last one",
      columns: [
        .init(title: "Outcome"), .init(title: "What it means"), .number("Lines"),
        .number("Share"), .number("\(day)"), .number("Share"),
      ],
      rows: quality.outcomes.map { outcome in
        .init(
          header: "<code>\(outcome.name)</code>",
          cells: [
            .prose("\(outcome.isRejected ? "Rejected: " : "")\(Phrases.outcome(outcome.name))"),
            .number("\(Numbers.count(outcome.lines))"),
            .number("\(Scaling.share(outcome.lines, of: all))"),
            .number("\(Numbers.count(outcome.lastDayLines))"),
            .number("\(Scaling.share(outcome.lastDayLines, of: last))"),
          ]
        )
      }
    )
  }
}
