import Analysis
import Archives
import ArgumentParser
import Bytes
import Configuration
import Files
import Foundation
import Lake
import Spreadsheet
import Tables
import Warehouse

/// `hooksift export`: tables, in a format of choice.
struct ExportCommand: TalkingCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write a table, or all of them, as CSV, JSON Lines, Parquet or an Excel workbook.",
    discussion: """
      Tables of the lake: \(LakeTable.allCases.map(\.rawValue).joined(separator: ", ")).
      Summaries: \(SummaryTable.allCases.map(\.rawValue).joined(separator: ", ")).
      Of an experiment that was reported: \(ExperimentTable.allCases.map { "EXPERIMENT/\($0.rawValue)" }.joined(separator: ", ")).

        hooksift export feature_daily --format xlsx --to feature_daily.xlsx
        hooksift export exposures --columns identity,value --where feature=checkout_button --where 'windows>=2'
        hooksift export --all tables/

      `events` are the exposures in the columns of another program's table of events: with --for flagsmith-clickhouse those of Flagsmith's \
      own flagsmith_exp.events, for INSERT INTO flagsmith_exp.events FORMAT JSONEachRow.

      A condition is a column, one of = != < <= > >=, and a value as CSV has it; texts are compared by their bytes, and null \
      is written null. A table that does not fit into a worksheet, with more than \(SheetLimits.rows) rows or a \
      text of more than \(SheetLimits.textLength) UTF-16 code units, is not written as xlsx: the exit code is 65.
      """
  )

  /// The formats of exported tables, which are the endings of their files too.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case csv
    case jsonl
    case parquet
    case xlsx
  }

  @Argument(help: "The table's name.")
  var table: ExportedTable?

  @Option(help: "csv, jsonl, parquet or xlsx. (default: csv; events: jsonl alone)")
  var format: Format?

  @Option(help: ArgumentHelp("The file to write; standard output without it.", valueName: "file"))
  var to: String?

  @Option(
    help: ArgumentHelp(
      "Write every table there is to dir/TABLE.csv and dir/experiments/NAME/TABLE.csv, or the format's ending; tables without dates whole.",
      valueName: "dir"
    )
  )
  var all: String?

  @Option(
    help: ArgumentHelp(
      "The columns to write, in this order: a,b,c. (default: all)",
      valueName: "names"
    )
  )
  var columns: String?

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      "Write only the rows for which this holds: COLUMN=VALUE, or with != < <= > >=. Repeatable; all must hold.",
      valueName: "condition"
    )
  )
  var filters: [String] = []

  @Option(
    help: ArgumentHelp(
      "Write only the stays in cohort_members that last at its end.",
      valueName: "date"
    )
  )
  var asOf: DateText?

  @OptionGroup var dates: DateOptions

  @Flag(help: "CSV for Excel: byte-order mark, CRLF, times as yyyy-mm-dd hh:mm:ss in UTC.")
  var excel = false

  @Option(help: "The character between the fields of a CSV row. (default: ,)")
  var delimiter: CSVDelimiter?

  @Option(
    help:
      "What is done with CSV text that a spreadsheet would run: escape it with a ', or leave it raw. (default: escape)"
  )
  var formulas: CSVWriter.Formulas?

  @Flag(help: "Write U+FFFD in CSV for U+0000, which PostgreSQL cannot hold.")
  var replaceNul = false

  @OptionGroup(title: "Events") var events: EventOptions

  @OptionGroup(title: "Common options") var common: CommonOptions

  func validate() throws {
    let isCSVOnly = excel || delimiter != nil || formulas != nil || replaceNul
    if isCSVOnly, chosenFormat != .csv {
      throw ValidationError(
        "--excel, --delimiter, --formulas and --replace-nul are for --format csv"
      )
    }
    try events.check(areExported: table == .events, as: chosenFormat)
    if table == .events, columns != nil || !filters.isEmpty {
      throw ValidationError("--columns and --where are not for events")
    }
    if all != nil, table != nil { throw ValidationError("a table, or --all, not both") }
    if all != nil, to != nil || columns != nil || !filters.isEmpty || asOf != nil {
      throw ValidationError("--to, --columns, --where and --as-of are for one table, not for --all")
    }
    if all == nil, table == nil {
      throw ValidationError(
        "which table? One of \(ExportedTable.allValueStrings.joined(separator: ", ")), or --all DIR for all of them"
      )
    }
  }

  private var chosenFormat: Format { format ?? (table == .events ? .jsonl : .csv) }

  func run() throws {
    let sources = try common.sources()
    let export = TableExport(
      workspace: .reading(try common.outputPath(sources)),
      format: chosenFormat,
      csv: try csvOptions(sources)
    )
    if let table { try write(table, export, sources) }
    if let all { try writeAll(into: all, export, sources) }
  }

  private func write(
    _ exported: ExportedTable,
    _ export: TableExport,
    _ sources: SettingSources
  ) throws {
    let table = exported.stored
    let asksForDates = dates.since != nil || dates.until != nil
    // What is said for all tables is not meant for those without dates.
    let days = table.isDated || asksForDates ? try dates.days(sources) : (since: nil, until: nil)
    let schema = try TableSource(table, workspace: export.workspace).schema()
    let selection = try TableSelection(
      schema,
      columns: columns,
      filters: filters,
      days: days,
      lastingOn: asOf?.days
    )
    func write(to sink: any ByteSink) throws {
      guard exported == .events else { return try export.write(table, selection, to: sink) }
      let made = try export.writeEvents(events.made(from: schema), of: table, selection, to: sink)
      try EventOptions.say(made, on: common.console)
    }
    guard let to else { return try write(to: StandardOutput()) }
    try TableExport.creating("--to \(to)") { try OutputFile(to) }.write { try write(to: $0) }
  }

  private func writeAll(
    into directory: String,
    _ export: TableExport,
    _ sources: SettingSources
  ) throws {
    let path = ArchiveFinder.absolute(directory)
    let (written, faults) = try export.writeAll(into: path, days: dates.days(sources))
    try common.console.info("\(written.of("table", "tables")) written to \(path)")
    guard faults.isEmpty else {
      let count = faults.count.of("table was", "tables were")
      throw CommandFailure(.data, "\(count) not written: \(faults.joined(separator: "; "))")
    }
  }

  private func csvOptions(_ sources: SettingSources) throws -> CSVWriter.Options {
    var options = CSVWriter.Options()
    options.isForExcel = try sources.find(.excel, option: excel ? true : nil)?.value ?? false
    options.delimiter =
      try sources.find(.delimiter, option: delimiter)?.value.byte ?? options.delimiter
    options.replacesNUL = replaceNul
    options.formulas = try sources.find(.formulas, option: formulas, standard: .escape).value
    return options
  }
}

/// What can be exported: a table, or what is made of one.
enum ExportedTable: Equatable, ExpressibleByArgument {
  case table(TableName)
  /// Exposures in the columns of another program.
  case events

  init?(argument: String) {
    if let table = TableName(argument: argument) {
      self = .table(table)
    } else if argument == Self.eventsName {
      self = .events
    } else {
      return nil
    }
  }

  /// The table that is read.
  var stored: TableName {
    switch self {
    case .table(let table): table
    case .events: .summary(.exposures)
    }
  }

  private static let eventsName = "events"

  static var allValueStrings: [String] { TableName.allValueStrings + [eventsName] }
}

/// Standard output.
final class StandardOutput: ByteSink {
  func write(_ bytes: Span<UInt8>) throws {
    var copy: [UInt8] = []
    copy.append(bytes)
    do {
      try FileHandle.standardOutput.write(contentsOf: copy)
    } catch {
      throw CommandFailure(.inputOutput, "standard output cannot be written to")
    }
  }
}
