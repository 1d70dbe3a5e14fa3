internal import Analysis

/// Members of cohorts and segments, from date to date.
struct MembersPart {
  private let environment: Overview.Environment
  private let place: EnvironmentPlace

  init(_ environment: Overview.Environment, _ place: EnvironmentPlace) {
    self.environment = environment
    self.place = place
  }

  /// What stands there where there is no cohort.
  static func noCohorts(_ overview: Overview) -> Section {
    Section(
      id: "cohorts",
      heading: "Cohorts",
      blocks: [
        .text(
          overview.cohorts.isConfigured
            ? Phrases.emptyTables
            : "No cohort with a condition is counted. In <code>hooksift.yaml</code>, <code>cohorts: [{name: pros, where: 'plan = \"pro\"'}]</code> asks for one."
        )
      ]
    )
  }

  /// `nil` where there are none.
  var cohorts: Section? {
    guard !environment.cohorts.isEmpty else { return nil }
    var blocks: [Block] = [
      .text("Identities that fulfil a condition at the end of each date."),
      .figures(environment.cohorts.compactMap { figure($0, "Members of the cohort") }),
      .table(members(environment.cohorts, "Cohort", "Members of cohorts")),
    ]
    if !environment.overlaps.isEmpty { blocks.append(.table(overlap)) }
    return Section(id: place.id("cohorts"), heading: place.heading("Cohorts"), blocks: blocks)
  }

  /// `nil` where there are none.
  var segments: Section? {
    guard !environment.segments.isEmpty else { return nil }
    let hasFlows = environment.segments.contains { $0.entered != nil }
    let text: Markup =
      hasFlows
      ? "Identities that are members at the end of each date, as their last webhook says."
      : "Identities that were members in a webhook of the date."
    var blocks: [Block] = [
      .text(text),
      .figures(environment.segments.compactMap { figure($0, "Members of the segment") }),
      .table(members(environment.segments, "Segment", "Members of segments")),
    ]
    if environment.otherSegments > 0 {
      blocks.append(
        .note(
          "There are \(environment.otherSegments) more segments; <code>segment_daily</code> has all."
        )
      )
    }
    return Section(id: place.id("segments"), heading: place.heading("Segments"), blocks: blocks)
  }

  private func figure(_ members: Overview.Members, _ what: String) -> Figure? {
    guard let first = members.points.first?.day, let last = members.points.last?.day else {
      return nil
    }
    let most = members.points.map(\.value).max() ?? 0
    let chart = LineChart(
      title: "\(what): \(members.name)",
      description:
        "\(Dates.date(first)) to \(Dates.date(last)); \(Numbers.count(members.members)) on the last date, at most \(Numbers.count(Int(most))).",
      lines: [.init(name: members.name, style: "s1", points: members.points)],
      days: first...last,
      scaling: .counts(most)
    )
    return chart.markup.map { Figure(chart: $0, heading: "\(name: members.name)") }
  }

  private func members(
    _ rows: [Overview.Members],
    _ title: Markup,
    _ label: Markup
  ) -> TableModel {
    let hasFlows = rows.contains { $0.entered != nil }
    let flows: [TableModel.Column] = hasFlows ? [.number("Entered"), .number("Left")] : []
    return TableModel(
      label: label,
      caption: "\(label) on the last date, and the change against seven days before",
      columns: [.init(title: title), .number("Members"), .number("Change")]
        + flows,
      rows: rows.map { row in
        let change: TableModel.Cell? = row.membersBefore.map { before in
          .number("\(Numbers.text(Double(row.members - before), decimals: 0, signed: true))")
        }
        let flows = hasFlows ? [row.entered, row.left].map { $0 ?? 0 } : []
        return .init(
          header: "\(name: row.name)\(place.note(ifBefore: row.lastDay))",
          cells: [
            .number("\(Numbers.count(row.members))"),
            change ?? .words("no data then"),
          ] + flows.map { .number("\(Numbers.count($0))") }
        )
      }
    )
  }

  private var overlap: TableModel {
    TableModel(
      label: "Overlap of cohorts",
      caption: "Identities in two cohorts at the end of the last date",
      columns: [
        .init(title: "Cohort"), .init(title: "Other cohort"), .number("Members"),
        .number("Of the other"), .number("In both"), .number("Share of the cohort"),
      ],
      rows: environment.overlaps.map { row in
        .init(
          header: "\(name: row.cohort)",
          cells: [
            .names("\(name: row.other)"), .number("\(Numbers.count(row.members))"),
            .number("\(Numbers.count(row.otherMembers))"), .number("\(Numbers.count(row.both))"),
            .number("\(Scaling.share(row.both, of: row.members))"),
          ]
        )
      }
    )
  }
}
