import Analysis
import Files
import Lake
import Tables

/// Reads any table of a workspace; a partitioned one gets its date as the first column.
struct TableSource {
  private let name: TableName
  private let workspace: Workspace
  private let since: Int?
  private let until: Int?

  init(_ name: TableName, workspace: Workspace, since: Int?, until: Int?) {
    self.name = name
    self.workspace = workspace
    self.since = since
    self.until = until
  }

  private func contains(_ day: Int?) -> Bool {
    guard let day else { return since == nil && until == nil }
    return (since ?? .min) <= day && day < (until ?? .max)
  }

  /// The columns that are exported.
  ///
  /// - Throws: ``CommandFailure`` where dates are asked of a table that has none.
  func schema() throws -> TableSchema {
    let schema =
      switch name {
      case .lake(let table): table.fullSchema
      case .summary(let table): table.schema
      }
    guard schema.index(of: "date") == 0 || (since == nil && until == nil) else {
      throw CommandFailure(
        .usage,
        "--since and --until: the table \(schema.name) has no dates; summarize with them instead"
      )
    }
    return schema
  }

  /// Hands on the rows, in their order.
  func forEachBatch(_ body: (Table) throws -> Void) throws {
    switch name {
    case .lake(let table):
      let lake = try LakeReader(workspace)
      for file in try lake.files(table) where file.day == nil || contains(file.day) {
        try file.forEachBatch { batch in
          if let day = file.day {
            try body(batch.dated(day, table.fullSchema))
          } else {
            try body(filtered(batch))
          }
        }
      }
    case .summary(let table):
      try LakeReader.forEachBatch(of: summaryPath(table), table.schema) {
        try body(filtered($0))
      }
    }
  }

  private func summaryPath(_ table: SummaryTable) -> String {
    "\(workspace.directory(.summaries))/\(table.rawValue).parquet"
  }

  /// Checks that there is such a table to read.
  ///
  /// - Throws: ``LakeReader/Missing`` or ``CommandFailure``.
  func checkPresence() throws {
    switch name {
    case .lake: _ = try LakeReader(workspace)
    case .summary(let table):
      guard FileSystem.exists(summaryPath(table)) else {
        throw CommandFailure(
          .noInput,
          "\(summaryPath(table)): no such table; run `hooksift run` or `hooksift summarize` first"
        )
      }
    }
  }

  private func filtered(_ batch: Table) -> Table {
    guard since != nil || until != nil else { return batch }
    var kept = Table(batch.schema)
    for row in 0..<batch.rowCount {
      let day = batch.columns[0].isNull(row) ? nil : Int(batch.columns[0].integers[row])
      guard contains(day) else { continue }
      for place in batch.columns.indices {
        kept.columns[place].append(batch.columns[place], row)
      }
    }
    return kept
  }
}

extension Table {
  /// The rows of a partition with its date in front.
  fileprivate func dated(_ day: Int, _ schema: TableSchema) -> Table {
    var table = Table(schema)
    for _ in 0..<rowCount { table.columns[0].append(Int64(day)) }
    table.columns[1...] = columns[...]
    return table
  }
}

extension Column {
  /// Adds the cell of a row of another column of the same schema.
  fileprivate mutating func append(_ other: Column, _ row: Int) {
    if other.isNull(row) { return appendNull() }
    switch schema.type {
    case .int64, .boolean, .timestamp, .date: append(other.integers[row])
    case .double: append(other.doubles[row])
    case .string:
      let texts = other.texts
      append(texts[row])
    }
  }
}
