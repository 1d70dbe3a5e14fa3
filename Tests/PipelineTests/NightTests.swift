import Analysis
import Archives
import Bytes
import Files
import Foundation
import Lake
import Observations
import Pipeline
import TestSupport
import Testing

/// A workspace to which one run after the other adds.
struct Nights {
  let directory: TemporaryDirectory
  var windows = WindowPolicy()
  private(set) var result = IngestResult()

  init(windows: WindowPolicy = WindowPolicy()) throws {
    directory = try TemporaryDirectory()
    self.windows = windows
  }

  var path: String { directory.path("out") }

  /// Adds archives to the lake.
  ///
  /// - Parameters:
  ///   - paths: The archives.
  ///   - summaries: What is summarised, in the same publication; nothing where it is `nil`.
  ///   - changing: Changes how they are read.
  /// - Throws: What the ingestion and the summaries throw.
  mutating func run(
    _ paths: [String],
    summaries: SummaryPlan? = nil,
    changing: (inout IngestPlan) -> Void = { _ in }
  ) throws {
    let workspace = try Workspace.writing(path)
    var plan = IngestPlan(
      archives: paths.map(Archive.init),
      verifier: MadeLines.verifier(),
      windows: windows
    )
    plan.maximumLineLength = MadeDirectory.maximumLineLength
    plan.lake = try? LakeReader(workspace)
    plan.quarantine = workspace.directory(.quarantine)
    plan.seen = SeenArchives(path: workspace.seenPath)
    if let (record, key) = try workspace.forgotten() { plan.forget(record, key) }
    changing(&plan)
    try plan.lake?.manifest()?.verify(workspace.directory(.lake), readsAll: true)
    result = try Ingest(plan).run(
      Ingest.Directories(
        lake: try workspace.stage(.lake),
        quarantine: try workspace.stage(.quarantine),
        temporary: try workspace.temporaryDirectory()
      )
    )
    var changes: [Workspace.Change] = []
    if plan.lake == nil {
      changes = [.replacing(.lake), .replacing(.quarantine)]
    } else if result.isChanged {
      changes = [
        .updating(.lake, retiring: result.retiredPartitions),
        .updating(.quarantine, retiring: result.retiredQuarantine),
      ]
    }
    if let summaries {
      let staged = path + "/.staging/lake"
      let lake = LakeReader(
        directory: plan.lake?.path ?? staged,
        staged: staged,
        without: Set(result.retiredPartitions)
      )
      changes += try workspace.summarize(
        lake,
        summaries,
        before: plan.remadeDays.isEmpty ? plan.lake : nil
      )
    }
    try workspace.publish(changes)
    try workspace.clearStaging()
    try result.seen.write(to: workspace.seenPath)
  }

  /// Removes, cuts or changes one of the files of the summaries, if there are any.
  func damageSummary(_ random: inout SeededGenerator) throws {
    let directory = path + "/summaries"
    let names = try FileSystem.files(below: directory)
    guard !names.isEmpty else { return }
    let file = "\(directory)/\(random.one(of: names))"
    var bytes = [UInt8](try Data(contentsOf: URL(filePath: file)))
    switch random.number(0...2) {
    case 0: return try FileSystem.remove(file)
    case 1: bytes.removeLast(random.number(0...bytes.count))
    default: if !bytes.isEmpty { bytes[random.number(0...bytes.count - 1)] ^= 1 }
    }
    try Data(bytes).write(to: URL(filePath: file))
  }

  /// The bytes of all files of a part, by their paths in it.
  func files(_ part: Workspace.Part) throws -> [String: [UInt8]] {
    try TemporaryDirectory.files(below: "\(path)/\(part.rawValue)")
  }

