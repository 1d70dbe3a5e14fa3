internal import Analysis

/// The features of an environment with several values, and who got which from date to date.
struct FeaturePart {
  private let environment: Overview.Environment
  private let place: EnvironmentPlace

  init(_ environment: Overview.Environment, _ place: EnvironmentPlace) {
    self.environment = environment
    self.place = place
  }

  /// What stands there where there is no environment.
  static func none(_ overview: Overview) -> Section {
    Section(
      id: "features",
      heading: "Features",
      blocks: [
        .text(
          overview.hasSummaries
            ? "No webhook of these dates has a feature."
            : "There are no summaries yet: <code>hooksift summarize</code> makes them."
        )
      ]
    )
  }

  var section: Section {
    let features = environment.features
    guard !features.isEmpty else {
      return Section(
        id: place.id("features"),
        heading: place.heading("Features"),
        blocks: [
          .text(
            "No feature is multivariate or had more than one value; <code>feature_daily</code> has all."
          )
        ]
      )
    }
    var blocks: [Block] = [
      .text(
        "Multivariate features, and others with more than one value: the share of identities that got each value, of all on the date. Who got two values on a date counts with both."
      ), .figures(features.compactMap(figure)), .table(table),
    ]
    if environment.otherFeatures > 0 {
      blocks.append(
        .note(
          "\(environment.otherFeatures) more features have several values; <code>feature_daily</code> has all."
        )
      )
    }
    return Section(
      id: place.id("features"),
      heading: place.heading("Features"),
      blocks: blocks
    )
  }

  private func figure(_ feature: Overview.Feature) -> Figure? {
    let labels = ValueLabels(feature)
    var lines = feature.values.enumerated().map { number, value in
      LineChart.Line(
        name: labels.text(value),
        style: Series.style(number + 1),
        points: value.points
      )
    }
    if let others = feature.others {
      lines.append(LineChart.Line(name: "others", style: Series.style(0), points: others.points))
    }
    let days = lines.flatMap { [$0.points.first?.day, $0.points.last?.day] }.compactMap(\.self)
    guard let first = days.min(), let last = days.max() else { return nil }
    let shares = feature.values.map { "\(labels.text($0)) \(Scaling.percent.text($0.share))" }
    let chart = LineChart(
      title: "Share of identities by value: \(feature.name)",
      description:
        "\(Dates.date(first)) to \(Dates.date(last)); on the last date \(shares.joined(separator: ", ")).",
      lines: lines,
      days: first...last,
      scaling: .percent
    )
    return chart.markup.map { Figure(chart: $0, heading: "\(name: feature.name)") }
  }

  private var table: TableModel {
    TableModel(
      label: "Values of features",
      caption:
        "Values on the last date; the change is of the share, in percentage points, against seven days before",
      columns: [
        .init(title: "Feature"), .init(title: "Value"), .number("Identities"), .number("Share"),
        .number("Change"),
      ],
      rows: environment.features.flatMap { feature in
        let labels = ValueLabels(feature)
        var rows = feature.values.map { row(feature, labels.markup($0), $0) }
        if let others = feature.others {
          let count: Markup = feature.otherValues > 0 ? "\(feature.otherValues) others" : "others"
          rows.append(row(feature, count, others))
        }
        return rows
      }
    )
  }

  private func row(
    _ feature: Overview.Feature,
    _ label: Markup,
    _ value: Overview.Feature.Value
  ) -> TableModel.Row {
    let change: TableModel.Cell? = value.shareBefore.map { before in
      let points = (value.share - before) * 100
      return .number("\(Numbers.text(points, decimals: 1, signed: true))\(Scaling.points.unit)")
    }
    return .init(
      header: "\(name: feature.name)\(place.note(ifBefore: feature.lastDay))",
      cells: [
        .names(label),
        .number("\(Numbers.count(value.identities))"),
        .number("\(Numbers.text(value.share * 100, decimals: 1))\(Scaling.percent.unit)"),
        change ?? .words("no data then"),
      ]
    )
  }
}

/// What the values of a feature are called; with their types where their texts are alike.
struct ValueLabels {
  private let isAmbiguous: Bool

  init(_ feature: Overview.Feature) {
    let texts = feature.values.filter(\.isEnabled).map { $0.text ?? "null" }
    isAmbiguous = Set(texts).count < texts.count
  }

  /// In a chart.
  func text(_ value: Overview.Feature.Value) -> String {
    let text = value.text.map { $0.isEmpty ? "(empty)" : $0 } ?? "null"
    let typed = isAmbiguous ? "\(text) (\(value.type))" : text
    return value.isEnabled ? typed : "off: \(typed)"
  }

  /// In a table.
  func markup(_ value: Overview.Feature.Value) -> Markup {
    let text: Markup = value.text.map { "<code>\(name: $0)</code>" } ?? "null"
    let typed: Markup = isAmbiguous ? "\(text) (\(value.type))" : text
    return value.isEnabled ? typed : "off: \(typed)"
  }
}
