import Analysis
import Archives
import ArgumentParser
import Bytes
import Configuration
import Files
import Foundation
import Lake
import Tables
import Warehouse

/// `hooksift export`: one table, in a format of choice.
struct ExportCommand: TalkingCommand {
  static let configuration = CommandConfiguration(
    commandName: "export",
    abstract: "Write one table as CSV, JSON Lines or Parquet.",
    discussion: """
      Tables of the lake: \(LakeTable.allCases.map(\.rawValue).joined(separator: ", ")).
      Summaries: \(SummaryTable.allCases.map(\.rawValue).joined(separator: ", ")).

      `events` are the exposures in the columns of another program's table of events: with --for flagsmith-clickhouse those of Flagsmith's \
      own flagsmith_exp.events, for INSERT INTO flagsmith_exp.events FORMAT JSONEachRow.
      """
  )

  /// The formats of exported tables.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case csv
    case jsonl
    case parquet
  }

  @Argument(help: "The table's name.")
  var table: ExportedTable

  @Option(help: "csv, jsonl or parquet. (default: csv; events: jsonl)")
  var format: Format?

  @Option(help: ArgumentHelp("The file to write; standard output without it.", valueName: "file"))
  var to: String?

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
    try events.check(areExported: table == .events, as: chosenFormat, isStyled: isCSVOnly)
  }

  private var chosenFormat: Format { format ?? (table == .events ? .jsonl : .csv) }

  func run() throws {
    let sources = try common.sources()
    let asksForDates = dates.since != nil || dates.until != nil
    // What is said for all tables is not meant for those without dates.
    let stored = table.stored
    let days = stored.isDated || asksForDates ? try dates.days(sources) : (since: nil, until: nil)
    let source = TableSource(
      stored,
      workspace: .reading(try common.outputPath(sources)),
      since: days.since,
      until: days.until
    )
    let schema = try source.schema()
    try source.checkPresence()
    guard let to else {
      let sink = StandardOutput()
      try write(source, schema, try csvOptions(sources), to: sink)
      return
    }
    // A device or a pipe is written to; a file, also one behind a link, is replaced once the new one is whole.
    let given = ArchiveFinder.absolute(to)
    let path = given.hasPrefix("/dev/") ? given : FileSystem.resolvingLinks(given)
    let isReplaced =
      !path.hasPrefix("/dev/") && (!FileSystem.exists(path) || FileSystem.isRegularFile(path))
    let sink: FileSink
    do {
      sink = try FileSink(path: isReplaced ? path + ".part" : path)
    } catch let failure as FileFailure {
      throw CommandFailure(.cannotCreate, "--to \(to): \(failure)")
    }
    try write(source, schema, try csvOptions(sources), to: sink)
    try sink.close()
    if isReplaced { try FileSystem.rename(sink.path, to: path) }
  }

  private func write(
    _ source: TableSource,
    _ schema: TableSchema,
    _ options: CSVWriter.Options,
    to sink: any ByteSink
  ) throws {
    guard table == .events else {
      var writer = try TableWriter(schema, format: chosenFormat, csv: options, to: sink)
      try source.forEachBatch { try writer.append($0) }
      return try writer.finish()
    }
    var events = try events.made(from: schema)
    var writer = try TableWriter(
      FlagsmithEvents.schema,
      format: chosenFormat,
      csv: EventOptions.style,
      to: sink
    )
    try source.forEachBatch { try writer.append(events.events(of: $0)) }
    try writer.finish()
    try EventOptions.say(events, on: common.console)
  }

  private func csvOptions(_ sources: SettingSources) throws -> CSVWriter.Options {
    var options = CSVWriter.Options()
    options.replacesNUL = replaceNul
    options.isForExcel = try sources.find(.excel, option: excel ? true : nil)?.value ?? false
    options.delimiter =
      try sources.find(.delimiter, option: delimiter)?.value.byte ?? options.delimiter
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

/// The name of any table.
enum TableName: Equatable, ExpressibleByArgument {
  case lake(LakeTable)
  case summary(SummaryTable)

  init?(argument: String) {
    if let table = LakeTable(rawValue: argument) {
      self = .lake(table)
    } else if let table = SummaryTable(rawValue: argument) {
      self = .summary(table)
    } else {
      return nil
    }
  }

  /// Whether its rows, or its partitions, have dates.
  var isDated: Bool {
    switch self {
    case .lake(let table): table.isPartitioned || table.schema.index(of: "date") == 0
    case .summary(let table): table.schema.index(of: "date") == 0
    }
  }

  static var allValueStrings: [String] {
    LakeTable.allCases.map(\.rawValue) + SummaryTable.allCases.map(\.rawValue)
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
