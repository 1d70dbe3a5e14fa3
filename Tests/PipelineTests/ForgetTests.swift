import Analysis
import Bytes
import Files
import Foundation
import Lake
import Observations
import Pipeline
import TestSupport
import Testing

extension Nights {
  /// Erases identities, as `hooksift forget` does.
  mutating func forget(
    _ identities: [String],
    _ personalData: PersonalData = PersonalData(),
    key: ForgottenKey
  ) throws -> Forget.Result {
    let workspace = try Workspace.writing(path)
    if try workspace.forgottenKey() == nil { try workspace.keep(key) }
    var forget = Forget(
      identities.map { Array($0.utf8) },
      personalData,
      lake: try? LakeReader(workspace),
      known: try workspace.forgotten()?.record,
      key: key
    )
    var result = try forget.find(quarantine: workspace.directory(.quarantine))
    let directories = Ingest.Directories(
      lake: try workspace.stage(.lake),
      quarantine: try workspace.stage(.quarantine),
      temporary: try workspace.temporaryDirectory()
    )
    try forget.write(&result, directories)
    try workspace.publish([.updating(.lake, retiring: result.retired), .updating(.quarantine)])
    return result
  }

  /// The rows of a table of the lake, with the dates of their partitions.
  func rows(_ table: LakeTable) throws -> [Row] {
    try LakeReader(directory: path + "/lake").files(table).flatMap { file in
      try Row.read(file.path).map { row in
        row.merging(["day": .integer(Int64(file.day ?? 0))]) { $1 }
      }
    }
  }

  func summaries() throws -> [String: [UInt8]] {
    let directory = try TemporaryDirectory()
    try Summaries(LakeReader(directory: path + "/lake"), SummaryPlan()).write(
      into: directory.path,
      temporary: TemporaryDirectory().path
    )
    return try TemporaryDirectory.files(below: directory.path)
  }
}

@Suite("Forgetting")
struct ForgetTests {
  private static let people = ["ana", "Zoë", "bob", "\u{1F69A}", "c", "d", "nobody"]

  /// What is kept, with or without pseudonyms.
  private static func personalData(_ random: inout SeededGenerator) -> PersonalData {
    random.once(in: 3) ? PersonalData(pepper: KeyedHash(key: [1, 2, 3])) : PersonalData()
  }