  /// Expects the lake and the quarantine to be those of one run over archives.
  ///
  /// - Parameters:
  ///   - paths: The archives.
  ///   - summaries: What was summarised, where it was; the summaries are to be those of one run too.
  ///   - comment: What was done.
  /// - Throws: What one run throws.
  func expectWhole(
    _ paths: [String],
    summaries: SummaryPlan? = nil,
    _ comment: Comment
  ) throws {
    var whole = try Nights(windows: windows)
    try whole.run(paths, summaries: summaries)
    let parts: [Workspace.Part] =
      summaries == nil ? [.lake, .quarantine] : [.lake, .quarantine, .summaries]
    for part in parts {
      let (left, right) = (try files(part), try whole.files(part))
      #expect(left.keys.sorted() == right.keys.sorted(), comment)
      for (name, bytes) in left where right[name] != nil {
        #expect(bytes == right[name], "\(name), \(comment)")
      }
    }
  }
}

@Suite("Night after night")
struct NightTests {
  /// The line of a delivery of an identity.
  static func delivery(_ identity: String, at time: String) -> [UInt8] {
    let body = "{\"flags\": [], \"identity\": \"\(identity)\", \"segments\": [], \"traits\": []}"
    return MadeLines.signed(body, key: 0, time: time)
  }

  @Test("any order of archives and any split into runs gives the bytes of one run")
  func ordersAndSplits() throws {
    for seed in TestSeed.cases(200) {
      var random = SeededGenerator(seed: seed)
      let made = try MadeDirectory(&random)
      var nights = try Nights(windows: random.one(of: InvarianceTests.policies))
      var left = made.paths.shuffled(using: &random)
      while !left.isEmpty {
        let count = random.number(1...left.count)
        // Now and then an archive that is known comes again.
        let again = random.once(in: 3) ? made.paths.shuffled(using: &random).prefix(1) : []
        let jobs = random.number(1...3)
        let isTight = random.once(in: 2)
        try nights.run((left.prefix(count) + again).sorted()) { plan in
          plan.jobs = jobs
          if isTight {
            plan.leastFactMemory = 1
            plan.memory = 1
          }
        }
        left.removeFirst(count)
      }
      try nights.expectWhole(made.paths, "seed \(seed)")
    }
  }

  /// A plan for summaries whose rows are not all that could be there.
  private static func summaryPlan(_ random: inout SeededGenerator) -> SummaryPlan {
    var plan = SummaryPlan()
    plan.exposures = random.one(of: NaiveSummaries.exposures)
    plan.topValues = random.one(of: [1, 2, 50])
    // 2026-03-28 is day 20,540.
    plan.since = random.one(of: [nil, nil, 20_540])
    if random.once(in: 2) {
      plan.memory = 1
      plan.leastGatheredMemory = random.number(1...1000)
    }
    return plan
  }

  @Test("summaries that take over what did not change are those that are computed anew")
  func summaries() throws {
    for seed in TestSeed.cases(150) {
      var random = SeededGenerator(seed: seed)
      let made = try MadeDirectory(&random)
      var nights = try Nights(windows: random.one(of: InvarianceTests.policies))
      let plan = Self.summaryPlan(&random)
      var left = made.paths.shuffled(using: &random)
      while !left.isEmpty {
        // Now and then a night ingests alone, or summarises otherwise.
        let summaries =
          random.once(in: 4) ? (random.once(in: 2) ? nil : Self.summaryPlan(&random)) : plan
        try nights.run([left.removeLast()], summaries: summaries)
        if random.once(in: 3) { try nights.damageSummary(&random) }
      }
      try nights.run(made.paths, summaries: plan)
      try nights.expectWhole(made.paths, summaries: plan, "seed \(seed)")
    }
  }

  @Test("running again on the same archives changes no file")
  func idempotence() throws {
    for seed in TestSeed.cases(20) {
      var random = SeededGenerator(seed: seed)
      let made = try MadeDirectory(&random)
      var nights = try Nights()
      try nights.run(made.paths)
      let before = try nights.files(.lake)
      for isForgetful in [false, true] {
        try nights.run(made.paths) { plan in if isForgetful { plan.seen = SeenArchives() } }
        #expect(!nights.result.isChanged, "seed \(seed)")
        #expect(nights.result.records.isEmpty, "seed \(seed)")
        #expect(try nights.files(.lake) == before, "seed \(seed)")
      }
    }
  }

