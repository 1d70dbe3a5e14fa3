import Archives
import Bytes
import TestSupport
import Testing

/// Files that the command `zstd` made by `Fixtures/make_zstd_fixtures.py`, which also says what is in them.
@Suite("Archives in zstd frames")
struct ZstdTests {
  static let fixtures = ArchiveFixture.load("zstd-fixtures.json")

  @Test("are all there")
  func areThere() { #expect(Self.fixtures.count == 26) }

  #if Zstd
    @Test(
      "give the lines before the end or the damage, in pieces of any length",
      arguments: fixtures,
      [1, 2, 3, 5, 17, 1000, 100_000, BlockReader.defaultChunkLength]
    )
    func lines(fixture: ArchiveFixture, chunkLength: Int) {
      fixture.expect(Reading(fixture.path, chunkLength: chunkLength))
    }

    struct Place: Sendable {
      var name: String
      var offset: Int
    }

    @Test(
      "say up to which byte of the file they were read",
      arguments: [
        Place(name: "plain-named-zst.jsonl.zst", offset: 0),
        Place(name: "zeros-after-zstd.jsonl.zst", offset: 22),
        Place(name: "garbage-after-zstd.jsonl.zst", offset: 47),
        Place(name: "cut-in-magic.jsonl.zst", offset: 25),
        Place(name: "cut-in-checksum.jsonl.zst", offset: 46),
      ]
    )
    func offsets(place: Place) throws {
      let reading = Reading(ArchiveFixture.path(place.name))
      #expect(try #require(reading.error).offset == place.offset)
    }

    /// Three frames with checksums and a skippable one.
    static func stored() throws -> (bytes: [UInt8], lines: [FramedLine]) {
      let path = ArchiveFixture.path("skippable-frames.jsonl.zst")
      var reader = try ArchiveByteReader(Archive(path: path))
      var bytes: [UInt8] = []
      _ = try reader.digest { bytes.append($0) }
      return (bytes, Reading(path).lines)
    }

    @Test("cut anywhere they are truncated or end there, and lines are never wrong")
    func truncation() throws {
      let directory = try TemporaryDirectory()
      let (whole, lines) = try Self.stored()
      for length in 0..<whole.count {
        let path = try directory.write(Array(whole[..<length]), to: "cut.jsonl.zst")
        let reading = Reading(path)
        if let error = reading.error {
          #expect(error.kind == (length < 4 ? "notZstd" : "truncated"), "\(length) bytes")
          #expect(error.offset == (length < 4 ? 0 : length))
        }
        #expect(reading.lines == Array(lines.prefix(reading.lines.count)), "\(length) bytes")
        let difference = Reading(path, chunkLength: 1).difference(from: reading)
        #expect(difference == nil, "\(length) bytes")
      }
    }

    @Test("with one bit flipped they give the same lines or an error")
    func bitFlips() throws {
      let directory = try TemporaryDirectory()
      let (whole, lines) = try Self.stored()
      for bit in 0..<whole.count * 8 {
        var damaged = whole
        damaged[bit / 8] ^= 1 << UInt8(bit % 8)
        let reading = Reading(try directory.write(damaged, to: "flipped.jsonl"))
        if let error = reading.error {
          #expect(error.isDamage || error.kind == "windowTooLarge", "bit \(bit)")
        } else if bit >= 32 {
          #expect(reading.lines == lines, "bit \(bit)")
        }
      }
    }
  #else
    @Test("are named as what this build cannot read", arguments: fixtures)
    func unsupported(fixture: ArchiveFixture) {
      let reading = Reading(fixture.path)
      guard let error = reading.error else {
        #expect(fixture.bytes == 0)
        return
      }
      switch fixture.error {
      case "notZstd" where fixture.name.hasPrefix("plain") || fixture.name.hasPrefix("gzip-named"):
        #expect(error.kind == "notZstd")
      case "notGzip": #expect(error.kind == "notGzip")
      default:
        #expect(error.kind == "unsupported")
        #expect(error.reason.contains("trait Zstd"))
      }
      #expect(reading.lines.isEmpty)
    }
  #endif
}
