import Archives
import Bytes
import Captures
import Lake
import Pipeline
import TestSupport
import Testing

@Suite("Damaged archives")
struct DamagedArchiveTests {
  static func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
    let memory = MemoryBytes()
    let sink = DeflateSink(memory, .gzip)
    try sink.write(bytes.span)
    try sink.finish()
    return memory.bytes
  }

  /// Ways to damage what comes after a whole member.
  enum Damage: CaseIterable {
    case garbage
    case cutMember
    case badChecksum
    case badBlock

    /// What follows the good member; it holds no whole line.
    func tail() throws -> [UInt8] {
      var member = try DamagedArchiveTests.gzip(Array("{\"no line feed here\": 1".utf8))
      switch self {
      case .garbage: return Array("garbage".utf8)
      case .cutMember: return Array(member.dropLast(3))
      case .badChecksum:
        member[member.count - 8] ^= 1
        return member
      case .badBlock:
        member[10] = 7
        return member
      }
    }
  }

  @Test("are left out, and the rest is as without them", arguments: Damage.allCases)
  func leftOut(damage: Damage) throws {
    for seed in TestSeed.cases(6) {
      var random = SeededGenerator(seed: seed)
      let directory = try TemporaryDirectory()
      var paths = try ConservationTests.write(directory, &random).map(\.path)
      let good = try IngestRun(paths)
      let broken = try Self.gzip(MadeArchive.random(20, &random).plain) + damage.tail()
      paths.insert(
        try directory.write(broken, to: "in/broken.jsonl.gz"),
        at: random.number(0...paths.count)
      )
      let run = try IngestRun(paths)
      #expect(run.lakeFiles == good.lakeFiles, "seed \(seed)")
      #expect(run.quarantineFiles == good.quarantineFiles, "seed \(seed)")
      #expect(run.result.failures.map(\.path) == [directory.path("in/broken.jsonl.gz")])
      #expect(run.result.failures.allSatisfy { !$0.isSalvaged && !$0.reason.isEmpty })
    }
  }

  @Test(
    "give exactly the complete lines before the damage when salvaged",
    arguments: Damage.allCases
  )
  func salvaged(damage: Damage) throws {
    for seed in TestSeed.cases(6) {
      var random = SeededGenerator(seed: seed)
      let directory = try TemporaryDirectory()
      var archive = MadeArchive.random(random.number(1...40), &random)
      if archive.plain.last != 0x0A { archive.plain.append(0x0A) }
      let whole = try directory.write(archive.plain, to: "whole.jsonl")
      let path = try directory.write(
        try Self.gzip(archive.plain) + damage.tail(),
        to: "in/broken.jsonl.gz"
      )
      let truth = try IngestRun([whole])
      let run = try IngestRun([path], salvages: true)
      #expect(run.facts == truth.facts, "seed \(seed)")
      #expect(run.result.failures.map(\.isSalvaged) == [true], "seed \(seed)")
      let row = try #require(try run.rows(.archives).first, "seed \(seed)")
      #expect(row["status"] == .text("salvaged"), "seed \(seed)")
      #expect(row["lines"] == .integer(Int64(archive.lines.count)), "seed \(seed)")
      #expect(
        try run.quarantined(path).map(\.bytes) == truth.quarantined(whole).map(\.bytes),
        "seed \(seed)"
      )
    }
  }

  @Test("cut inside a line that is too long keep it as far as it goes")
  func cutInLongLine() throws {
    let directory = try TemporaryDirectory()
    let first = Array("not JSON\n".utf8)
    let long = (0..<700_000).map { UInt8(truncatingIfNeeded: 33 + $0 % 89) }
    let stored = try Self.gzip(first + long) + Damage.garbage.tail()
    let path = try directory.write(stored, to: "broken.jsonl.gz")
    let run = try IngestRun([path], salvages: true, maximumLineLength: 1000)
    let kept = try run.quarantined(path)
    #expect(kept.map(\.bytes) == [Array("not JSON".utf8), long])
    #expect(kept.map(\.reason) == ["not_json", "line_too_long"])
    let row = try #require(try run.rows(.archives).first)
    #expect(row["lines"] == .integer(2))
    #expect(row["quarantined"] == .integer(2))
  }

  @Test("are salvaged only where they are damaged: what cannot be opened fails")
  func unreadable() throws {
    let directory = try TemporaryDirectory()
    let run = try IngestRun([directory.path("missing.jsonl"), directory.path], salvages: true)
    #expect(run.result.failures.map(\.isSalvaged) == [false, false])
    #expect(run.result.records.isEmpty)
    #expect(try run.rows(.observations).isEmpty)
  }

  @Test("lines longer than the limit are kept whole, with their place")
  func longLines() throws {
    for seed in TestSeed.cases(8) {
      var random = SeededGenerator(seed: seed)
      let directory = try TemporaryDirectory()
      let lengths = (0..<12).map { _ in
        random.one(of: [1, 5, 99, 100, 101, 102, 103, 5000, 300_000])
      }
      let lines = lengths.map { length in
        MadeLine(
          bytes: (0..<length).map { UInt8(truncatingIfNeeded: 40 + $0 % 200) },
          fate: .rejected(length > 100 ? .lineTooLong : .notJSON)
        )
      }
      var archive = MadeArchive(lines, &random)
      for place in archive.lines.indices {
        let isLong = archive.lines[place].bytes.count > 100
        archive.lines[place].fate = .rejected(isLong ? .lineTooLong : .notJSON)
      }
      let path = try directory.write(archive.plain, to: "long.jsonl")
      let run = try IngestRun([path], maximumLineLength: 100)
      let kept = try run.quarantined(path)
      #expect(kept.map(\.bytes) == archive.lines.map(\.bytes), "seed \(seed)")
      #expect(kept.map(\.line) == archive.places.map(\.number), "seed \(seed)")
      #expect(kept.map(\.offset) == archive.places.map(\.offset), "seed \(seed)")
      #expect(
        kept.map(\.reason)
          == archive.lines.map { $0.bytes.count > 100 ? "line_too_long" : "not_json" },
        "seed \(seed)"
      )
      #expect(kept.allSatisfy { $0.reason != "line_too_long" || $0.base64 != nil })
      let row = try #require(try run.rows(.archives).first)
      #expect(row["rejected_line_too_long"] == .integer(archive.count(.rejected(.lineTooLong))))
      #expect(row["lines"] == .integer(12), "seed \(seed)")
    }
  }
}
