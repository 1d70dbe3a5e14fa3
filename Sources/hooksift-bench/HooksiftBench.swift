import Archives
import ArgumentParser
import Bytes
import Captures
import Foundation
import Lake
import Observations
import Pipeline

/// Measures `ingest` against the least that any such tool must do: inflate, and hash every byte of the bodies.
@main
struct HooksiftBench: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hooksift-bench",
    abstract: "Measure ingest against inflating and hashing alone, with the same libraries."
  )

  @Option(help: "Lines of the archive.")
  var lines = 20_000

  @Option(help: "Flags of a body; the first six are multivariate.")
  var flags = 40

  @Option(help: "Identities, visiting by Zipf's law.")
  var identities = 5_000

  @Option(help: "The seed of the archive.")
  var seed: UInt64 = 1

  @Option(help: "Counted runs of each; the medians are compared.")
  var runs = 5

  func run() throws {
    let directory = FileManager.default.temporaryDirectory
      .appendingPathComponent("hooksift-bench-\(ProcessInfo.processInfo.processIdentifier)").path
    defer { try? FileManager.default.removeItem(atPath: directory) }
    try FileManager.default.createDirectory(
      atPath: directory,
      withIntermediateDirectories: true
    )

    let path = directory + "/archive.jsonl.gz"
    var generator = ArchiveGenerator(flagCount: flags, identityCount: identities, seed: seed)
    let truth = try generator.write(lineCount: lines, to: path)
    let archive = Archive(path: path)
    print(
      """
      archive: \(lines) lines, \(truth.lineBytes / lines) bytes a line, \
      \(truth.lineBytes / 1_000_000) MB in \(truth.archiveBytes / 1_000_000) MB of gzip, seed \(seed)
      """
    )

    var floor: [Double] = []
    var ingest: [Double] = []
    for run in 0...runs {
      let floorSeconds = try cpuSeconds { try Floor.run(archive, truth) }
      let ingestSeconds = try cpuSeconds {
        try Self.ingest(archive, generator.secret, truth, "\(directory)/\(run)")
      }
      // The first run warms the caches.
      if run > 0 {
        floor.append(floorSeconds)
        ingest.append(ingestSeconds)
      }
    }
    report(floor, ingest, truth)
  }

  private func report(_ floor: [Double], _ ingest: [Double], _ truth: ArchiveTruth) {
    let gigabytes = Double(truth.lineBytes) / 1e9
    func row(_ name: String, _ seconds: Double) -> String {
      let rate = String(format: "%.2f", gigabytes / seconds)
      return "\(name)  \(String(format: "%.3f", seconds)) CPU s  \(rate) GB/s"
    }
    let ratio = ingest.median / floor.median
    print(row("floor: inflate + SHA-256 of all body bytes", floor.median))
    print(row("ingest, one worker                        ", ingest.median))
    print("ratio  \(String(format: "%.2f", ratio))")
  }

  private static func ingest(
    _ archive: Archive,
    _ secret: Secret,
    _ truth: ArchiveTruth,
    _ directory: String
  ) throws {
    let workspace = try Workspace.writing(directory)
    let plan = IngestPlan(
      archives: [archive],
      verifier: Verifier(Keyring([secret])),
      windows: WindowPolicy()
    )
    let result = try Ingest(plan).run(
      Ingest.Directories(
        lake: try workspace.stage(.lake),
        quarantine: try workspace.stage(.quarantine),
        temporary: try workspace.temporaryDirectory()
      )
    )
    try workspace.publish([.lake, .quarantine])
    let record = result.records.first
    guard record?.lines(.accepted(.verified)) == Int64(truth.lineCount), record?.quarantined == 0,
      result.observations == truth.observationCount
    else { throw BenchError.wrongResult }
  }

  /// The processor time, of user and system, that `body` takes.
  private func cpuSeconds(_ body: () throws -> Void) rethrows -> Double {
    let start = Self.cpuSeconds()
    try body()
    return Self.cpuSeconds() - start
  }

  private static func cpuSeconds() -> Double {
    var time = timespec()
    unsafe clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// What a run of the bench can find.
enum BenchError: Error {
  /// The result is not that for which the archive was made: a figure would mean nothing.
  case wrongResult
}

/// The least that must be done.
enum Floor {
  /// Inflates an archive and hashes as many bytes of each line as its body has.
  static func run(_ archive: Archive, _ truth: ArchiveTruth) throws {
    var reader = try ArchiveReader(archive)
    var index = 0
    var sum: UInt64 = 0
    while try reader.next() == .line {
      let digest = Digest256(
        hashing: reader.bytes.extracting(0..<Int(truth.bodyLengths[index]))
      )
      sum &+= digest.prefix128.high
      index += 1
    }
    guard index == truth.lineCount, sum != 0 else { throw BenchError.wrongResult }
  }
}

extension [Double] {
  /// The middle value.
  fileprivate var median: Double { isEmpty ? .nan : sorted()[count / 2] }
}
