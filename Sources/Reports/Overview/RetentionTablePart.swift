internal import Analysis

/// Who came back, as heat maps.
struct RetentionTablePart {
  private let environment: Overview.Environment
  private let place: EnvironmentPlace

  init(_ environment: Overview.Environment, _ place: EnvironmentPlace) {
    self.environment = environment
    self.place = place
  }

  /// What stands there where there is none.
  static func none(_ overview: Overview) -> Section {
    Section(
      id: "retention",
      heading: "Retention",
      blocks: [
        .text(
          overview.retention.isConfigured
            ? Phrases.emptyTables
            : "No retention is counted. In <code>hooksift.yaml</code>, <code>cohorts: [{name: weekly, start: first_seen, period: week}]</code> asks for one."
        )
      ]
    )
  }

  /// `nil` where there is none.
  var section: Section? {
    guard !environment.retentions.isEmpty else { return nil }
    return Section(
      id: place.id("retention"),
      heading: place.heading("Retention"),
      blocks: [
        .text(
          "A row is a cohort: identities that came first in the same period. A cell is the share of them that was seen in a later period, and how many; the darker, the more. “…” stands where a period is not over, so that its number could still grow; “Together” takes in the cohorts whose period is over."
        )
      ] + environment.retentions.flatMap(blocks)
    )
  }

  private func blocks(_ retention: Overview.Retention) -> [Block] {
    var blocks: [Block] = [.heading(heading(retention)), .table(table(retention))]
    var notes: [Markup] = []
    if retention.otherCohorts > 0 {
      notes.append("\(retention.otherCohorts) earlier cohorts are not shown.")
    }
    if retention.otherValues > 0 {
      notes.append("The breakdown has \(retention.otherValues) more values.")
    }
    if !notes.isEmpty {
      blocks.append(
        .note("\(Markup(joining: notes, by: " ")) <code>retention</code> has everything.")
      )
    }
    return blocks
  }

  private func heading(_ retention: Overview.Retention) -> Markup {
    var heading = Markup(joining: retention.names.map { "\(name: $0)" }, by: ", ")
    if !heading.isNull { heading += ": " }
    heading += "by \(retention.period), from \(Self.start(retention.start))"
    if !retention.breakdown.isEmpty {
      let value: Markup = retention.value.map { "\(name: $0)" } ?? "null"
      heading += ", \(name: Phrases.dimension(retention.breakdown)) = \(value)"
    }
    return heading
  }

  private static func start(_ start: String) -> Markup {
    let prefix = "first_exposure:"
    guard start.hasPrefix(prefix) else { return "the first time seen" }
    return "the first exposure to \(name: String(start.dropFirst(prefix.count)))"
  }

  private func table(_ retention: Overview.Retention) -> TableModel {
    let indices = 0..<(retention.cohorts.flatMap { $0.cells.map(\.index) }.max() ?? 0) + 1
    let name = SVG.name(retention.period, columns: 10)
    let period = name.prefix(1).uppercased() + name.dropFirst()
    var rows = retention.cohorts.map { cohort in
      let cells = Dictionary(cohort.cells.map { ($0.index, $0) }) { first, _ in first }
      return TableModel.Row(
        header: "<span class=\"date\">\(Dates.date(cohort.start))</span>",
        cells: [.number("\(Numbers.count(cohort.identities))")]
          + indices.map { index in
            guard let cell = cells[index], cell.isElapsed else { return Self.open }
            return Self.cell(cell.retained, of: cohort.identities)
          }
      )
    }
    rows.append(
      .init(
        header: "Together",
        cells: [.number("\(Numbers.count(retention.identities))")]
          + indices.map { index in
            guard retention.totals.indices.contains(index) else { return Self.open }
            return Self.cell(
              retention.totals[index].retained,
              of: retention.totals[index].identities
            )
          }
      )
    )
    return TableModel(
      label: "Retention",
      caption: "Identities seen again, by \(retention.period) after that in which they came first",
      columns: [.init(title: "Cohort"), .number("Identities")]
        + indices.map { .number("\(period)\u{00A0}\($0)") },
      rows: rows
    )
  }

  private static let open = TableModel.Cell(
    content: "<span title=\"not over yet\">…</span>",
    kind: "number heat open"
  )

  private static func cell(_ count: Int, of whole: Int) -> TableModel.Cell {
    let share = Double(count) / Double(max(1, whole))
    let level = Int((share * 5).rounded(.up))
    return TableModel.Cell(
      content:
        "\(Scaling.wholeShare(count, of: whole))<span class=\"sub\">\(Numbers.count(count))</span>",
      kind: "number heat h\(min(5, max(0, level)))"
    )
  }
}
