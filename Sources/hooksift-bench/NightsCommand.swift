import Archives
import ArgumentParser
import Files
import Foundation

/// A year of nights: what the last one costs against the first one, all of `hooksift run` included.
struct NightsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "nights",
    abstract: "Add a day of archives every night, and compare the last nights with the first.",
    discussion: """
      The `hooksift` beside this program runs over the whole directory every night, as cron would have it. In the end the \
      lake and the summaries must be those of one run over all archives.
      """
  )

  @Argument(help: "An empty directory, which stays.")
  var directory: String

  @Option(help: "How many nights.")
  var nights = 365

  @Option(help: "Archives a night.")
  var archives = 24

  @Option(help: "Lines of an archive on the nights that are compared; a typical day has 85,000.")
  var lines = 3500

  @Option(help: "Lines of an archive on the nights between.")
  var linesBetween = 100

  @Option(help: "Identities, visiting by Zipf's law.")
  var identities = 20_000

  @Option(help: "The seed of the archives.")
  var seed: UInt64 = 1

  /// How many nights at either end are compared.
  private static let sampleCount = 5

  func run() throws {
    try FileSystem.makeDirectory(ArchiveFinder.absolute(directory + "/archives"))
    var generator = ArchiveGenerator(.typical, identityCount: identities, seed: seed)
    var measured: [Measured] = []
    let sample = min(Self.sampleCount, max(1, nights / 2))
    for night in 0..<nights {
      let isCompared = night < sample || night >= nights - sample
      let lines = isCompared ? lines : linesBetween
      let total = archives * lines
      for index in 0..<archives {
        let name = String(format: "night-%03d-%02d.jsonl.gz", night, index)
        try generator.write(
          lines * index..<lines * (index + 1),
          of: total,
          day: night,
          to: "\(directory)/archives/\(name)"
        )
      }
      measured.append(try hooksift(output: "nights"))
      if night < 3 || (night + 1) % 30 == 0 { print(row("night \(night + 1)", measured[night])) }
    }
    // The very first night finds no lake, and caches that are cold.
    let first = Array(measured.prefix(sample))
    let last = Array(measured.suffix(sample))
    let idle = try hooksift(output: "nights")
    let whole = try hooksift(output: "whole")
    print(row("median of the first \(sample)", first[first.count / 2], first))
    print(row("median of the last \(sample)", last[last.count / 2], last))
    print(row("nothing new", idle))
    print(row("one run over all", whole))
    let ratio = last.median(\.cpu) / measured[0].cpu
    let ratioOfMedians = last.median(\.cpu) / first.median(\.cpu)
    print(
      String(
        format: "last nights: %.2f × night 1, %.2f × the first nights; one run over all: %.1f ×",
        ratio,
        ratioOfMedians,
        whole.cpu / last.median(\.cpu)
      )
    )
    try compare()
  }

  private func row(_ name: String, _ measured: Measured, _ sample: [Measured]? = nil) -> String {
    let sample = sample ?? [measured]
    return "  \(name)".padding(toLength: 32, withPad: " ", startingAt: 0)
      + String(
        format: "%8.3f CPU s %8.3f s",
        sample.median(\.cpu),
        sample.median(\.wall)
      )
  }

  private func hooksift(output: String) throws -> Measured {
    try Measured.hooksift([
      "run", directory + "/archives", "--output", "\(directory)/\(output)", "--secret-env",
      "BENCH_SECRET", "--jobs", "1", "--quiet",
    ])
  }

  /// Compares what the nights made with what one run makes.
  private func compare() throws {
    for part in ["lake", "summaries"] {
      try BenchError.requireSame("\(directory)/nights/\(part)", "\(directory)/whole/\(part)")
    }
    print("lake and summaries are those of one run over all")
  }
}
