import Analysis
import Bytes
import Files
import Lake
import Tables
import TestSupport

/// Tables written by hand, from which overviews are made as they are from those of a workspace.
final class MadeWorkspace {
  /// A cell of a table.
  enum Cell: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByNilLiteral {
    case null
    case number(Int)
    case text(String)

    init(integerLiteral value: Int) { self = .number(value) }
    init(stringLiteral value: String) { self = .text(value) }
    init(nilLiteral: ()) { self = .null }
    init(_ flag: Bool) { self = .number(flag ? 1 : 0) }
  }

  /// 2026-01-01.
  static let start = 20_454

  let directory: TemporaryDirectory
  private(set) var summaries: [String: String] = [:]
  private(set) var experiments: [String: String] = [:]

  /// A lake with two identities on each of some dates.
  init(days: [Int]) throws {
    directory = try TemporaryDirectory()
    for table in LakeTable.allCases where !table.isPartitioned {
      try write([], table.schema, to: "lake/\(table.fileName())")
    }
    for day in days {
      let time = day * 86_400_000_000
      let rows: [[Cell]] = ["ada", "bob", "bob"].enumerated().map { place, identity in
        [
          2, .text(identity), .number(time + place), "0", "0", .number(time), .number(time), 1,
        ]
      }
      let table = LakeTable.observations
      try write(rows, table.schema, to: "lake/\(table.fileName(day: Int32(day)))")
    }
  }

  func add(_ table: SummaryTable, _ rows: [[Cell]]) throws {
    let name = "\(table.rawValue).parquet"
    summaries[name] = try write(rows, table.schema, to: "summaries/\(name)")
  }

  func add(_ report: ExperimentReport, name: String) throws {
    let path = directory.path("\(experiments.count).json")
    try JSONFile.write(report, to: path)
    experiments["\(name)/report.json"] = path
  }

  func addDamagedReport(name: String) throws {
    experiments["\(name)/report.json"] = try directory.write(Array("{}".utf8), to: "damaged.json")
  }

  func overview(cohorts: [CohortPlan] = [], plans: [String] = []) throws -> Overview {
    try OverviewMaker(
      LakeReader(directory: directory.path("lake")),
      summaries: summaries,
      experiments: experiments,
      cohorts: cohorts,
      plans: plans
    ).overview()
  }

  @discardableResult
  private func write(_ rows: [[Cell]], _ schema: TableSchema, to name: String) throws -> String {
    let path = directory.path(name)
    try FileSystem.makeDirectory(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
    var table = Table(schema)
    for row in rows {
      for (place, cell) in row.enumerated() {
        switch (cell, schema.columns[place].type) {
        case (.null, _): table.columns[place].appendNull()
        case (.number(let value), .double): table.columns[place].append(Double(value))
        case (.number(let value), _): table.columns[place].append(Int64(value))
        case (.text(let value), _): table.columns[place].append(value)
        }
      }
    }
    var file = try TableFile(schema, path: path)
    try file.append(table)
    try file.finish()
    return path
  }
}
