import Archives
import Bytes
import TestSupport
import Testing

/// Every truncation and every flipped bit of a small archive.
@Suite("Damage to gzip")
struct DamageTests {
  static let members: [[UInt8]] = [
    Array("{\"first\": \"member\"}\n{\"and\": \"its second line\"}\n".utf8),
    Array("{\"this line goes on".utf8),
    Array(" in the next member\": true}\nxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\n".utf8),
    [],
    Array("{\"last\": 1}".utf8),
  ]
  static let plain = members.flatMap { $0 }

  static func stored() throws -> [[UInt8]] { try members.map { try gzip($0) } }

  @Test(
    "cut anywhere it is truncated, cut between members it ends there, and lines are never wrong",
    arguments: GzipLibrary.allCases
  )
  func truncation(library: GzipLibrary) throws {
    let directory = try TemporaryDirectory()
    let stored = try Self.stored()
    let whole = stored.flatMap { $0 }
    var boundaries: [Int: Int] = [0: 0]
    var end = 0
    var inflated = 0
    for (member, plain) in zip(stored, Self.members) {
      end += member.count
      inflated += plain.count
      boundaries[end] = inflated
    }
    let lines = FramedLine.naive(Self.plain)
    for length in 0...whole.count {
      let path = try directory.write(Array(whole[..<length]), to: "cut.jsonl.gz")
      let reading = Reading(path, gzip: library)
      if let inflated = boundaries[length] {
        #expect(reading.error == nil, "\(length) bytes")
        #expect(reading.lines == FramedLine.naive(Array(Self.plain[..<inflated])))
      } else {
        // One byte alone is not the start of a gzip file.
        #expect(reading.error?.kind == (length == 1 ? "notGzip" : "truncated"), "\(length) bytes")
        #expect(reading.lines == Array(lines.prefix(reading.lines.count)), "\(length) bytes")
      }
    }
  }

  @Test("with one bit flipped it gives the same lines or an error", arguments: GzipLibrary.allCases)
  func bitFlips(library: GzipLibrary) throws {
    let directory = try TemporaryDirectory()
    let whole = try Self.stored().flatMap { $0 }
    let lines = FramedLine.naive(Self.plain)
    var errors = 0
    for bit in 0..<whole.count * 8 {
      var damaged = whole
      damaged[bit / 8] ^= 1 << UInt8(bit % 8)
      let reading = Reading(try directory.write(damaged, to: "flipped.jsonl.gz"), gzip: library)
      if let error = reading.error {
        errors += 1
        #expect(error.isDamage, "bit \(bit)")
      } else {
        #expect(reading.lines == lines, "bit \(bit)")
      }
    }
    // Of a member only the time, the extra flags, the system, the text flag and up to seven bits after the
    // last block may change freely.
    let free = Self.members.count * (8 * 6 + 1 + 7)
    #expect(errors >= whole.count * 8 - free)
  }

  @Test("random bytes after a gzip magic never trap", arguments: GzipLibrary.allCases)
  func noise(library: GzipLibrary) throws {
    let directory = try TemporaryDirectory()
    for seed in TestSeed.cases(200) {
      var random = SeededGenerator(seed: seed)
      var bytes: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 3]
      for _ in 0..<random.number(0...200) {
        bytes.append(UInt8.random(in: .min ... .max, using: &random))
      }
      let reading = Reading(try directory.write(bytes, to: "noise.gz"), gzip: library)
      #expect(reading.error?.isDamage == true, "seed \(seed)")
    }
  }
}
