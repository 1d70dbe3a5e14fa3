import Bytes
import Files
import Foundation
import Runs
import TestSupport
import Testing

@Suite("Damaged runs")
struct RunDamageTests {
  private static let frameLength = 8 + 64 << 10

  /// More than two frames.
  private static func run(_ random: inout SeededGenerator) throws -> [UInt8] {
    var made = MadeRecords()
    for _ in 0..<random.number(1...4) * 20 {
      made.values[MadeRecords.key(&random)] = random.bytes(random.one(of: [8, 4000]))
    }
    return try MadeRecords.bytes(made.sorted)
  }

  private static func damage(_ run: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = run
    switch random.number(0...6) {
    case 0: bytes[random.number(0...bytes.count - 1)] ^= UInt8(1 << random.number(0...7))
    case 1: bytes[random.number(0...min(40, bytes.count - 1))] = random.bytes(1)[0]
    case 2: bytes.removeLast(random.number(1...bytes.count))
    case 3: bytes.removeLast(random.number(1...min(20, bytes.count)))
    case 4: bytes += random.bytes(random.number(1...20))
    case 5: bytes.removeFirst(min(frameLength, bytes.count))
    default: bytes = random.bytes(random.number(0...300), upTo: random.one(of: [1, 255]))
    }
    return bytes
  }

  @Test("give an error, and no record that was not written")
  func noise() throws {
    for seed in TestSeed.cases(25) {
      var random = SeededGenerator(seed: seed)
      let run = try Self.run(&random)
      let truth = try MadeRecords.read(MemoryBytes(run))
      for _ in 0..<12 {
        let damaged = Self.damage(run, &random)
        if damaged == run { continue }
        var reader = RunReader(MemoryBytes(damaged))
        var records: [(key: [UInt8], value: [UInt8])] = []
        #expect(throws: DamagedRun.self, "seed \(seed)") {
          while try reader.advance() { records.append((reader.key, reader.value)) }
        }
        let isBeginning = areEqual(records, Array(truth.prefix(records.count)))
        #expect(isBeginning, "seed \(seed)")
        #expect(throws: DamagedRun.self, "seed \(seed)") {
          let readers = [RunReader(MemoryBytes(damaged)), RunReader(MemoryBytes(run))]
          var merge = try RunMerge(readers.shuffled(using: &random), folding: Adding.self)
          while try merge.advance() {}
        }
      }
    }
  }

  @Test("that lose their end while they are read give an error that names the file")
  func cutWhileRead() throws {
    let directory = try TemporaryDirectory()
    let records = (10..<90).map { (key: [UInt8($0)], value: [UInt8](repeating: 1, count: 4000)) }
    let path = try directory.write(try MadeRecords.bytes(records), to: "a.run")
    var reader = RunReader(try FileSource(path: path))
    #expect(try reader.advance())
    try FileHandle(forWritingTo: URL(filePath: path)).truncate(atOffset: 70_000)
    let failure = #expect(throws: FileFailure.self) { while try reader.advance() {} }
    #expect(failure?.path == path)
  }
}
