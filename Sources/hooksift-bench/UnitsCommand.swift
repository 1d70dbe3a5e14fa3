import Archives
import ArgumentParser
import Bytes
import Files
import Foundation

/// An experiment and retention over many observations and events: over all days at once, and the night of one more day.
struct UnitsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "units",
    abstract:
      "Report an experiment and count retention over many observations, whole and one day more.",
    discussion: """
      Archives and CSV files of events are made, a file of events for each day. The `hooksift` beside this program reports the days \
      but one, and then that one too, from the facts that it kept; in the end all must be what is computed without them. With --python, \
      DuckDB computes the same from the same lake, and its numbers are compared.
      """
  )

  @Argument(help: "An empty directory, which stays.")
  var directory: String

  @Option(help: "How many deliveries there are; few are in one window with another.")
  var deliveries = 10_100_000

  @Option(help: "How many events.")
  var events = 5_000_000

  @Option(help: "How many identities.")
  var identities = 1_000_000

  @Option(help: "How many days.")
  var days = 28

  @Option(help: "The seed.")
  var seed: UInt64 = 1

  @Option(help: "A Python with duckdb, to compare with it.")
  var python: String?

  func validate() throws {
    guard days > 1, identities > 0, deliveries >= days, events >= 0 else {
      throw ValidationError("there must be two days, identities, and a delivery for each day")
    }
  }

  func run() throws {
    let directory = ArchiveFinder.absolute(directory)
    let archives = directory + "/archives"
    try FileSystem.makeDirectory(archives)
    try Data(configuration(directory).utf8).write(to: URL(filePath: directory + "/hooksift.yaml"))
    try Data("output: \(directory)/out\n".utf8)
      .write(to: URL(filePath: directory + "/without.yaml"))
    var generator = Generator(identities: identities, seed: seed)
    for day in 0..<days - 1 { try make(day, &generator, directory) }
    func hooksift(_ name: String, _ arguments: [String]) throws {
      let measured = try Measured.hooksift(arguments + ["--quiet"])
      say(
        "  \(name)".padding(toLength: 44, withPad: " ", startingAt: 0)
          + String(format: "%8.2f CPU s %8.2f s", measured.cpu, measured.wall)
      )
    }
    let common = ["--config", directory + "/hooksift.yaml"]
    try hooksift("ingest of \(days - 1) days", ["ingest", archives] + common)
    try hooksift("summaries with retention", ["summarize"] + common)
    try hooksift("report", ["report"] + common)
    try make(days - 1, &generator, directory)
    try hooksift("ingest of one more", ["ingest", archives] + common)
    try hooksift("summaries with retention, one day more", ["summarize"] + common)
    try hooksift("report, one day more", ["report"] + common)
    let output = directory + "/out"
    for part in ["summaries", "experiments"] {
      try FileSystem.rename("\(output)/\(part)", to: "\(directory)/\(part)")
    }
    try FileSystem.remove(output + "/.facts")
    try hooksift(
      "summaries without retention, all days",
      ["summarize", "--config", directory + "/without.yaml"]
    )
    try FileSystem.remove(output + "/summaries")
    try hooksift("summaries with retention, all days", ["summarize"] + common)
    try hooksift("report, all days", ["report"] + common)
    for part in ["summaries", "experiments"] {
      try BenchError.requireSame("\(directory)/\(part)", "\(output)/\(part)")
    }
    say("  what was computed from kept facts is what is computed without them")
    guard let python else { return }
    try compare(python, ["duckdb_retention.py", output])
    try compare(python, ["duckdb_experiment.py", output, "\(directory)/events/*.csv"])
  }

  /// Says at once what DuckDB's figures come after.
  private func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

  private func make(_ day: Int, _ generator: inout Generator, _ directory: String) throws {
    func share(_ count: Int) -> Int { count * (day + 1) / days - count * day / days }
    let name = String(format: "%03d", day)
    try generator.write(share(deliveries), day: day, to: "\(directory)/archives/\(name).jsonl.gz")
    try FileSystem.makeDirectory(directory + "/events")
    try generator.write(events: share(events), day: day, to: "\(directory)/events/\(name).csv")
  }

  private func compare(_ python: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(filePath: python)
    process.arguments = ["Tests/Benchmark/" + arguments[0]] + arguments.dropFirst()
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else { throw BenchError.wrongResult(arguments[0]) }
  }

  private func configuration(_ directory: String) -> String {
    func metric(_ name: String, _ event: String, _ aggregation: String) -> String {
      "      - {name: \(name), source: {events: \(directory)/events, event: \(event)}, aggregation: \(aggregation)}"
    }
    func date(_ day: Int) -> String {
      var text: [UInt8] = []
      text.append(date: Int(ArchiveGenerator.start / ArchiveGenerator.day) + day)
      return String(decoding: text, as: UTF8.self)
    }
    return """
      output: \(directory)/out
      signature: {secrets: [{name: bench, env: BENCH_SECRET}]}
      cohorts:
        - {name: daily, start: first_seen, period: day}
        - {name: weekly, start: first_seen, period: week}
      experiments:
        - name: button
          feature: button
          environment: 2
          start: \(date(0))
          end: \(date(days))
          variants: {control: {value: control}, blue: {value: blue}}
          metrics:
      \(metric("bought", "purchase", "occurrence"))
      \(metric("revenue", "purchase", "sum"))
      \(metric("views", "view", "count"))

      """
  }
}

