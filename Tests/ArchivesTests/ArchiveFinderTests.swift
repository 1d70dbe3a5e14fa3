import Archives
import Foundation
import TestSupport
import Testing

@Suite("ArchiveFinder")
struct ArchiveFinderTests {
  let directory: TemporaryDirectory

  init() throws { directory = try TemporaryDirectory() }

  /// What is found below the directory, by the paths from there.
  func found(_ names: [String] = [""], excluding excluded: String? = nil) -> [String] {
    let findings = ArchiveFinder.find(
      names.map { $0 == "-" ? $0 : directory.path($0) },
      excluding: excluded.map(directory.path)
    )
    #expect(findings.unreadable.isEmpty)
    return findings.archives.map { archive in
      archive.path.hasPrefix(directory.path + "/")
        ? String(archive.path.dropFirst(directory.path.count + 1)) : archive.path
    }
  }

  func link(_ name: String, to target: String) throws {
    try FileManager.default.createSymbolicLink(
      atPath: directory.path(name),
      withDestinationPath: target
    )
  }

  @Test("takes files by their suffix in directories")
  func suffixes() throws {
    let archives = [
      "a.jsonl", "a.ndjson", "b.json.gz", "b.jsonl.gz", "b.ndjson.gz", "c.json.zst", "c.jsonl.zst",
      "c.ndjson.zst", "deep/er/x.jsonl",
    ]
    let others = ["a.json", "a.gz", "a.jsonl.bak", "a.JSONL", "jsonl", "a.txt", "a.zst"]
    for name in archives + others { try directory.write([], to: name) }
    try directory.makeDirectory("empty.jsonl")
    #expect(found() == archives)
  }

  @Test(
    "a file that is named is an archive whatever its name",
    arguments: ["x", "x.json", "x.txt"]
  )
  func named(name: String) throws {
    try directory.write([], to: name)
    #expect(found([name]) == [name])
  }

  @Test("archives come in the order of their paths' bytes, each once, standard input last")
  func order() throws {
    // A slash sorts after a hyphen and a dot, capitals before small letters, é after z.
    let names = [
      "Z.jsonl", "a-b.jsonl", "a.jsonl", "a/b.jsonl", "a0.jsonl", "z.jsonl", "\u{E9}.jsonl",
    ]
    for name in names.reversed() { try directory.write([], to: name) }
    #expect(found() == names)
    #expect(found(["-", "z.jsonl", "", "a", "./a/../a/b.jsonl", "z.jsonl", "-"]) == names + ["-"])
  }

  @Test("names that differ only in normalisation are two archives")
  func normalisation() throws {
    let names = ["caf\u{65}\u{301}.jsonl", "caf\u{E9}.jsonl"]
    for name in names { try directory.write([], to: name) }
    let files = try FileManager.default.contentsOfDirectory(atPath: directory.path)
    try #require(files.count == 2, "the file system keeps one of the names only")
    #expect(found().map { Array($0.utf8) } == names.map { Array($0.utf8) })
    let paths = names.map(directory.path)
    #expect(ArchiveFinder.find(paths, excluding: nil).archives.count == 2)
  }

  @Test("symbolic links are followed and keep their names")
  func links() throws {
    try directory.write([], to: "store/data")
    try directory.write([], to: "store/more/b.jsonl")
    try directory.makeDirectory("in")
    try link("in/a.jsonl", to: "../store/data")
    try link("in/sub", to: directory.path("store/more"))
    #expect(found(["in"]) == ["in/a.jsonl", "in/sub/b.jsonl"])
  }

  @Test("a cycle of links ends, and a directory met twice counts once")
  func cycles() throws {
    try directory.write([], to: "a/x.jsonl")
    try link("a/loop", to: "..")
    try link("a/self", to: ".")
    try link("b", to: "a")
    #expect(found() == ["a/x.jsonl"])
  }

  @Test("the excluded directory is left out wherever it is met")
  func excluded() throws {
    try directory.write([], to: "in/x.jsonl")
    try directory.write([], to: "in/out/quarantine/y.jsonl.gz")
    try link("in/alias", to: "out")
    #expect(found(["in"], excluding: "in/out") == ["in/x.jsonl"])
    #expect(found(["in", "in/out"], excluding: "in/./out") == ["in/x.jsonl"])
    #expect(found(["in"], excluding: "nowhere").count == 2)
  }

  @Test("what cannot be looked at is named with the reason")
  func unreadable() throws {
    try directory.write([], to: "in/x.jsonl")
    try link("in/dangling.jsonl", to: "nowhere")
    try link("in/dangling.txt", to: "nowhere")
    let findings = ArchiveFinder.find(
      [directory.path("missing"), directory.path("in")],
      excluding: nil
    )
    #expect(findings.archives.map(\.path) == [directory.path("in/x.jsonl")])
    #expect(
      findings.unreadable.map(\.path)
        == [directory.path("in/dangling.jsonl"), directory.path("missing")]
    )
    #expect(findings.unreadable.allSatisfy { !$0.reason.isEmpty })
  }

  @Test(
    "paths are made absolute without looking at links",
    arguments: [
      ("/a/b/../c", "/a/c"), ("/a//b/./c/", "/a/b/c"), ("/", "/"), ("/../a", "/a"),
    ]
  )
  func absolute(name: String, path: String) {
    #expect(ArchiveFinder.absolute(name) == path)
  }

  @Test("a relative path is from the working directory")
  func relative() {
    let here = FileManager.default.currentDirectoryPath
    #expect(ArchiveFinder.absolute("x/../y.jsonl") == "\(here)/y.jsonl")
  }
}
