import Archives
import Bytes
import Captures
import Files
import Foundation
import Lake
import Observations
import Pipeline
import TestSupport
import Testing

@Suite("Dates made anew")
struct RebuildTests {
  /// Windows of both kinds, some of which begin on the date before that of their deliveries.
  static let policies =
    InvarianceTests.policies + [
      WindowPolicy(
        size: 25_200_000_000,
        calendar: LocalCalendar(identifier: "Europe/Berlin") ?? .utc
      )
    ]

  /// Archives that change from one night to the next.
  struct Archives {
    let directory: TemporaryDirectory
    private(set) var contents: [String: [UInt8]] = [:]
    private var count = 0

    init() throws { directory = try TemporaryDirectory() }

    var paths: [String] { contents.keys.sorted() }

    /// Lines of any kind on some of five days.
    static func lines(_ random: inout SeededGenerator) -> [UInt8] {
      let days = (1...5).shuffled(using: &random).prefix(random.number(1...3))
      var bytes = MadeDirectory.archive(random.number(0...25), &random).plain
      let stem = Array("2026-03-".utf8)
      for place in bytes.indices.dropLast(9) where Array(bytes[place..<place + 8]) == stem {
        bytes[place + 8] = UInt8(ascii: "0")
        bytes[place + 9] = UInt8(ascii: "0") + UInt8(random.one(of: Array(days)))
      }
      if bytes.last != 0x0A { bytes.append(0x0A) }
      return bytes
    }

    private func stored(_ plain: [UInt8], _ path: String) throws -> [UInt8] {
      guard path.hasSuffix(".gz") else { return plain }
      let memory = MemoryBytes()
      let sink = DeflateSink(memory, .gzip)
      try sink.write(plain.span)
      try sink.finish()
      return memory.bytes
    }

    /// Writes a file of its own content.
    mutating func write(_ random: inout SeededGenerator, at path: String? = nil) throws {
      count += 1
      let name = "in/\(count).jsonl" + (random.once(in: 2) ? ".gz" : "")
      let path = path ?? directory.path(name)
      let own = [UInt8](repeating: 0x0A, count: count)
      contents[path] = try stored(Self.lines(&random) + own, path)
      try put(path)
    }

    mutating func grow(_ path: String, _ random: inout SeededGenerator) throws {
      contents[path] = try (contents[path] ?? []) + stored(Self.lines(&random), path)
      try put(path)
    }

    mutating func move(_ path: String) throws {
      count += 1
      let name = directory.path("in/moved\(count).jsonl" + (path.hasSuffix(".gz") ? ".gz" : ""))
      contents[name] = contents.removeValue(forKey: path)
      try FileSystem.rename(path, to: name)
    }

    /// Makes the file what it is to be.
    func put(_ path: String) throws {
      try FileSystem.makeDirectory(directory.path("in"))
      try Data(contents[path] ?? []).write(to: URL(filePath: path))
    }
  }

  /// The dates that an error tells the user to give.
  static func advised(_ failures: [IngestResult.Failure]) -> Set<Int32> {
    let words = failures.flatMap { $0.reason.split(separator: " ") }
    return Set(words.compactMap { CivilDate(String($0)).map { Int32($0.daysSinceEpoch) } })
  }

  @Test("archives that were rewritten, have grown, moved or are new give what one run gives")
  func law() throws {
    var met = (remade: 0, missing: 0, away: 0)
    for seed in TestSeed.cases(100) {
      var random = SeededGenerator(seed: seed)
      var archives = try Archives()
      for _ in 0..<random.number(2...5) { try archives.write(&random) }
      var nights = try Nights(windows: random.one(of: Self.policies))
      func way(_ days: Set<Int32>) -> (inout IngestPlan) -> Void {
        let (jobs, isTight, isForgetful) = (
          random.number(1...3), random.once(in: 2), random.once(in: 4)
        )
        return { plan in
          plan.remadeDays = days
          plan.jobs = jobs
          plan.chunkLength = isTight ? 700 : plan.chunkLength
          plan.leastFactMemory = isTight ? 1 : plan.leastFactMemory
          plan.memory = isTight ? 1 : plan.memory
          if isForgetful { plan.seen = SeenArchives() }
        }
      }
      try nights.run(archives.paths, changing: way([]))
      let before = archives.paths
      var rewritten: [String] = []
      var silent: Set<String> = []
      for path in before {
        switch random.number(0...5) {
        case 0, 1:
          try archives.write(&random, at: path)
          rewritten.append(path)
        case 2: try archives.grow(path, &random)
        case 3: try archives.move(path)
        // What is not named is found all the same where it is needed.
        case 4: silent.insert(path)
        default: break
        }
      }
      if random.once(in: 2) { try archives.write(&random) }
      // Those that grew or are new are ingested, or not yet; those that were rewritten are not.
      let first = random.once(in: 2) ? archives.paths : rewritten.sorted()
      try nights.run(first, changing: way([]))
      let failures = nights.result.failures
      #expect(failures.allSatisfy { rewritten.contains($0.path) }, "seed \(seed)")
      var days = Self.advised(failures)
      if days.count > 1, random.once(in: 2) {
        let stored = try nights.files(.lake)
        let few = days.subtracting([random.one(of: days.sorted())])
        do {
          try nights.run(rewritten.sorted(), changing: way(few))
          // Another archive of these dates may be all that was rewritten of them.
          #expect(failures.count > 1, "seed \(seed)")
        } catch is RebuildFailure {
          met.missing += 1
          #expect(try nights.files(.lake) == stored, "seed \(seed)")
        }
      }
      if random.once(in: 2) {
        days.insert(
          Int32((CivilDate("2026-03-02")?.daysSinceEpoch ?? 0)) + Int32(random.number(-1...3))
        )
      }
      let given = archives.paths.filter { !silent.contains($0) }
      if random.once(in: 3),
        let away = before.filter(archives.paths.contains).randomElement(using: &random)
      {
        try FileSystem.remove(away)
        do {
          try nights.run(given.filter { $0 != away }, changing: way(days))
        } catch let failure as RebuildFailure {
          met.away += 1
          #expect(failure.faults.map(\.path) == [away], "seed \(seed): \(failure)")
        }
        try archives.put(away)
      }
      try nights.run(given + silent.filter { archives.contents[$0] == nil }, changing: way(days))
      if !days.isEmpty { met.remade += 1 }
      let left = nights.result.failures
      #expect(left.isEmpty, "seed \(seed): \(left)")
      // Of what did not concern the dates, what is new may be left.
      try nights.run(archives.paths, changing: way([]))
      #expect(nights.result.failures.isEmpty, "seed \(seed)")
      try nights.expectWhole(archives.paths, "seed \(seed)")
    }
    #expect(met.remade > 60 && met.missing > 10 && met.away > 5, "\(met)")
  }
}