  @Test("only the partitions that deliveries touch are written")
  func partitions() throws {
    let directory = try TemporaryDirectory()
    func archive(_ day: Int, _ name: String) throws -> String {
      let line = Self.delivery("x\(name)", at: "2026-03-0\(day)T12:00:00Z")
      return try directory.write(line + [0x0A], to: name)
    }
    var nights = try Nights()
    try nights.run([try archive(1, "a.jsonl"), try archive(2, "b.jsonl")])
    func numbers() throws -> [String: Int] {
      try FileSystem.files(below: nights.path + "/lake/observations").reduce(into: [:]) {
        let path = "\(nights.path)/lake/observations/\($1)"
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        $0[$1] = attributes[.systemFileNumber] as? Int
      }
    }
    let before = try numbers()
    try nights.run([try archive(2, "late.jsonl"), try archive(3, "c.jsonl")])
    let after = try numbers()
    let names = (1...3).map { "date=2026-03-0\($0)/observations.parquet" }
    #expect(after.keys.sorted() == names)
    #expect(after[names[0]] == before[names[0]])
    #expect(after[names[1]] != before[names[1]])
  }

  @Test("an archive that has grown adds what is new, under its name or another")
  func growth() throws {
    for seed in TestSeed.cases(100) {
      var random = SeededGenerator(seed: seed)
      let directory = try TemporaryDirectory()
      let isPlain = random.once(in: 2)
      let suffix = isPlain ? ".jsonl" : ".jsonl.gz"
      var content: [UInt8] = []
      var path = directory.path("in/a\(suffix)")
      let other = try directory.write(
        MadeDirectory.archive(5, &random).plain + [0x0A, 0x0A],
        to: "in/other.jsonl"
      )
      var nights = try Nights(windows: random.one(of: InvarianceTests.policies))
      for night in 0..<random.number(2...4) {
        var part = MadeDirectory.archive(random.number(0...20), &random).plain
        if part.last != 0x0A { part.append(0x0A) }
        if night == 0 { part += [UInt8](repeating: 0x0A, count: random.number(0...3)) }
        if isPlain {
          content += part
        } else {
          let memory = MemoryBytes()
          let sink = DeflateSink(memory, .gzip)
          try sink.write(part.span)
          try sink.finish()
          content += memory.bytes
        }
        if night > 0, random.once(in: 3) {
          try FileSystem.remove(path)
          path = directory.path("in/moved\(night)\(suffix)")
        }
        try FileSystem.makeDirectory(directory.path("in"))
        try Data(content).write(to: URL(filePath: path))
        let jobs = random.number(1...2)
        try nights.run([path, other].sorted()) { $0.jobs = jobs }
        #expect(nights.result.failures.isEmpty, "seed \(seed)")
      }
      try nights.expectWhole([path, other].sorted(), "seed \(seed)")
    }
  }

  @Test("an archive does not grow from an empty one that is gone, but for that of its own path")
  func empty() throws {
    let directory = try TemporaryDirectory()
    let line = Self.delivery("x", at: "2026-03-01T12:00:00Z") + [0x0A]
    for isSame in [false, true] {
      var nights = try Nights()
      let path = try directory.write([], to: "a.jsonl")
      try nights.run([path])
      if !isSame { try FileSystem.remove(path) }
      let other = try directory.write(line, to: isSame ? "a.jsonl" : "b.jsonl")
      try nights.run([other])
      #expect(nights.result.failures.isEmpty)
      let lake = LakeReader(directory: nights.path + "/lake")
      let paths = Set(try lake.ledger().records.map(\.path))
      #expect(paths == [path, other])
    }
  }

