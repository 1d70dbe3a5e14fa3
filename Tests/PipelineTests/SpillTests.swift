import Archives
import Bytes
import Files
import Foundation
import Lake
import Observations
import Pipeline
import TestSupport
import Testing

@Suite("Facts that do not fit into memory")
struct SpillTests {
  /// Lines whose identities are long and many, so that names alone take megabytes.
  static func archive(_ count: Int, _ random: inout SeededGenerator) -> [UInt8] {
    let padding = String(repeating: "i", count: 600)
    var text = ""
    for _ in 0..<count {
      let minute = random.number(10...59)
      text += "{\"received_at\":\"2026-03-28T08:\(minute):07Z\",\"headers\":{},\"body\":\""
      let identity = "\(random.number(1...count))\(padding)"
      text += "{\\\"flags\\\":[],\\\"identity\\\":\\\"\(identity)\\\"}\"}\n"
    }
    return Array(text.utf8)
  }

  @Test("are merged from runs, with the least memory there is", arguments: [1, 2])
  func leastMemory(jobs: Int) throws {
    var random = SeededGenerator(seed: TestSeed.value)
    let directory = try TemporaryDirectory()
    let paths = try [2400, 300].enumerated().map { place, count in
      try directory.write(Self.archive(count, &random), to: "\(place).jsonl")
    }
    let verifier = MadeLines.verifier(requiresSignature: false)
    let session = InvarianceTests.policies[1]
    let truth = try IngestRun(paths, windows: session, verifier: verifier)
    let run = try IngestRun(paths, windows: session, verifier: verifier) { plan in
      plan.jobs = jobs
      plan.memory = 1
      plan.chunkLength = 64 << 10
    }
    #expect(run.lakeFiles == truth.lakeFiles)
    #expect(truth.result.identities > 1000)
    #expect(try run.rows(.observations).sum("deliveries") == 2700)
  }

  @Test("need a place: without one the run fails and no worker waits", arguments: [1, 2, 5])
  func noPlace(jobs: Int) throws {
    for seed in TestSeed.cases(3) {
      var random = SeededGenerator(seed: seed)
      let made = try MadeDirectory(&random)
      let whole = try made.directory.write(
        MadeDirectory.archive(80, &random).plain,
        to: "in/whole.jsonl"
      )
      let blocked = try made.directory.write([], to: "blocked")
      var way = WayOfWorking(jobs: jobs, chunkLength: 600, factMemory: 1, memory: 1)
      func run(_ name: String) throws {
        var plan = IngestPlan(
          archives: (made.paths + [whole]).map(Archive.init),
          verifier: MadeLines.verifier(),
          windows: WindowPolicy()
        )
        way.apply(to: &plan)
        _ = try Ingest(plan).run(
          Ingest.Directories(
            lake: made.directory.makeDirectory("\(name)/lake"),
            quarantine: made.directory.makeDirectory("\(name)/quarantine"),
            temporary: blocked
          )
        )
      }
      let failure = #expect(throws: FileFailure.self, "seed \(seed)") { try run("spilling") }
      #expect(failure?.path.hasPrefix(blocked) == true, "seed \(seed)")
      way.factMemory = IngestPlan.defaultLeastFactMemory
      way.memory = IngestPlan.defaultMemory
      #expect(throws: Never.self, "seed \(seed)") { try run("in memory") }
    }
  }
}
