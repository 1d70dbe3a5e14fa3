import Archives
import Bytes
import Captures
import Lake
import Pipeline
import TestSupport
import Testing

@Suite("Conservation")
struct ConservationTests {
  /// Writes random archives and returns their paths with what is in them.
  static func write(
    _ directory: TemporaryDirectory,
    _ random: inout SeededGenerator,
    count: Int = 3
  ) throws -> [(path: String, archive: MadeArchive)] {
    try (0..<count).map { place in
      let archive = MadeArchive.random(random.number(0...25), &random)
      // Blank lines at the end, so that no archive is a copy of another.
      let blank = [UInt8](repeating: 0x0A, count: place)
      return (try directory.write(archive.plain + blank, to: "in/\(place).jsonl"), archive)
    }
  }

  @Test("every line ends where it must, once, per archive and in total")
  func laws() throws {
    for seed in TestSeed.cases(25) {
      var random = SeededGenerator(seed: seed)
      let directory = try TemporaryDirectory()
      let archives = try Self.write(directory, &random)
      let run = try IngestRun(archives.map(\.path))
      let ledger = try run.rows(.archives)
      #expect(ledger.count == archives.count, "seed \(seed)")
      for (path, archive) in archives {
        let row = try #require(ledger.first { $0["path"] == .text(path) }, "seed \(seed)")
        let accepted = archive.count(.identity) + archive.count(.event)
        #expect(row["lines"] == .integer(Int64(archive.lines.count)), "seed \(seed)")
        #expect(row["identity_deliveries"] == .integer(archive.count(.identity)), "seed \(seed)")
        #expect(row["other_deliveries"] == .integer(archive.count(.event)), "seed \(seed)")
        #expect(row["verified"] == .integer(accepted), "seed \(seed)")
        #expect(
          row["quarantined"] == .integer(Int64(archive.lines.count) - accepted),
          "seed \(seed)"
        )
        for reason in RejectionReason.allCases {
          let count = archive.count(.rejected(reason))
          #expect(
            row["rejected_\(reason.rawValue)"] == .integer(count),
            "seed \(seed), \(reason)"
          )
        }
        #expect(row["bytes"] == row["bytes_uncompressed"], "seed \(seed)")
      }
      let lines = archives.map { Int64($0.archive.lines.count) }.reduce(0, +)
      #expect(try run.rows(.deliveryCounts).sum("lines") == lines, "seed \(seed)")
      #expect(
        try run.rows(.observations).sum("deliveries") == ledger.sum("identity_deliveries"),
        "seed \(seed)"
      )
    }
  }

  @Test("a rejected line is in the quarantine, byte for byte, with its reason and place")
  func quarantine() throws {
    for seed in TestSeed.cases(25) {
      var random = SeededGenerator(seed: seed)
      let directory = try TemporaryDirectory()
      let archives = try Self.write(directory, &random)
      let run = try IngestRun(archives.map(\.path))
      for (path, archive) in archives {
        var found = try run.quarantined(path)[...]
        for (line, place) in zip(archive.lines, archive.places) {
          guard case .rejected(let reason) = line.fate else { continue }
          let kept = try #require(found.first, "seed \(seed)")
          found = found.dropFirst()
          #expect(kept.bytes == line.bytes, "seed \(seed), line \(place.number)")
          #expect(kept.reason == reason.rawValue, "seed \(seed), line \(place.number)")
          #expect(kept.line == place.number, "seed \(seed)")
          #expect(kept.offset == place.offset, "seed \(seed), line \(place.number)")
          #expect(kept.archive == run.record(path)?.digest.hexadecimal, "seed \(seed)")
        }
        #expect(found.isEmpty, "seed \(seed)")
      }
    }
  }

  @Test("verification alone counts as ingestion does, payloads aside")
  func audit() throws {
    for seed in TestSeed.cases(10) {
      var random = SeededGenerator(seed: seed)
      let directory = try TemporaryDirectory()
      let archive = MadeArchive.random(30, &random)
      let path = try directory.write(archive.plain, to: "in/a.jsonl")
      var audit = Audit(MadeLines.verifier())
      let result = audit.audit(Archive(path: path))
      let faults: [RejectionReason] = [.payloadShape, .payloadNotJSON]
      let faulty = faults.map { archive.count(.rejected($0)) }.reduce(0, +)
      let genuine = archive.count(.identity) + archive.count(.event) + faulty
      #expect(result.lines == Int64(archive.lines.count), "seed \(seed)")
      #expect(result.accepted[.verified, default: 0] == genuine, "seed \(seed)")
      for reason in RejectionReason.allCases where !faults.contains(reason) {
        let count = archive.count(.rejected(reason))
        #expect(result.rejected[reason, default: 0] == count, "seed \(seed), \(reason)")
      }
    }
  }

  @Test("unsigned lines go on where the run accepts them, mismatched and malformed ones never")
  func unsigned() throws {
    var random = SeededGenerator(seed: TestSeed.value)
    let directory = try TemporaryDirectory()
    let archive = MadeArchive.random(200, &random)
    let path = try directory.write(archive.plain, to: "in/a.jsonl")
    let run = try IngestRun([path], verifier: MadeLines.verifier(requiresSignature: false))
    let row = try #require(try run.rows(.archives).first)
    #expect(archive.count(.rejected(.unsigned)) > 0)
    #expect(row["unsigned_accepted"] == .integer(archive.count(.rejected(.unsigned))))
    #expect(row["rejected_unsigned"] == .integer(0))
    for reason in [RejectionReason.signatureMismatch, .malformedSignature] {
      #expect(row["rejected_\(reason.rawValue)"] == .integer(archive.count(.rejected(reason))))
    }
  }

  @Test("without an active secret nothing that is signed goes on")
  func noSecret() throws {
    var random = SeededGenerator(seed: TestSeed.value)
    let directory = try TemporaryDirectory()
    let lines = (0..<20).map { _ in MadeLines.snapshotLine(&random) }
    let path = try directory.write(MadeArchive(lines, &random).plain, to: "in/a.jsonl")
    let run = try IngestRun([path], verifier: Verifier(Keyring([])))
    #expect(try run.rows(.archives).first?["rejected_no_secret"] == .integer(20))
    #expect(try run.rows(.observations).isEmpty)
    #expect(try run.quarantined(path).count == 20)
  }
}