  @Test("an archive whose earlier content has changed is an error that says what to do")
  func rewritten() throws {
    var random = SeededGenerator(seed: TestSeed.value)
    let directory = try TemporaryDirectory()
    let first = MadeDirectory.archive(10, &random).plain + [0x0A]
    let path = try directory.write(first, to: "a.jsonl")
    var nights = try Nights()
    try nights.run([path])
    let before = try nights.files(.lake)
    var changed = first + MadeDirectory.archive(3, &random).plain
    changed[5] ^= 1
    _ = try directory.write(changed, to: "a.jsonl")
    try nights.run([path])
    #expect(nights.result.failures.map(\.path) == [path])
    #expect(nights.result.failures[0].reason.contains("--rebuild"))
    #expect(try nights.files(.lake) == before)
    // Under another name the old one is still there, and this one is new.
    let moved = try directory.write(first, to: "b.jsonl")
    try nights.run([path, moved])
    #expect(nights.result.failures.isEmpty)
    try nights.expectWhole([path, moved], "moved")
  }

  @Test("a last line that was not ended and has become longer is an error")
  func lastLine() throws {
    let directory = try TemporaryDirectory()
    let line = Self.delivery("x", at: "2026-03-01T12:00:00Z")
    let path = try directory.write(line, to: "a.jsonl")
    var nights = try Nights()
    try nights.run([path])
    _ = try directory.write(line + [0x20], to: "a.jsonl")
    try nights.run([path])
    #expect(nights.result.failures.map(\.path) == [path])
    // Where only its end came, it is the same line.
    _ = try directory.write(line + [0x0A] + line + [0x0A], to: "a.jsonl")
    try nights.run([path])
    #expect(nights.result.failures.isEmpty)
    try nights.expectWhole([path], "ended")
  }

  @Test("an archive that was cut short and changed just now is left for the next run")
  func unfinished() throws {
    var random = SeededGenerator(seed: TestSeed.value)
    let directory = try TemporaryDirectory()
    let memory = MemoryBytes()
    let sink = DeflateSink(memory, .gzip)
    try sink.write(MadeDirectory.archive(10, &random).plain.span)
    try sink.finish()
    let path = try directory.write(Array(memory.bytes.dropLast(9)), to: "a.jsonl.gz")
    var nights = try Nights()
    try nights.run([path]) { $0.settledAt = 0 }
    #expect(nights.result.unfinished == [path])
    #expect(nights.result.failures.isEmpty)
    try nights.run([path])
    #expect(nights.result.failures.map(\.path) == [path])
    _ = try directory.write(memory.bytes, to: "a.jsonl.gz")
    try nights.run([path])
    try nights.expectWhole([path], "whole")
  }

  @Test("a file of the lake that is missing, altered or cut off is named")
  func damage() throws {
    let directory = try TemporaryDirectory()
    let line = Self.delivery("x", at: "2026-03-01T12:00:00Z")
    let path = try directory.write(line, to: "a.jsonl")
    for name in ["observations/date=2026-03-01/observations.parquet", "archives/archives.parquet"] {
      for kind in 0..<3 {
        var nights = try Nights()
        try nights.run([path])
        let file = "\(nights.path)/lake/\(name)"
        var bytes = try Data(contentsOf: URL(filePath: file))
        switch kind {
        case 0: try FileSystem.remove(file)
        case 1:
          bytes[bytes.count / 2] ^= 1
          try bytes.write(to: URL(filePath: file))
        default: try bytes.dropLast().write(to: URL(filePath: file))
        }
        let lake = LakeReader(directory: "\(nights.path)/lake")
        let manifest = try #require(try lake.manifest())
        let error = #expect(throws: LakeReader.Damaged.self) {
          try manifest.verify(lake.path, readsAll: true)
        }
        #expect(error?.path == file)
      }
    }
  }
}
