import Foundation

/// All figures.
struct BenchReport: Codable {
  var shapes: [ShapeReport] = []
  var parquet: [String: [Measured]] = [:]

  /// Writing and reading Parquet, beside pyarrow where that was measured.
  var parquetTable: String {
    var text = "Parquet, one thread\n"
    for action in ["write gzip", "write none", "read gzip", "read none"] {
      guard let ours = parquet[action] else { continue }
      var row = [
        String(format: "%7.3f CPU s", ours.median(\.cpu)),
        String(format: "%6.1f MB", ours.median { Double($0.bytes) } / 1e6),
      ]
      if let theirs = parquet["pyarrow \(action)"] {
        row.append(
          String(
            format: "pyarrow %7.3f CPU s %6.1f MB: %.2f × its speed",
            theirs.median(\.cpu),
            theirs.median { Double($0.bytes) } / 1e6,
            theirs.median(\.cpu) / ours.median(\.cpu)
          )
        )
      }
      text += "  \(action)".padding(toLength: 40, withPad: " ", startingAt: 0)
      text += row.joined(separator: "  ") + "\n"
    }
    return text
  }
}

/// The figures of one shape.
struct ShapeReport: Codable {
  let name: String
  let truth: ArchiveTruth
  var tasks: [String: [Measured]] = [:]

  private static let names = [
    ("inflate", "inflate"), ("floor", "inflate + SHA-256 of all body bytes"),
    ("ingest", "ingest, one worker"), ("plain", "ingest, nothing recognised"),
    ("two workers", "ingest, two workers"), ("summarize", "summarize"),
    ("DuckDB", "DuckDB, the work of ingest"),
  ]

  var table: String {
    let floor = tasks["floor"]?.median(\.cpu) ?? .nan
    let gigabytes = Double(truth.lineBytes) / 1e9
    var text = """
      \(name): \(truth.lineCount) lines of \(truth.lineBytes / max(1, truth.lineCount)) bytes, \
      \(truth.lineBytes / 1_000_000) MB in \(truth.archiveBytes / 1_000_000) MB of gzip, \
      \(truth.archiveCount) \(truth.archiveCount == 1 ? "archive" : "archives"), seed \(truth.seed)

      """
    for (task, name) in Self.names {
      guard let measured = tasks[task] else { continue }
      let cpu = measured.median(\.cpu)
      let row = [
        String(format: "%7.3f CPU s", cpu), String(format: "%7.3f s", measured.median(\.wall)),
        String(format: "%6.2f GB/s", gigabytes / cpu), String(format: "%6.2f × floor", cpu / floor),
        String(format: "%5.0f MB", measured.median { Double($0.memory) } / 1e6),
      ]
      text += "  \(name)".padding(toLength: 40, withPad: " ", startingAt: 0)
      text += row.joined(separator: "  ") + "\n"
    }
    if let one = tasks["ingest"], let two = tasks["two workers"] {
      let factor = one.median(\.wall) / two.median(\.wall)
      text += String(format: "  two workers: %.2f × as fast as one\n", factor)
    }
    if let ours = tasks["ingest"], let theirs = tasks["DuckDB"] {
      let factor = theirs.median(\.cpu) / ours.median(\.cpu)
      text += String(format: "  DuckDB: %.1f × the CPU of ingest\n", factor)
    }
    return text
  }
}

extension [Measured] {
  /// The middle value of a figure.
  func median(_ figure: (Measured) -> Double) -> Double {
    isEmpty ? .nan : map(figure).sorted()[count / 2]
  }
}
