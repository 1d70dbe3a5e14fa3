package import Analysis
package import Lake
package import Tables

/// A table of the lake or of the summaries, as a warehouse holds it.
package struct WarehouseTable: Sendable {
  /// Where its rows come from.
  package enum Origin: Sendable {
    case lake(LakeTable)
    case summary(SummaryTable)
  }

  package let origin: Origin
  /// Its columns, the date of a partitioned table in front.
  package let schema: TableSchema

  package init(_ table: LakeTable) {
    origin = .lake(table)
    schema = table.fullSchema
  }

  package init(_ table: SummaryTable) {
    origin = .summary(table)
    schema = table.schema
  }

  /// Every table, those of the lake first.
  package static let all = LakeTable.allCases.map(Self.init) + SummaryTable.allCases.map(Self.init)

  package var name: String { schema.name }

  /// Whether its files have their date in their paths alone.
  var isPartitioned: Bool {
    switch origin {
    case .lake(let table): table.isPartitioned
    case .summary: false
    }
  }

  /// The paths of its files in a workspace; a `*` stands for a partition's date.
  var filePattern: String {
    switch origin {
    case .lake(let table): "\(Workspace.Part.lake.rawValue)/\(table.filePattern)"
    case .summary(let table): "\(Workspace.Part.summaries.rawValue)/\(table.parquetName)"
    }
  }

  /// What of a workspace holds its files and no others: a directory of partitions, or one file.
  var root: String {
    isPartitioned ? "\(Workspace.Part.lake.rawValue)/\(name)" : filePattern
  }

  /// What its rows are sorted by, most significant first.
  var sortKey: [ColumnSchema] { schema.sortColumns.map { schema.columns[$0] } }

  /// The first columns that rows are sorted by, up to the first text; that text where it is the very first.
  ///
  /// Rows of near keys are of a kind, and numbers and dates have few values; texts may be of any length.
  var clusterKey: [ColumnSchema] {
    let prefix = Array(sortKey.prefix { $0.type != .string })
    return prefix.isEmpty ? Array(sortKey.prefix(1)) : prefix
  }

  /// The date that its rows are sorted by first; `nil` where there is none.
  var date: ColumnSchema? { sortKey.first.flatMap { $0.type == .date ? $0 : nil } }

  /// The date in the path of a file, as a regular expression with one group.
  var datePattern: String { "/\(name)/date=([0-9-]{10})/" }
}
