import Analysis
import ArgumentParser
import Configuration
import Files
import Foundation
import Tables

/// `hooksift analyze`: the statistics of experiments, on any file of units.
struct AnalyzeCommand: TalkingCommand {
  static let configuration = CommandConfiguration(
    commandName: "analyze",
    abstract: "Compare the variants of any CSV file of units, as experiment reports do.",
    discussion: """
      The file has a row per identity: variant and numerator, and if wanted identity, denominator, covariate and \
      covariate_denominator. All of mean (of the numerators), proportion (of numerators above 0) and ratio (numerators over \
      denominators) are compared, without and with the covariate.

      The settings, JSON, name control and variants [{key, weight}], and may set alpha, sequential_tuning, prior_mean, prior_sd, \
      target_power and mde_relative.
      """
  )

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case table
    case json
    case csv
    case keyvalue
  }

  @Argument(help: ArgumentHelp("The units; - for standard input.", valueName: "units.csv"))
  var units: String

  @Option(help: ArgumentHelp("The settings.", valueName: "settings.json"))
  var settings: String

  @Option(help: "table, json, csv or keyvalue.")
  var format = Format.table

  @OptionGroup(title: "Common options") var common: CommonOptions

  func run() throws {
    let settings = try UnitSettingsFile.read(self.settings)
    let stream: FileStream
    do {
      stream = try FileStream(path: units)
    } catch {
      throw CommandFailure(.noInput, error.description)
    }
    let console = try common.console
    let analysis = UnitAnalysis(try read(stream, settings, console), settings)
    let bytes = bytes(of: analysis)
    try StandardOutput().write(bytes.span)
  }

  private func bytes(of analysis: UnitAnalysis) -> [UInt8] {
    switch format {
    case .table: return Array((analysis.text + "\n").utf8)
    case .json: return analysis.json
    case .keyvalue: return analysis.keyValues
    case .csv:
      let writer = CSVWriter(UnitAnalysis.schema)
      var bytes: [UInt8] = []
      writer.appendHeader(to: &bytes)
      writer.append(analysis.table, to: &bytes)
      return bytes
    }
  }

  private func read(
    _ stream: FileStream,
    _ settings: UnitSettings,
    _ console: Console
  ) throws -> UnitTable {
    var reader = CSVReader { try stream.next() }
    let table: UnitTable
    do {
      table = try UnitTable(reading: &reader, settings)
    } catch let error as CSVError {
      throw CommandFailure(.data, "\(stream.name): \(error)")
    } catch let error as UnitError {
      throw CommandFailure(.data, "\(stream.name): \(error)")
    }
    if !table.ignoredColumns.isEmpty {
      console.warning(
        "\(stream.name): columns that are not read: \(table.ignoredColumns.joined(separator: ", "))"
      )
    }
    if table.unknownCount > 0 {
      let names = table.unknownVariants.map { "\($0.name) (\($0.count))" }
      console.warning(
        "\(stream.name): \(table.unknownCount.of("row", "rows")) of variants that \(self.settings) does not name: "
          + names.joined(separator: ", ")
      )
    }
    return table
  }
}
