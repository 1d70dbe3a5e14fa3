import Archives
import Bytes
import Foundation
import TestSupport
import Testing

/// Files made by `Fixtures/make_fixtures.py`, which also says what is in them.
@Suite("Files that Python made")
struct GzipFixtureTests {
  struct Fixture: Decodable, CustomTestStringConvertible {
    var name: String
    var error: String?
    var sha256: String
    var bytes: Int
    var inflated: Int
    var lines: Int
    var framing: String

    var testDescription: String { name }
    var path: String { GzipFixtureTests.folder.appending(path: name).path }
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures")

  static let fixtures: [Fixture] = {
    guard let data = try? Data(contentsOf: folder.appending(path: "fixtures.json")) else {
      return []
    }
    return (try? JSONDecoder().decode([Fixture].self, from: data)) ?? []
  }()

  @Test("are all there")
  func areThere() { #expect(Self.fixtures.count == 30) }

  @Test(
    "give the lines before the end or the damage, with numbers and offsets",
    arguments: fixtures
  )
  func lines(fixture: Fixture) {
    let reading = Reading(fixture.path)
    #expect(reading.error?.kind == fixture.error)
    #expect(reading.lines.count == fixture.lines)
    var hash = SHA256Stream()
    for line in reading.lines {
      hash.update(Array("\(line.number) \(line.offset) ".utf8).span)
      hash.update(line.bytes.span)
      hash.update([0x0A].span)
    }
    #expect(hash.finalize().hexadecimal == fixture.framing)
    if fixture.error == nil {
      #expect(reading.inflatedByteCount == fixture.inflated)
      #expect(reading.byteCount == fixture.bytes)
    }
  }

  @Test("have the digest of their stored bytes", arguments: fixtures)
  func digest(fixture: Fixture) throws {
    var bytes = try ArchiveByteReader(Archive(path: fixture.path))
    #expect(try bytes.isSeekable())
    let (digest, count) = try bytes.digest()
    #expect(digest.hexadecimal == fixture.sha256)
    #expect(count == fixture.bytes)
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
    ]
  )
  func offsets(place: Place) throws {
    let reading = Reading(Self.folder.appending(path: place.name).path)
    #expect(try #require(reading.error).offset == place.offset)
  }
}
