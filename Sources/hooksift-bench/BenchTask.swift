import Foundation

/// A command that is measured, in a process of its own.
struct BenchTask {
  let name: String
  private let arguments: [String]
  private let program: String?

  /// A task of this program.
  private init(_ name: String, _ arguments: [String]) {
    self.name = name
    self.arguments = arguments
    program = nil
  }

  /// A task of a Python script beside the tests.
  private init(_ name: String, python: String, _ arguments: [String]) {
    self.name = name
    self.arguments = arguments
    program = python
  }

  static func ingestion(_ directory: String) -> [BenchTask] {
    [
      BenchTask("inflate", ["inflate", directory]), BenchTask("floor", ["floor", directory]),
      BenchTask("ingest", ["ingest", directory]),
      BenchTask("plain", ["ingest", directory, "--plain"]),
      BenchTask("two workers", ["ingest", directory, "--jobs", "2"]),
      BenchTask("summarize", ["summarize", directory]),
    ]
  }

  static func duckDB(_ python: String, _ directory: String) -> BenchTask {
    BenchTask("DuckDB", python: python, ["Tests/Benchmark/duckdb_ingest.py", directory])
  }

  static func parquet(_ path: String, _ codec: String, rows: Int) -> [BenchTask] {
    [
      BenchTask(
        "write \(codec)",
        ["parquet", "write", path, "--codec", codec, "--rows", "\(rows)"]
      ),
      BenchTask("read \(codec)", ["parquet", "read", path]),
    ]
  }

  static func pyarrow(_ python: String, _ path: String, _ codec: String) -> [BenchTask] {
    let script = "Tests/Benchmark/pyarrow_parquet.py"
    return [
      BenchTask("pyarrow write \(codec)", python: python, [script, "write", path, codec]),
      BenchTask("pyarrow read \(codec)", python: python, [script, "read", path]),
    ]
  }

  /// Runs the command.
  ///
  /// - Throws: ``BenchError/wrongResult(_:)`` where it failed.
  func run() throws -> Measured {
    let process = Process()
    process.executableURL = program.map { URL(filePath: $0) } ?? Bundle.main.executableURL
    process.arguments = arguments
    let pipe = Pipe()
    process.standardOutput = pipe
    // What Python says at its end of objects that are left is of no interest.
    if program != nil { process.standardError = FileHandle.nullDevice }
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw BenchError.wrongResult(name) }
    return try JSONDecoder().decode(Measured.self, from: output)
  }
}