extension RebuildTests {
  static func day(_ date: String) -> Int32 { Int32(CivilDate(date)?.daysSinceEpoch ?? 0) }

  @Test("what stands in the way of dates is named, and changes nothing")
  func refusals() throws {
    let directory = try TemporaryDirectory()
    func line(_ identity: String, _ time: String) -> [UInt8] {
      NightTests.delivery(identity, at: time) + [0x0A]
    }
    // Half an hour into the day, in a window that begins on the day before.
    var nights = try Nights(windows: Self.policies[2])
    let first = try directory.write(line("x", "2026-03-02T00:30:00Z"), to: "a.jsonl")
    let other = try directory.write(line("y", "2026-03-02T00:40:00Z"), to: "b.jsonl")
    try nights.run([first, other])
    let before = (try nights.files(.lake), try nights.files(.quarantine))
    _ = try directory.write(line("z", "2026-03-05T12:00:00Z"), to: "a.jsonl")

    func expectRefusal(
      _ days: [String],
      _ paths: [String],
      _ reason: String,
      changing: (inout IngestPlan) -> Void = { _ in }
    ) throws {
      let failure = #expect(throws: RebuildFailure.self) {
        try nights.run([first, other]) { plan in
          plan.remadeDays = Set(days.map(Self.day))
          changing(&plan)
        }
      }
      #expect(failure?.faults.map(\.path) == paths)
      #expect(failure?.description.contains(reason) == true, "\(failure?.description ?? "")")
      #expect(try nights.files(.lake) == before.0)
      #expect(try nights.files(.quarantine) == before.1)
    }

    // The window's date, and that of the time received.
    try expectRefusal(["2026-03-01"], [first], "add 2026-03-02")
    try expectRefusal(["2026-03-02"], [first], "add 2026-03-01")
    let both = ["2026-03-01", "2026-03-02"]
    try expectRefusal(both, [other], "replay") { plan in
      plan.verifier = Verifier(Keyring([]), requiresSignature: true)
    }
    let memory = MemoryBytes()
    let sink = DeflateSink(memory, .gzip)
    try sink.write(line("z", "2026-03-05T12:00:00Z").span)
    try sink.finish()
    _ = try directory.write(Array(memory.bytes.dropLast(9)), to: "a.jsonl")
    try expectRefusal(both, [first], "truncated")
    try expectRefusal(both, [first], "still being written") { $0.settledAt = 0 }
    try FileSystem.remove(first)
    try expectRefusal(both, [first], "cannot be opened")
    _ = try directory.write(memory.bytes, to: "a.jsonl")
    try nights.run([first]) { $0.remadeDays = Set(both.map(Self.day)) }
    try nights.expectWhole([first, other], "made anew")
  }

  @Test("an archive that was salvaged is read again as far as it goes")
  func salvaged() throws {
    var random = SeededGenerator(seed: TestSeed.value)
    let directory = try TemporaryDirectory()
    let memory = MemoryBytes()
    let sink = DeflateSink(memory, .gzip)
    for _ in 0..<30 { try sink.write((MadeLines.line(&random).bytes + [0x0A]).span) }
    try sink.finish()
    let damaged = try directory.write(Array(memory.bytes.dropLast(700)), to: "a.jsonl.gz")
    let other = try directory.write(MadeDirectory.archive(20, &random).plain, to: "b.jsonl")
    var nights = try Nights()
    try nights.run([damaged, other]) { $0.salvages = true }
    let before = try nights.files(.lake)
    try nights.run([]) { $0.remadeDays = [Self.day("2026-03-28")] }
    #expect(try nights.files(.lake) == before)
    #expect(nights.result.failures.isEmpty)
  }

  @Test("where there is no lake, dates are no matter")
  func noLake() throws {
    let directory = try TemporaryDirectory()
    let line = NightTests.delivery("x", at: "2026-03-02T12:00:00Z")
    let path = try directory.write(line, to: "a.jsonl")
    var nights = try Nights()
    try nights.run([path]) { $0.remadeDays = [Self.day("2026-03-09")] }
    try nights.expectWhole([path], "new")
  }
}