/// Makes deliveries with one flag, and events, of identities that are drawn evenly.
private struct Generator {
  private let identities: Int
  private let keyedHash = KeyedHash(key: ArchiveGenerator.key)
  private var random: SplitMix64

  init(identities: Int, seed: UInt64) {
    self.identities = identities
    random = SplitMix64(state: seed)
  }

  private mutating func draw(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }

  mutating func write(_ count: Int, day: Int, to path: String) throws {
    let file = try FileSink(path: path)
    let gzip = DeflateSink(file, .gzip)
    var (body, line): ([UInt8], [UInt8]) = ([], [])
    for number in 0..<count {
      let identity = draw(identities)
      body.removeAll(keepingCapacity: true)
      body.append(
        """
        {"flags": [{"id": 1, "enabled": true, "environment": 2, "feature": {"id": 11, "name": "button", "type": "MULTIVARIATE", \
        "initial_value": null, "default_enabled": false, "description": null, "created_date": "2026-01-01T00:00:00Z"}, \
        "identity": null, "feature_segment": null, "percentage_allocation": null, "feature_state_value": 
        """
      )
      body.append(identity % 2 == 0 ? "\"control\"" : "\"blue\"")
      body.append("}], \"identity\": \"user-")
      body.append(decimal: Int64(identity))
      body.append("\", \"segments\": [], \"traits\": [{\"trait_key\": \"plan\", \"trait_value\": ")
      body.append(identity % 5 == 0 ? "\"pro\"}]}" : "\"free\"}]}")
      let time =
        ArchiveGenerator.start + Int64(day) * ArchiveGenerator.day
        + Int64(number) * ArchiveGenerator.day / Int64(count)
      ArchiveGenerator.write(body, keyedHash, time, to: &line)
      try gzip.write(line.span)
    }
    try gzip.finish()
    try file.closeTemporary()
  }

  mutating func write(events count: Int, day: Int, to path: String) throws {
    let file = try FileSink(path: path)
    var text = Array("identity,time,event,value\n".utf8)
    for _ in 0..<count {
      let second = Int64(draw(86_400)) * 1_000_000
      text.append("user-")
      text.append(decimal: Int64(draw(identities)))
      text.append(UInt8(ascii: ","))
      text.append(timestamp: ArchiveGenerator.start + Int64(day) * ArchiveGenerator.day + second)
      if draw(10) < 3 {
        text.append(",purchase,")
        text.append(decimal: Int64(1 + draw(99)))
        text.append(".25\n")
      } else {
        text.append(",view,\n")
      }
      if text.count > 1 << 20 {
        try file.write(text.span)
        text.removeAll(keepingCapacity: true)
      }
    }
    try file.write(text.span)
    try file.closeTemporary()
  }
}
