import Archives
import Bytes
import Foundation
import TestSupport
import Testing

/// Files made by `Fixtures/make_fixtures.py`, which also says what is in them.
@Suite("Files that Python made")
struct GzipFixtureTests {
  static let fixtures = ArchiveFixture.load("fixtures.json")

  @Test("are all there")
  func areThere() { #expect(Self.fixtures.count == 30) }

  @Test(
    "give the lines before the end or the damage, with numbers and offsets",
    arguments: fixtures,
    GzipLibrary.allCases
  )
  func lines(fixture: ArchiveFixture, library: GzipLibrary) {
    let reading = Reading(fixture.path, gzip: library)
    fixture.expect(reading)
  }

  @Test("have the digest of their stored bytes", arguments: fixtures)
  func digest(fixture: ArchiveFixture) throws {
    var bytes = try ArchiveByteReader(Archive(path: fixture.path))
    #expect(try bytes.isSeekable())
    let lengths = [0, 1, fixture.bytes / 2, fixture.bytes - 1, fixture.bytes, fixture.bytes + 1]
    let (digest, count, prefixes) = try bytes.digest(prefixes: lengths.sorted())
    #expect(digest.hexadecimal == fixture.sha256)
    #expect(count == fixture.bytes)
    let stored = try Data(contentsOf: URL(filePath: fixture.path))
    #expect(
      prefixes.keys.sorted() == Set(lengths.filter { $0 < fixture.bytes && $0 >= 0 }).sorted()
    )
    for (length, digest) in prefixes {
      #expect(digest == Digest256(hashing: [UInt8](stored.prefix(length)).span))
    }
  }

  struct Place: Sendable {
    var name: String
    var offset: Int
  }

  @Test(
    "say up to which byte of the file they were read",
    arguments: [
      Place(name: "trailing-garbage.jsonl.gz", offset: 61),
      Place(name: "plain-named-gz.jsonl.gz", offset: 0),
      Place(name: "zeros-first.jsonl.gz", offset: 0),
      Place(name: "cut-in-second-member.jsonl.gz", offset: 43),
    ],
    GzipLibrary.allCases
  )
  func offsets(place: Place, library: GzipLibrary) throws {
    let reading = Reading(ArchiveFixture.path(place.name), gzip: library)
    #expect(try #require(reading.error).offset == place.offset)
  }
}
