internal import Analysis

/// The tables, and what a row of each is.
struct TablesPart {
  private let tables: [Overview.TableEntry]

  init(_ overview: Overview) { tables = overview.tables }

  var section: Section {
    guard !tables.isEmpty else {
      return Section(
        id: "tables",
        heading: "Tables",
        blocks: [.text("There are none yet: <code>hooksift summarize</code> makes them.")]
      )
    }
    return Section(
      id: "tables",
      heading: "Tables",
      blocks: [
        .text(
          "Everything above comes from these files. <code>hooksift export TABLE</code> writes any of them as CSV, Excel, JSON Lines or Parquet."
        ),
        .table(
          TableModel(
            label: "Tables",
            caption: "Summaries of the lake",
            columns: [
              .init(title: "Table"), .init(title: "A row is"), .number("Rows"),
              .init(title: "Files"),
            ],
            rows: tables.map(row)
          )
        ),
      ]
    )
  }

  private func row(_ entry: Overview.TableEntry) -> TableModel.Row {
    let name = entry.table.rawValue
    let kinds = (entry.table.hasCSV ? [("csv", "CSV")] : []) + [("parquet", "Parquet")]
    let links: [Markup] = kinds.map { ending, kind in
      "<a href=\"summaries/\(name).\(ending)\" aria-label=\"\(name) as \(kind)\">\(kind)</a>"
    }
    return .init(
      header: "<code>\(name)</code>",
      cells: [
        .prose("\(Phrases.row(of: entry.table))"), .number("\(Numbers.count(entry.rows))"),
        .text(Markup(joining: links, by: ", ")),
      ]
    )
  }
}
