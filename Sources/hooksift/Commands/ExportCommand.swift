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
  var table: TableName?

  @Option(help: "csv, jsonl, parquet or xlsx.")
  var format = Format.csv

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

  @OptionGroup(title: "Common options") var common: CommonOptions

  func validate() throws {
    let isCSVOnly = excel || delimiter != nil || formulas != nil
    if isCSVOnly, format != .csv {
      throw ValidationError("--excel, --delimiter and --formulas are for --format csv")
    }
    if all != nil, table != nil { throw ValidationError("a table, or --all, not both") }
    if all != nil, to != nil || columns != nil || !filters.isEmpty {
      throw ValidationError("--to, --columns and --where are for one table, not for --all")
    }
    if all == nil, table == nil {
      throw ValidationError(
        "which table? One of \(TableName.allValueStrings.joined(separator: ", ")), or --all DIR for all of them"
      )
    }
  }

  func run() throws {
    let sources = try common.sources()
    let export = TableExport(
      workspace: .reading(try common.outputPath(sources)),
      format: format,
      csv: try csvOptions(sources)
    )
    if let table { try write(table, export, sources) }
    if let all { try writeAll(into: all, export, sources) }
  }

  private func write(_ table: TableName, _ export: TableExport, _ sources: SettingSources) throws {
    let asksForDates = dates.since != nil || dates.until != nil
    // What is said for all tables is not meant for those without dates.
    let days = table.isDated || asksForDates ? try dates.days(sources) : (since: nil, until: nil)
    let schema = try TableSource(table, workspace: export.workspace).schema()
    let selection = try TableSelection(schema, columns: columns, filters: filters, days: days)
    guard let to else { return try export.write(table, selection, to: StandardOutput()) }
    try TableExport.creating("--to \(to)") { try OutputFile(to) }
      .write { try export.write(table, selection, to: $0) }
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
    options.formulas = try sources.find(.formulas, option: formulas, standard: .escape).value
    return options
  }
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
