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

@Suite("Ways of working")
struct WorkerTests {
  static func run(
    _ paths: [String],
    _ way: WayOfWorking,
    salvages: Bool = false,
    windows: WindowPolicy = WindowPolicy()
  ) throws -> IngestRun {
    try IngestRun(
      paths,
      windows: windows,
      salvages: salvages,
      maximumLineLength: MadeDirectory.maximumLineLength,
      changing: way.apply
    )
  }

  @Test(
    "workers, memory, caches, chunks and libraries do not show",
    arguments: InvarianceTests.policies.indices
  )
  func invisible(policy: Int) throws {
    for seed in TestSeed.cases(4) {
      var random = SeededGenerator(seed: seed &+ UInt64(policy))
      let made = try MadeDirectory(&random)
      let salvages = random.once(in: 2)
      let windows = InvarianceTests.policies[policy]
      let truth = try Self.run(made.paths, .plainest, salvages: salvages, windows: windows)
      for way in WayOfWorking.all + [.random(&random)] {
        let run = try Self.run(made.paths, way, salvages: salvages, windows: windows)
        #expect(run.lakeFiles == truth.lakeFiles, "seed \(seed), \(way)")
        #expect(run.quarantineFiles == truth.quarantineFiles, "seed \(seed), \(way)")
        #expect(run.result.summary == truth.result.summary, "seed \(seed), \(way)")
      }
    }
  }

  @Test("archives that cannot be read leave no trace, though their facts were in runs")
  func discarded() throws {
    for seed in TestSeed.cases(8) {
      var random = SeededGenerator(seed: seed)
      let made = try MadeDirectory(&random)
      let good = made.paths.filter { !made.damaged.contains($0) }
      let truth = try Self.run(good, .plainest)
      for way in [random.one(of: WayOfWorking.all), .random(&random)] {
        let run = try Self.run(made.paths, way)
        #expect(run.lakeFiles == truth.lakeFiles, "seed \(seed), \(way)")
        #expect(run.quarantineFiles == truth.quarantineFiles, "seed \(seed), \(way)")
        #expect(run.result.failures.map(\.path) == made.damaged, "seed \(seed), \(way)")
      }
    }
  }

  @Test("the quarantine keeps every rejected line, in order, whoever worked on it")
  func order() throws {
    for seed in TestSeed.cases(6) {
      var random = SeededGenerator(seed: seed)
      let made = try MadeDirectory(&random)
      let way = random.one(of: WayOfWorking.all)
      let run = try Self.run(made.paths, way)
      for (path, archive) in made.archives {
        let rejected = archive.lines.indices.filter { place in
          if case .rejected = archive.lines[place].fate { true } else { false }
        }
        let kept = try run.quarantined(path)
        #expect(kept.map(\.bytes) == rejected.map { archive.lines[$0].bytes }, "\(seed), \(way)")
        #expect(kept.map(\.line) == rejected.map { archive.places[$0].number }, "\(seed), \(way)")
        #expect(kept.map(\.offset) == rejected.map { archive.places[$0].offset }, "\(seed), \(way)")
        let fates = kept.map { RejectionReason(rawValue: $0.reason).map(MadeLine.Fate.rejected) }
        #expect(fates == rejected.map { archive.lines[$0].fate }, "seed \(seed), \(way)")
      }
    }
  }

  @Test("any split over archives gives the same facts, whatever the way")
  func split() throws {
    for seed in TestSeed.cases(6) {
      var random = SeededGenerator(seed: seed)
      let directory = try TemporaryDirectory()
      let archive = MadeDirectory.archive(60, &random)
      let whole = try directory.write(archive.plain, to: "whole.jsonl")
      var parts = [[MadeLine]](repeating: [], count: 4)
      for line in archive.lines { parts[random.number(0...3)].append(line) }
      let paths = try parts.enumerated().map { place, part in
        let archive = MadeArchive(part.shuffled(using: &random), &random)
        return try directory.write(archive.plain + [0x0A], to: "parts/\(place).jsonl")
      }
      let windows = random.one(of: InvarianceTests.policies)
      let truth = try Self.run([whole], .plainest, windows: windows)
      for way in [random.one(of: WayOfWorking.all), .random(&random)] {
        #expect(
          try Self.run(paths, way, windows: windows).facts == truth.facts,
          "seed \(seed), \(way)"
        )
      }
    }
  }

  @Test("of copies the first path is the original, whichever was read", arguments: [1, 2, 5])
  func copies(jobs: Int) throws {
    for seed in TestSeed.cases(4) {
      var random = SeededGenerator(seed: seed)
      let directory = try TemporaryDirectory()
      var plain = MadeDirectory.archive(30, &random).plain
      if plain.last != 0x0A { plain.append(0x0A) }
      let isDamaged = random.once(in: 2)
      let stored =
        try DamagedArchiveTests.gzip(plain)
        + (isDamaged ? DamagedArchiveTests.Damage.badChecksum.tail() : [])
      let paths = try (0..<7).map { try directory.write(stored, to: "\($0).jsonl.gz") }
      let way = WayOfWorking(jobs: jobs, chunkLength: 500)
      let alone = try Self.run([paths[0]], .plainest, salvages: true)
      let run = try Self.run(paths, way, salvages: true)
      #expect(run.lakeFiles == alone.lakeFiles, "seed \(seed)")
      #expect(run.quarantineFiles == alone.quarantineFiles, "seed \(seed)")
      #expect(run.result.copies.map(\.path) == Array(paths.dropFirst()), "seed \(seed)")
      #expect(run.result.copies.allSatisfy { $0.original == paths[0] }, "seed \(seed)")
      #expect(run.result.failures.map(\.path) == (isDamaged ? [paths[0]] : []), "seed \(seed)")
    }
  }

  @Test("a copy that is read before the first path, which comes late, is called by that")
  func lateOriginal() throws {
    var random = SeededGenerator(seed: TestSeed.value)
    let directory = try TemporaryDirectory()
    let plain = MadeDirectory.archive(30, &random).plain + [0x0A]
    let tail = try DamagedArchiveTests.Damage.badChecksum.tail()
    let stored = try DamagedArchiveTests.gzip(plain) + tail
    let file = try directory.write(stored, to: "b.jsonl.gz")
    let fifo = directory.path("a.jsonl.gz")
    let status = unsafe mkfifo(fifo, 0o600)
    try #require(status == 0)
    let alone = try Self.run([file], .plainest, salvages: true)
    Thread {
      let handle = FileHandle(forWritingAtPath: fifo)
      Thread.sleep(forTimeInterval: 0.3)
      handle?.write(Data(stored))
    }.start()
    let run = try Self.run([fifo, file], WayOfWorking(jobs: 2), salvages: true)
    #expect(run.facts == alone.facts)
    #expect(run.result.records.map(\.path) == [fifo])
    #expect(run.result.copies.map(\.path) == [file])
    #expect(run.result.failures.map(\.path) == [fifo])
  }
}

extension IngestResult {
  /// All that a run says of what became of its archives.
  fileprivate var summary: [String] {
    records.map { "\($0)" } + failures.map { "\($0)" } + copies.map { "\($0)" }
      + ["\(observations), \(identities)"]
  }
}
