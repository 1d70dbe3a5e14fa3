import Analysis
import Foundation
import Lake
import Observations
import TestSupport
import Testing

@Suite("Summaries")
struct SummaryTests {
  /// Computes the summaries of a run and compares them row by row with the naive ones.
  static func check(_ run: IngestRun, _ plan: SummaryPlan, _ what: String) throws {
    let directory = try TemporaryDirectory()
    try Summaries(LakeReader(run.workspace), plan).write(
      into: directory.path,
      temporary: TemporaryDirectory().path
    )
    let naive = try NaiveSummaries(run, plan)
    // Means are sums of shares; they are held against NumPy end to end.
    for table in SummaryTable.allCases where table != .traitNumbers {
      let rows = try Row.read(directory.path("\(table.rawValue).parquet"))
      let truth = naive.rows(table)
      #expect(rows.count == truth.count, "\(table), \(what)")
      #expect(rows == truth, "\(table), \(what)")
      let csv = directory.path("\(table.rawValue).csv")
      #expect(
        FileManager.default.fileExists(atPath: csv) == ![.exposures, .cohortMembers].contains(table)
      )
    }
  }

  static func run(_ random: inout SeededGenerator, _ directory: TemporaryDirectory) throws
    -> IngestRun
  {
    let lines = (0..<random.number(1...120)).map { _ in
      random.once(in: 6) ? MadeLines.line(&random) : MadeLines.snapshotLine(&random)
    }
    let path = try directory.write(MadeArchive(lines, &random).plain, to: "a.jsonl")
    return try IngestRun(
      [path],
      windows: WindowPolicy(
        kind: random.one(of: WindowPolicy.Kind.allCases),
        size: Int64(random.one(of: [60, 1800, 7200])) * 1_000_000,
        calendar: LocalCalendar(identifier: random.one(of: ["UTC", "Europe/Berlin"])) ?? .utc
      )
    )
  }

  @Test("are those of a naive model over the rows of the lake")
  func naive() throws {
    for seed in TestSeed.cases(30) {
      var random = SeededGenerator(seed: seed)
      let directory = try TemporaryDirectory()
      let run = try Self.run(&random, directory)
      var plan = SummaryPlan()
      plan.topValues = random.one(of: [0, 1, 2, 3, 50])
      plan.exposures = random.one(of: NaiveSummaries.exposures)
      // 2026-03-28 is day 20,540.
      plan.since = random.one(of: [nil, nil, 20_540, 20_541])
      plan.until = random.one(of: [nil, nil, 20_541, 20_542])
      try Self.check(run, plan, "seed \(seed)")
    }
  }

  @Test("of the same lake are the same bytes")
  func determinism() throws {
    var random = SeededGenerator(seed: TestSeed.value)
    let directory = try TemporaryDirectory()
    let run = try Self.run(&random, directory)
    let files = try ["one", "two"].map { name in
      let path = try directory.makeDirectory(name)
      try Summaries(LakeReader(run.workspace), SummaryPlan()).write(
        into: path,
        temporary: directory.path("temporary")
      )
      return try TemporaryDirectory.files(below: path)
    }
    #expect(files[0] == files[1])
    // The Parquet and the CSV of each, but for two without CSV, and the manifest.
    #expect(files[0].count == 2 * SummaryTable.allCases.count - 2 + 1)
  }

  @Test("of a lake without any line are empty tables")
  func empty() throws {
    let run = try IngestRun([])
    try Self.check(run, SummaryPlan(), "empty")
    #expect(try run.rows(.observations).isEmpty)
    #expect(try run.rows(.archives).isEmpty)
  }

  @Test("numbers of traits are those of their canonical texts")
  func numbers() throws {
    var random = SeededGenerator(seed: TestSeed.value)
    let directory = try TemporaryDirectory()
    let lines = (0..<200).map { _ in MadeLines.snapshotLine(&random) }
    let path = try directory.write(MadeArchive(lines, &random).plain, to: "a.jsonl")
    let rows = try IngestRun([path]).rows(.traitValues)
    var types: Set<String> = []
    for row in rows {
      let value = try #require(row["value"]).string
      let type = try #require(row["value_type"]).string
      types.insert(type)
      let number = row["number"]?.number
      switch (type, value) {
      case ("float", "NaN"): #expect(number?.isNaN == true)
      case ("integer", _) where value.count > 309: #expect(number == .infinity)
      case ("integer", _), ("float", _): #expect(number == Double(value) && number != nil)
      default: #expect(row["number"] == .null)
      }
      #expect((row["value"] == .null) == (type == "null"))
    }
    #expect(types == ["boolean", "float", "integer", "null", "string"])
  }
}
