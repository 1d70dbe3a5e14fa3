import Analysis
import ArgumentParser
import Configuration
import Lake
import Reports
import Tables

/// The name of any table.
enum TableName: Equatable, ExpressibleByArgument {
  case lake(LakeTable)
  case summary(SummaryTable)
  /// A table of the experiment of a name.
  case experiment(String, ExperimentTable)

  init?(argument: String) {
    if let table = LakeTable(rawValue: argument) {
      self = .lake(table)
      return
    }
    if let table = SummaryTable(rawValue: argument) {
      self = .summary(table)
      return
    }
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 2, let table = ExperimentTable(rawValue: String(parts[1])),
      ExperimentName(setting: String(parts[0])) != nil
    else { return nil }
    self = .experiment(String(parts[0]), table)
  }

  /// Whether its rows, or its partitions, have dates.
  var isDated: Bool {
    switch self {
    case .lake(let table): table.isPartitioned || table.schema.index(of: "date") == 0
    case .summary(let table): table.schema.index(of: "date") == 0
    case .experiment(_, let table): table == .timeline
    }
  }

  /// As it is written as an argument.
  var text: String {
    switch self {
    case .lake(let table): table.rawValue
    case .summary(let table): table.rawValue
    case .experiment(let name, let table): "\(name)/\(table.rawValue)"
    }
  }

  static var allValueStrings: [String] {
    LakeTable.allCases.map(\.rawValue) + SummaryTable.allCases.map(\.rawValue)
      + ExperimentTable.allCases.map { "EXPERIMENT/\($0.rawValue)" }
  }
}

/// The tables of an experiment.
enum ExperimentTable: String, CaseIterable {
  case results
  case timeline
  case units

  /// The file that it is read from, in the directory of the experiment.
  ///
  /// The timeline is there as CSV alone, which does not tell an escaped text from one that begins with a `'`.
  var fileName: String {
    switch self {
    case .results: "results.parquet"
    case .timeline: "report.json"
    case .units: "units.parquet"
    }
  }
}
