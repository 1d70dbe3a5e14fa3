import Analysis
import Bytes
import Files
import Lake
import Parquet
import Reports
import Tables

/// Reads any table of a workspace; a partitioned one gets its date as the first column.
struct TableSource {
  private let name: TableName
  private let workspace: Workspace

  init(_ name: TableName, workspace: Workspace) {
    self.name = name
    self.workspace = workspace
  }

  /// The columns of the table.
  ///
  /// - Throws: ``CommandFailure``, ``LakeReader/Missing`` or what reading the file throws, where there is no such table.
  func schema() throws -> TableSchema {
    switch name {
    case .lake(let table):
      _ = try LakeReader(workspace)
      return table.fullSchema
    case .summary(let table):
      try checkPresence(path, advice: "run `hooksift run` or `hooksift summarize` first")
      return table.schema
    case .experiment(let experiment, let table):
      try checkPresence(of: experiment)
      switch table {
      case .results: return ResultTable.schema
      case .timeline: return TimelineTable.schema
      case .units:
        let schema = try ParquetReader(FileSource(path: path)).schema
        return TableSchema(
          name: table.rawValue,
          sortColumns: schema.sortColumns,
          schema.columns
        )
      }
    }
  }

  /// Hands on rows, in their order.
  ///
  /// - Parameters:
  ///   - selection: Which ones; those of others may come too.
  ///   - body: What takes batches of all columns that the selection needs, in their order.
  /// - Throws: What reading throws, or `body`.
  func forEachBatch(_ selection: TableSelection, _ body: (Table) throws -> Void) throws {
    switch name {
    case .lake(let table) where table.isPartitioned:
      for file in try LakeReader(workspace).files(table) {
        guard let day = file.day, selection.mayTake(first: Int64(day)) else { continue }
        // The date is in no file, and at least one column tells how many rows there are.
        let columns = selection.needed.filter { $0 > 0 }.map { $0 - 1 }
        try file.forEachBatch(columns: columns.isEmpty ? [0] : columns) { batch in
          try body(batch.dated(day, table.fullSchema.picking(selection.needed)))
        }
      }
    case .lake(let table):
      for file in try LakeReader(workspace).files(table) {
        try file.forEachBatch(columns: selection.needed, body)
      }
    case .experiment(_, .timeline):
      let table = TimelineTable.table(try report())
      let all = (0..<table.rowCount).map(UInt32.init)
      let schema = table.schema.picking(selection.needed)
      try body(table.picking(all, columns: selection.needed, schema))
    case .summary, .experiment:
      try LakeReader.forEachBatch(of: path, schema(), columns: selection.needed, body)
    }
  }

  // MARK: - Files

  /// The table's file where it has one alone.
  private var path: String {
    switch name {
    case .lake(let table): "\(workspace.directory(.lake))/\(table.rawValue)"
    case .summary(let table): "\(workspace.directory(.summaries))/\(table.rawValue).parquet"
    case .experiment(let experiment, let table):
      "\(workspace.directory(.experiments))/\(experiment)/\(table.fileName)"
    }
  }

  private func checkPresence(_ path: String, advice: String) throws {
    guard !FileSystem.exists(path) else { return }
    throw CommandFailure(.noInput, "\(path): no such table; \(advice)")
  }

  private func checkPresence(of experiment: String) throws {
    let known = try FileSystem.list(workspace.directory(.experiments))
    guard !known.isEmpty, !known.contains(experiment) else {
      return try checkPresence(path, advice: "run `hooksift report` first")
    }
    throw CommandFailure(
      .noInput,
      "there is no report of an experiment \(experiment); \(Spelling.advice(experiment, known: known, of: "experiments"))"
    )
  }

  private func report() throws -> ExperimentReport {
    do {
      return try JSONFile.read(ExperimentReport.self, path)
    } catch is DecodingError {
      throw CommandFailure(
        .inputOutput,
        "\(path): it is not as `hooksift report` writes it; run that again"
      )
    }
  }
}

extension TableSource {
  /// All tables of a workspace that are there: those of the lake, summaries, and experiments.
  ///
  /// - Throws: ``LakeReader/Missing`` where there is no lake, or ``FileFailure``.
  static func names(in workspace: Workspace) throws -> [TableName] {
    _ = try LakeReader(workspace)
    var names = LakeTable.allCases.map(TableName.lake)
    names += SummaryTable.allCases.map(TableName.summary)
    for experiment in try FileSystem.list(workspace.directory(.experiments)) {
      names += ExperimentTable.allCases.compactMap {
        TableName(argument: "\(experiment)/\($0.rawValue)")
      }
    }
    return names.filter { FileSystem.exists(TableSource($0, workspace: workspace).path) }
  }
}

extension Table {
  /// The rows of a partition in the columns of `schema`, of which the first may be the date.
  fileprivate func dated(_ day: Int, _ schema: TableSchema) -> Table {
    guard schema.index(of: "date") == 0 else { return self }
    var table = Table(schema)
    table.columns[0] = Column(
      schema.columns[0],
      integers: [Int64](repeating: Int64(day), count: rowCount),
      nulls: []
    )
    table.columns[1...] = columns[..<(schema.columns.count - 1)]
    return table
  }
}
