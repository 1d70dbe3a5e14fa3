import Analysis
import Lake
import Pipeline
import TestSupport
import Testing

@Suite("Summaries in little memory")
struct SummaryMemoryTests {
  /// A snapshot of one of many identities, with features and traits of few and of many values.
  private static func line(_ random: inout SeededGenerator) -> [UInt8] {
    let identity = random.number(0...90)
    let environment = random.number(1...2)
    let flags = [1, 1, 2, 3].filter { _ in !random.once(in: 4) }.map { id -> String in
      let value = random.one(of: ["null", "true", "\"\\u0000\"", "\"v\(random.number(0...9))\""])
      let type = random.one(of: ["STANDARD", "MULTIVARIATE"])
      return """
        {"enabled": \(random.once(in: 2)), "environment": \(environment), "feature": {"id": \(id), \
        "initial_value": null, "name": "feature \(id)", "type": "\(type)"}, "feature_state_value": \(value)}
        """
    }
    let values = [
      "email": "\"\(identity)@example.com\"", "age": "\(random.number(0...60))",
      "plan": random.one(of: ["\"free\"", "\"pro\"", "null", "\"a\\u0000b\"", "1.5"]),
    ]
    let traits = values.sorted { $0.key < $1.key }.filter { _ in !random.once(in: 3) }.map {
      "{\"trait_key\": \"\($0.key)\", \"trait_value\": \($0.value)}"
    }
    let segments = "{\"id\": 1, \"member\": \(random.once(in: 2)), \"name\": \"s\"}"
    let name = random.one(of: ["user \(identity)", "user \\u0000\(identity)"])
    let body = """
      {"flags": [\(flags.joined(separator: ", "))], "identity": "\(name)", \
      "segments": [\(segments)], "traits": [\(traits.joined(separator: ", "))]}
      """
    let hour = random.number(10...23)
    let time = "2026-03-\(random.number(25...29))T\(hour):\(random.number(10...59)):00Z"
    return MadeLines.signed(body, key: 0, time: time)
  }

  private static func files(_ run: IngestRun, _ plan: SummaryPlan) throws -> [String: [UInt8]] {
    let (directory, temporary) = (try TemporaryDirectory(), try TemporaryDirectory())
    try Summaries(LakeReader(run.workspace), plan).write(
      into: directory.path,
      temporary: temporary.path
    )
    return try TemporaryDirectory.files(below: directory.path)
  }

  @Test("are the same bytes as in much memory")
  func memory() throws {
    for seed in TestSeed.cases(8) {
      var random = SeededGenerator(seed: seed)
      let directory = try TemporaryDirectory()
      let lines = (0..<random.number(1...600)).map { _ in
        MadeLine(bytes: Self.line(&random), fate: .identity)
      }
      let path = try directory.write(MadeArchive(lines, &random).plain, to: "a.jsonl")
      let run = try IngestRun([path])
      try #require(run.result.observations > 0)
      var plan = SummaryPlan()
      plan.topValues = random.one(of: [1, 2, 5, 50])
      plan.exposures = random.one(of: NaiveSummaries.exposures)
      let inMemory = try Self.files(run, plan)
      for share in [0, 300, 5000] {
        plan.memory = 0
        plan.leastGatheredMemory = share
        let throughRuns = try Self.files(run, plan)
        #expect(throughRuns == inMemory, "seed \(seed), \(share) bytes")
      }
      try SummaryTests.check(run, plan, "seed \(seed)")
    }
  }

  @Test("leave no runs of traits behind, and those of exposures where they were told to")
  func runs() throws {
    var random = SeededGenerator(seed: TestSeed.value)
    let directory = try TemporaryDirectory()
    let lines = (0..<200).map { _ in MadeLine(bytes: Self.line(&random), fate: .identity) }
    let path = try directory.write(MadeArchive(lines, &random).plain, to: "a.jsonl")
    let run = try IngestRun([path])
    var plan = SummaryPlan()
    plan.memory = 0
    plan.leastGatheredMemory = 0
    let temporary = try TemporaryDirectory()
    let output = try directory.makeDirectory("summaries")
    try Summaries(LakeReader(run.workspace), plan).write(into: output, temporary: temporary.path)
    let left = try TemporaryDirectory.files(below: temporary.path).keys
    #expect(!left.isEmpty)
    #expect(left.allSatisfy { $0.hasPrefix("exposures-") })
  }
}
