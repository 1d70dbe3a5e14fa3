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
      SummarizeTask.self,
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

  func run() throws {
    let directory =
      keep
      ?? FileManager.default.temporaryDirectory
      .appending(path: "hooksift-bench-\(ProcessInfo.processInfo.processIdentifier)").path
    defer { if keep == nil { try? FileSystem.remove(directory) } }
    var reports: [ShapeReport] = []
    for shape in shape {
      let lines = Int(Double(shape.defaultLineCount) * scale)
      reports.append(
        try measure(shape, "\(directory)/\(shape)", ["--lines", "\(lines)"], name: "\(shape)")
      )
    }
    let lines = Int(Double(ArchiveShape.typical.defaultLineCount) * scale)
    reports.append(
      try measure(
        .typical,
        directory + "/many",
        ["--lines", "\(lines)", "--archives", "\(max(2, lines / 200))"],
        name: "typical, many small archives"
      )
    )
    if let json {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
      try encoder.encode(reports).write(to: URL(filePath: json))
    }
  }

  private func measure(
    _ shape: ArchiveShape,
    _ directory: String,
    _ arguments: [String],
    name: String
  ) throws -> ShapeReport {
    let generate = try GenerateCommand.parse(
      [directory, "--shape", shape.rawValue, "--seed", "\(seed)"] + arguments
    )
    let truth = try generate.generate()
    var report = ShapeReport(name: name, truth: truth)
    // The first run warms the caches.
    for run in 0...runs {
      for task in BenchTask.allCases {
        let measured = try task.measure(directory)
        if run > 0 { report.tasks[task.rawValue, default: []].append(measured) }
      }
    }
    print(report.table)
    return report
  }
}

/// What is measured of every shape.
enum BenchTask: String, CaseIterable {
  case inflate
  case floor
  case ingest
  case plain
  case two
  case summarize

  private var arguments: [String] {
    switch self {
    case .inflate: ["inflate"]
    case .floor: ["floor"]
    case .ingest: ["ingest"]
    case .plain: ["ingest", "--plain"]
    case .two: ["ingest", "--jobs", "2"]
    case .summarize: ["summarize"]
    }
  }

  /// Runs the task in a process of its own.
  func measure(_ directory: String) throws -> Measured {
    let process = Process()
    process.executableURL = Bundle.main.executableURL
    process.arguments = [arguments[0], directory] + arguments.dropFirst()
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw BenchError.wrongResult(rawValue) }
    return try JSONDecoder().decode(Measured.self, from: output)
  }
}

/// The figures of one shape.
struct ShapeReport: Codable {
  let name: String
  let truth: ArchiveTruth
  var tasks: [String: [Measured]] = [:]

  private func median(_ task: BenchTask, _ figure: (Measured) -> Double) -> Double {
    (tasks[task.rawValue] ?? []).map(figure).median
  }

  var table: String {
    let floor = median(.floor) { $0.cpu }
    let gigabytes = Double(truth.lineBytes) / 1e9
    var text = """
      \(name): \(truth.lineCount) lines of \(truth.lineBytes / max(1, truth.lineCount)) bytes, \
      \(truth.lineBytes / 1_000_000) MB in \(truth.archiveBytes / 1_000_000) MB of gzip, \
      \(truth.archiveCount) archives, seed \(truth.seed)

      """
    let names: [(BenchTask, String)] = [
      (.inflate, "inflate"), (.floor, "inflate + SHA-256 of all body bytes"),
      (.ingest, "ingest, one worker"), (.plain, "ingest, nothing recognised"),
      (.two, "ingest, two workers"), (.summarize, "summarize"),
    ]
    for (task, name) in names {
      let cpu = median(task) { $0.cpu }
      let row = [
        String(format: "%7.3f CPU s", cpu), String(format: "%7.3f s", median(task) { $0.wall }),
        String(format: "%6.2f GB/s", gigabytes / cpu), String(format: "%6.2f × floor", cpu / floor),
        String(format: "%5.0f MB", median(task) { Double($0.memory) } / 1e6),
      ]
      text += "  \(name)".padding(toLength: 40, withPad: " ", startingAt: 0)
      text += row.joined(separator: "  ") + "\n"
    }
    let speedup = median(.ingest) { $0.wall } / median(.two) { $0.wall }
    return text + String(format: "  two workers: %.2f × as fast as one\n", speedup)
  }
}