  private static func expectSame(_ left: Nights, _ right: Nights, _ comment: Comment) throws {
    for part in [Workspace.Part.lake, .quarantine] {
      let (files, others) = (try left.files(part), try right.files(part))
      #expect(files.keys.sorted() == others.keys.sorted(), comment)
      for (name, bytes) in files { #expect(bytes == others[name], "\(name), \(comment)") }
    }
    #expect(try left.summaries() == right.summaries(), comment)
  }

  @Test("before, after or between runs gives the same bytes, and all rows of the others")
  func law() throws {
    for seed in TestSeed.cases(40) {
      var random = SeededGenerator(seed: seed)
      let made = try MadeDirectory(&random)
      let windows = random.one(of: InvarianceTests.policies)
      let kept = Self.personalData(&random)
      let key = ForgottenKey.random()
      let people = Array(Self.people.shuffled(using: &random).prefix(random.number(1...4)))
      let comment: Comment = "seed \(seed), \(people)"

      var whole = try Nights(windows: windows)
      try whole.run(made.paths) { $0.keep(kept) }
      let rows = (try whole.rows(.observations), try whole.rows(.traitValues))
      var before = try Nights(windows: windows)
      _ = try before.forget(people, kept, key: key)
      try before.run(made.paths) { $0.keep(kept) }

      // Between runs of any kind.
      var nights = try Nights(windows: windows)
      var left = made.paths.shuffled(using: &random)
      var unsaid = people
      while !left.isEmpty || !unsaid.isEmpty {
        if random.once(in: 2), !unsaid.isEmpty {
          let count = random.number(1...unsaid.count)
          _ = try nights.forget(Array(unsaid.prefix(count)), kept, key: key)
          unsaid.removeFirst(count)
        } else if !left.isEmpty {
          let count = random.number(1...left.count)
          let jobs = random.number(1...3)
          let isTight = random.once(in: 2)
          try nights.run(left.prefix(count).sorted()) { plan in
            plan.keep(kept)
            plan.jobs = jobs
            guard isTight else { return }
            plan.leastFactMemory = 1
            plan.memory = 1
          }
          left.removeFirst(count)
        }
      }
      try Self.expectSame(before, nights, comment)

      let result = try whole.forget(people, kept, key: key)
      try Self.expectSame(before, whole, comment)
      let gone = Set(people.flatMap { kept.names(of: Array($0.utf8)) }.map(Cell.text))
      func others(_ rows: [Row]) -> [Row] {
        rows.filter { !gone.contains($0["identity"] ?? .null) }
      }
      #expect(try whole.rows(.observations) == others(rows.0), comment)
      #expect(try whole.rows(.traitValues) == others(rows.1), comment)
      #expect(result.lake.observations == rows.0.count - others(rows.0).count, comment)
      #expect(result.lake.traitValues == rows.1.count - others(rows.1).count, comment)
      let deliveries = rows.0.sum("deliveries") - others(rows.0).sum("deliveries")
      #expect(result.lake.deliveries.total == deliveries, comment)
      try expectStates(whole, comment)
      #expect(try LakeAudit(LakeReader(directory: whole.path + "/lake")).faults.isEmpty, comment)
    }
  }

  /// Expects that the tables of states hold what observations name, and no more.
  private func expectStates(_ nights: Nights, _ comment: Comment) throws {
    let none = Cell.text(Digest256(hashing: Span()).prefix128.hexadecimalBytes)
    for (table, name) in [(LakeTable.flagStates, "flag_state"), (.segmentStates, "segment_state")] {
      let named = Set(try nights.rows(.observations).compactMap { $0[name] }).subtracting([none])
      #expect(Set(try nights.rows(table).compactMap { $0[name] }) == named, comment)
    }
  }

  @Test("an audit finds deliveries that are neither in the lake nor erased")
  func audit() throws {
    var random = SeededGenerator(seed: TestSeed.value)
    let directory = try TemporaryDirectory()
    let lines = (0..<60).map { _ in MadeLines.snapshotLine(&random) }
    let path = try directory.write(MadeArchive(lines, &random).plain, to: "a.jsonl")
    var nights = try Nights()
    try nights.run([path])
    let key = ForgottenKey.random()
    let result = try nights.forget(["ana", "bob"], key: key)
    try #require(result.lake.deliveries.total > 0)
    let lake = LakeReader(directory: nights.path + "/lake")
    #expect(try LakeAudit(lake).faults.isEmpty)
    let record = try #require(try lake.forgotten())
    try record.uncounted.write(to: lake.path)
    let manifest = lake.path + "/manifest.json"
    try FileSystem.remove(manifest)
    let faults = try LakeAudit(lake).faults
    #expect(faults.contains { $0.contains("deliveries") }, "\(faults)")
  }

  @Test("a text is a mention as a whole JSON string alone, at any depth")
  func mentions() throws {
    for seed in TestSeed.cases(100) {
      var random = SeededGenerator(seed: seed)
      let person = random.one(
        of: Self.people + ["a\"b", "\\", "\"", "a\\\"", "/", "\n", "é\u{301}"]
      )
      let isMentioned = random.once(in: 2)
      let line = Self.line(
        isMentioned ? person : random.one(of: ["-" + person, person + "-"]),
        &random
      )
      let directory = try TemporaryDirectory()
      let path = try directory.write(line + [0x0A], to: "a.jsonl")
      var nights = try Nights()
      try nights.run([path]) { $0.maximumLineLength = 1 << 20 }
      let result = try nights.forget([person], key: .random())
      let text = String(decoding: line, as: UTF8.self)
      #expect(result.quarantinedLines == (isMentioned ? 1 : 0), "seed \(seed), \(person): \(text)")
    }
  }

  /// A line with a text as a JSON string, somewhere.
  private static func line(_ text: String, _ random: inout SeededGenerator) -> [UInt8] {
    func json(_ value: Any) -> String {
      let options: JSONSerialization.WritingOptions =
        random.once(in: 2) ? [.fragmentsAllowed] : [.fragmentsAllowed, .withoutEscapingSlashes]
      let data = try? JSONSerialization.data(withJSONObject: value, options: options)
      return String(decoding: data ?? Data(), as: UTF8.self)
    }
    var value = json(text)
    for _ in 0..<random.number(0...5) {
      let filler = json(random.one(of: ["", "x", "y\"z", "y\\z", "{\"a\": 1}"]))
      switch random.number(0...5) {
      case 0: value = "[\(filler), \(value)]"
      case 1: value = "{\"k\": \(value), \"l\": \(filler)}"
      case 2: value = "{\"k\":\(filler),\"body\":\(json(value))}"
      case 3: value = "{\"body_base64\": \(json(Data(value.utf8).base64EncodedString()))}"
      case 4: value = "{\"k\": \(json(value + "}"))}"
      default: value = "{\"k\": \(json("{\"x\": " + value))}"
      }
    }
    let line = "{\"line\": \(value)" + (random.once(in: 3) ? "" : "}")
    return Array(line.utf8)
  }
}

extension IngestPlan {
  /// Chooses what is kept; what is forgotten stays so.
  fileprivate mutating func keep(_ personalData: PersonalData) {
    let forgotten = self.personalData.forgotten
    self.personalData = personalData
    self.personalData.forgotten = forgotten
  }
}
