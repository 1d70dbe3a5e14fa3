import Archives
import Bytes
import Captures
import Foundation
import Lake
import Observations
import Pipeline
import Tables
import TestSupport
import Testing

@Suite("Order, splits and repeats")
struct InvarianceTests {
  static let policies = [
    WindowPolicy(),
    WindowPolicy(
      kind: .session,
      size: 600_000_000,
      calendar: LocalCalendar(identifier: "Europe/Berlin") ?? .utc
    ),
  ]

  @Test("any order of the archives gives the same bytes", arguments: policies.indices)
  func order(policy: Int) throws {
    for seed in TestSeed.cases(10) {
      var random = SeededGenerator(seed: seed)
      let directory = try TemporaryDirectory()
      let paths = try ConservationTests.write(directory, &random, count: 4).map(\.path)
      let first = try IngestRun(paths, windows: Self.policies[policy])
      let second = try IngestRun(paths.shuffled(using: &random), windows: Self.policies[policy])
      try #require(first.result.copies.isEmpty)
      #expect(first.lakeFiles == second.lakeFiles, "seed \(seed)")
      #expect(first.quarantineFiles == second.quarantineFiles, "seed \(seed)")
      #expect(first.lakeFiles.count >= 4)
    }
  }

  @Test("any split of the lines over archives gives the same facts", arguments: policies.indices)
  func split(policy: Int) throws {
    for seed in TestSeed.cases(10) {
      var random = SeededGenerator(seed: seed)
      let directory = try TemporaryDirectory()
      let lines = (0..<60).map { _ in MadeLines.line(&random) }
      let whole = try directory.write(MadeArchive(lines, &random).plain, to: "whole.jsonl")
      var parts = [[MadeLine]](repeating: [], count: 4)
      for line in lines { parts[random.number(0...3)].append(line) }
      let paths = try parts.enumerated().map { place, part in
        let archive = MadeArchive(part.shuffled(using: &random), &random)
        return try directory.write(archive.plain, to: "parts/\(place).jsonl")
      }
      let first = try IngestRun([whole], windows: Self.policies[policy])
      let second = try IngestRun(paths, windows: Self.policies[policy])
      #expect(second.result.copies.isEmpty)
      #expect(first.facts == second.facts, "seed \(seed)")
    }
  }

  @Test("the same archives give the same bytes again, gzipped ones the same facts")
  func repeated() throws {
    var random = SeededGenerator(seed: TestSeed.value)
    let directory = try TemporaryDirectory()
    let archive = MadeArchive.random(80, &random)
    let path = try directory.write(archive.plain, to: "in/a.jsonl")
    let memory = MemoryBytes()
    let sink = DeflateSink(memory, .gzip)
    try sink.write(archive.plain.span)
    try sink.finish()
    let zipped = try directory.write(memory.bytes, to: "in/b.jsonl.gz")
    let first = try IngestRun([path])
    let second = try IngestRun([path])
    #expect(first.lakeFiles == second.lakeFiles)
    #expect(first.quarantineFiles == second.quarantineFiles)
    #expect(try IngestRun([zipped]).facts == first.facts)
  }

  @Test("a pipe, which cannot be read twice, gives what a file gives")
  func pipe() throws {
    var random = SeededGenerator(seed: TestSeed.value)
    let directory = try TemporaryDirectory()
    let archive = MadeArchive.random(60, &random)
    let file = try directory.write(archive.plain, to: "a.jsonl")
    let fifo = directory.path("fifo")
    let status = unsafe mkfifo(fifo, 0o600)
    try #require(status == 0)
    let plain = archive.plain
    // A thread of its own: the other end waits until this one is open.
    Thread { FileHandle(forWritingAtPath: fifo)?.write(Data(plain)) }.start()
    let piped = try IngestRun([fifo])
    let read = try IngestRun([file])
    #expect(piped.facts == read.facts)
    #expect(piped.quarantineFiles == read.quarantineFiles)
    #expect(piped.record(fifo)?.digest == read.record(file)?.digest)
    #expect(piped.record(fifo)?.bytes == Int64(plain.count))
  }

  @Test("a copy is counted once, under the first path")
  func copies() throws {
    var random = SeededGenerator(seed: TestSeed.value)
    let directory = try TemporaryDirectory()
    let archive = MadeArchive.random(40, &random)
    let paths = try ["a", "b", "c"].map { try directory.write(archive.plain, to: "\($0).jsonl") }
    let alone = try IngestRun([paths[0]])
    let run = try IngestRun(paths)
    #expect(run.lakeFiles == alone.lakeFiles)
    #expect(run.quarantineFiles == alone.quarantineFiles)
    #expect(run.result.copies.map(\.path) == [paths[1], paths[2]])
    #expect(run.result.copies.allSatisfy { $0.original == paths[0] })
  }

  @Test("the file partitions and their rows are sorted, each key once", arguments: policies.indices)
  func sorted(policy: Int) throws {
    var random = SeededGenerator(seed: TestSeed.value)
    let directory = try TemporaryDirectory()
    let path = try directory.write(MadeArchive.random(300, &random).plain, to: "a.jsonl")
    let run = try IngestRun([path], windows: Self.policies[policy])
    for table in LakeTable.allCases {
      let keys = table.schema.sortColumns.map { table.schema.columns[$0].name }
      for file in try LakeReader(run.workspace).files(table) {
        let rows = try Row.read(file.path).map { $0.cells(keys) }
        #expect(!rows.isEmpty, "\(table)")
        for (row, next) in zip(rows, rows.dropFirst()) {
          #expect(row.lexicographicallyPrecedes(next), "\(table)")
        }
      }
    }
  }
}
