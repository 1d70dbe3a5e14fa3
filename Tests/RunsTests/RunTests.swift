import Bytes
import Files
import Runs
import TestSupport
import Testing

@Suite("Runs")
struct RunTests {
  @Test("give the records that were written, from memory and from files")
  func roundTrips() throws {
    let directory = try TemporaryDirectory()
    for seed in TestSeed.cases(60) {
      var random = SeededGenerator(seed: seed)
      var made = MadeRecords()
      for _ in 0..<random.one(of: [0, 1, 5, 200]) {
        let length = random.one(of: [0, 1, 127, 128, 3000, 3000])
        made.values[MadeRecords.key(&random)] =
          random.once(in: 2) ? MadeRecords.lines(&random) : random.bytes(length)
      }
      if random.once(in: 10) { made.values[[9]] = [UInt8](repeating: 5, count: 300_000) }
      let records = made.sorted
      let bytes = try MadeRecords.bytes(records)
      #expect(areEqual(try MadeRecords.read(MemoryBytes(bytes)), records), "seed \(seed)")
      let path = try directory.write(bytes, to: "a.run")
      #expect(areEqual(try MadeRecords.read(FileSource(path: path)), records), "seed \(seed)")
    }
  }

  @Test("merge to what sorting and folding all their records gives")
  func merges() throws {
    for seed in TestSeed.cases(60) {
      var random = SeededGenerator(seed: seed)
      let directory = try TemporaryDirectory()
      var sums: [[UInt8]: UInt64] = [:]
      let fanIn = random.number(0...5)
      var sets = (0..<random.number(1...3)).map {
        RunSet<Adding>(directory: directory.path("runs"), prefix: "set-\($0)", fanIn: fanIn)
      }
      let runCount = random.number(0...12)
      for _ in 0..<runCount {
        var made = MadeRecords()
        for _ in 0..<random.number(0...30) {
          let number = random.next()
          let key = MadeRecords.key(&random)
          guard made.values[key] == nil else { continue }
          made.values[key] = Adding.bytes(number)
          sums[key, default: 0] &+= number
        }
        let place = random.number(0...sets.count - 1)
        let records = made.sorted
        sets[place].add(
          try sets[place].write(inMemory: random.once(in: 2)) {
            try MadeRecords.write(records, &$0)
          }
        )
        if random.once(in: 5) {
          let other = try sets[place].write { try MadeRecords.write(records, &$0) }
          try sets[place].discard(other)
        }
      }
      var all = RunSet<Adding>(directory: directory.path("runs"), prefix: "all", fanIn: fanIn)
      for set in sets { all.add(contentsOf: set) }
      #expect(all.count == runCount)
      var merge = try all.merge()
      var merged: [(key: [UInt8], value: [UInt8])] = []
      while try merge.advance() { merged.append((merge.key, merge.value)) }
      let truth = MadeRecords(values: sums.mapValues(Adding.bytes)).sorted
      #expect(areEqual(merged, truth), "seed \(seed)")
      #expect(try FileSystem.list(directory.path("runs")).count <= max(2, fanIn), "seed \(seed)")
    }
  }

  @Test("keep values of lines through merges of merges, and in fewer bytes")
  func lines() throws {
    for seed in TestSeed.cases(20) {
      var random = SeededGenerator(seed: seed)
      let directory = try TemporaryDirectory()
      var all = RunSet<First>(directory: directory.path("runs"), prefix: "all", fanIn: 2)
      var truth: [[UInt8]: [UInt8]] = [:]
      for _ in 0..<random.number(1...9) {
        var made = MadeRecords()
        for _ in 0..<random.number(0...60) {
          let key = random.bytes(2)
          made.values[key] = truth[key] ?? MadeRecords.lines(&random)
        }
        truth.merge(made.values) { first, _ in first }
        let records = made.sorted
        all.add(try all.write(inMemory: random.once(in: 2)) { try MadeRecords.write(records, &$0) })
      }
      var merge = try all.merge()
      var merged: [[UInt8]: [UInt8]] = [:]
      while try merge.advance() { merged[merge.key] = merge.value }
      #expect(merged == truth, "seed \(seed)")
    }
    let text = (0..<40).flatMap { Array("a line that comes again, number \($0)\n".utf8) }
    let memory = MemoryBytes()
    var writer = RunWriter(to: memory)
    for number in UInt8(0)..<100 {
      try writer.append(key: [number].span, value: text.span, as: .lines)
    }
    try writer.finish()
    #expect(memory.bytes.count < 100 * 50 + text.count + 100)
  }
}

/// Of equal keys the values are the same.
private enum First: RunFolding {
  static func fold(_ other: [UInt8], into value: inout [UInt8], key: [UInt8]) {}
}
