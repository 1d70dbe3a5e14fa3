import ArgumentParser
import Files
import Foundation

/// Measures hooksift against the least that any such tool must do: inflate, and hash every byte of the bodies.
@main
struct HooksiftBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hooksift-bench",
    abstract: "Measure hooksift against inflating and hashing alone, with the same libraries.",
    discussion: """
      Archives with known contents are made, and every task runs in a process of its own, in turn with the others. \
      The medians are compared. A task whose result is wrong ends the bench.
      """,
    subcommands: [
      ReportCommand.self, GenerateCommand.self, InflateTask.self, FloorTask.self, IngestTask.self,
      SummarizeTask.self, ParquetTask.self,
      NightsCommand.self, UnitsCommand.self, SimulateCommand.self,
    ],
    defaultSubcommand: ReportCommand.self
  )
}

/// All figures, as a table and as JSON.
struct ReportCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Make archives, measure, and print ratios."
  )

  @Option(help: "Counted runs of each task.")
  var runs = 5

  @Option(help: "The share of the usual number of lines.")
  var scale = 1.0

  @Option(help: "The seed of the archives.")
  var seed: UInt64 = 1

  @Option(help: "The shapes to measure.")
  var shape: [ArchiveShape] = [.typical, .wide, .unique, .shuffled, .tiny]

  @Option(help: "Where the figures go as JSON.")
  var json: String?

  @Option(help: "Where the archives go, and stay.")
  var keep: String?

  @Option(help: "A Python with duckdb and pyarrow, to compare with them.")
  var python: String?

  @Option(help: "Rows of the Parquet files.")
  var rows = 2_000_000

  func run() throws {
    let directory =
      keep
      ?? FileManager.default.temporaryDirectory
      .appending(path: "hooksift-bench-\(ProcessInfo.processInfo.processIdentifier)").path
    defer { if keep == nil { try? FileSystem.remove(directory) } }
    try FileSystem.makeDirectory(directory)
    var report = BenchReport()
    for shape in shape {
      let lines = Int(Double(shape.defaultLineCount) * scale)
      let arguments = ["--lines", "\(lines)"]
      report.shapes.append(try measure(shape, "\(directory)/\(shape)", arguments, "\(shape)"))
    }
    if shape.contains(.typical) {
      let lines = Int(Double(ArchiveShape.typical.defaultLineCount) * scale)
      let arguments = ["--lines", "\(lines)", "--archives", "\(max(2, lines / 200))"]
      let name = "typical, many small archives"
      report.shapes.append(try measure(.typical, directory + "/many", arguments, name))
    }
    report.parquet = try measureParquet(directory)
    print(report.parquetTable)
    if let json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try encoder.encode(report).write(to: URL(filePath: json))
    }
  }

  private func measure(
    _ shape: ArchiveShape,
    _ directory: String,
    _ arguments: [String],
    _ name: String
  ) throws -> ShapeReport {
    let generate = try GenerateCommand.parse(
      [directory, "--shape", shape.rawValue, "--seed", "\(seed)"] + arguments
    )
    let truth = try generate.generate()
    var report = ShapeReport(name: name, truth: truth)
    var tasks = BenchTask.ingestion(directory)
    if let python, shape == .typical { tasks.append(.duckDB(python, directory)) }
    report.tasks = try run(tasks)
    print(report.table)
    return report
  }

  private func measureParquet(_ directory: String) throws -> [String: [Measured]] {
    var tasks: [BenchTask] = []
    for codec in ["gzip", "none"] {
      let path = "\(directory)/table-\(codec).parquet"
      tasks += BenchTask.parquet(path, codec, rows: rows)
      if let python { tasks += BenchTask.pyarrow(python, path, codec) }
    }
    return try run(tasks)
  }

  /// Runs the tasks in turn, as often as wanted; the first runs warm the caches and do not count.
  private func run(_ tasks: [BenchTask]) throws -> [String: [Measured]] {
    var measured: [String: [Measured]] = [:]
    for run in 0...runs {
      for task in tasks {
        let result = try task.run()
        if run > 0 { measured[task.name, default: []].append(result) }
      }
    }
    return measured
  }
}
