import Bytes
import Files
import Lake
import Spreadsheet
import Tables
import Warehouse

/// Writes tables of a workspace in one format.
struct TableExport {
  let workspace: Workspace
  let format: ExportCommand.Format
  let csv: CSVWriter.Options

  /// Writes what a selection takes of a table.
  ///
  /// - Throws: ``CommandFailure`` where the table does not fit into the format; what reading or the sink throws.
  func write(_ name: TableName, _ selection: TableSelection, to sink: any ByteSink) throws {
    do {
      var writer = try TableWriter(selection.schema, format: format, csv: csv, to: sink)
      try TableSource(name, workspace: workspace).forEachBatch(selection) { batch in
        let taken = selection.apply(to: batch)
        if taken.rowCount > 0 { try writer.append(taken) }
      }
      try writer.finish()
    } catch let fault as SpreadsheetError {
      throw CommandFailure(.data, "\(name.text): \(fault); \(Self.advice(fault))")
    }
  }

  /// Writes exposures as events of another program.
  ///
  /// - Parameters:
  ///   - events: What makes them.
  ///   - name: The table of exposures.
  ///   - selection: What is taken of it; all its columns.
  ///   - sink: Where they go.
  /// - Returns: What made them, with its counts.
  /// - Throws: What reading or the sink throws.
  func writeEvents(
    _ events: FlagsmithEvents,
    of name: TableName,
    _ selection: TableSelection,
    to sink: any ByteSink
  ) throws -> FlagsmithEvents {
    var events = events
    var writer = try TableWriter(
      FlagsmithEvents.schema,
      format: format,
      csv: csv,
      to: sink
    )
    try TableSource(name, workspace: workspace).forEachBatch(selection) {
      try writer.append(events.events(of: selection.apply(to: $0)))
    }
    try writer.finish()
    return events
  }

  private static func advice(_ fault: SpreadsheetError) -> String {
    switch fault {
    case .tooManyRows: "take fewer with --since, --until or --where, or use --format csv"
    case .tooManyColumns: "name fewer with --columns, or use --format csv"
    case .textTooLong: "leave the column out with --columns, or use --format csv"
    }
  }

  /// Writes every table there is below a directory, each file in its place once it is whole.
  ///
  /// - Parameters:
  ///   - directory: Where the files go; other files in it stay.
  ///   - days: The days of those tables that have dates, in days since 1970-01-01.
  /// - Returns: How many files were written, and why others were not.
  /// - Throws: ``CommandFailure`` where a file cannot be created; what reading throws.
  func writeAll(
    into directory: String,
    days: (since: Int?, until: Int?)
  ) throws -> (written: Int, faults: [String]) {
    var written = 0
    var faults: [String] = []
    for name in try TableSource.names(in: workspace) {
      let schema = try TableSource(name, workspace: workspace).schema()
      let selection = try TableSelection(
        schema,
        columns: nil,
        filters: [],
        days: name.isDated ? days : (nil, nil)
      )
      let path = "\(directory)/\(path(of: name))"
      do {
        try Self.creating("--all \(directory)") {
          try FileSystem.makeDirectory(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
          return try OutputFile(path)
        }.write { try write(name, selection, to: $0) }
        written += 1
      } catch let failure as CommandFailure where failure.code == .data {
        let rest = FileSystem.exists(path) ? " (\(path) is as it was)" : ""
        faults.append(failure.message + rest)
      }
    }
    return (written, faults)
  }

  private func path(of name: TableName) -> String {
    switch name {
    case .lake, .summary: "\(name.text).\(format.rawValue)"
    case .experiment: "experiments/\(name.text).\(format.rawValue)"
    }
  }

  /// Says of which option a file is that cannot be created.
  static func creating<Made>(_ option: String, _ body: () throws -> Made) throws -> Made {
    do {
      return try body()
    } catch let failure as FileFailure {
      throw CommandFailure(.cannotCreate, "\(option): \(failure)")
    }
  }
}
