import Files
import Foundation
import Lake
import TestSupport
import Testing

@Suite("Workspace")
struct WorkspaceTests {
  let directory: TemporaryDirectory
  var path: String { directory.path("deep/out") }

  init() throws { directory = try TemporaryDirectory() }

  /// Publishes a version of the parts whose only file says `text`.
  func publish(_ text: String, _ parts: [Workspace.Part] = [.lake]) throws {
    let workspace = try Workspace.writing(path)
    for part in parts {
      let staged = try workspace.stage(part)
      try Data(text.utf8).write(to: URL(filePath: "\(staged)/version"))
    }
    try workspace.publish(parts)
  }

  func version(_ part: Workspace.Part = .lake) -> String? {
    try? String(contentsOfFile: "\(path)/\(part.rawValue)/version", encoding: .utf8)
  }

  @Test("a second writer is refused while the first one lives, a reader is not")
  func lock() throws {
    do {
      let first = try Workspace.writing(path)
      #expect(throws: Workspace.Locked.self) { try Workspace.writing(path) }
      #expect(Workspace.reading(path).path == first.path)
    }
    #expect(throws: Never.self) { try Workspace.writing(path) }
  }

  @Test("a publication replaces a part as a whole and leaves nothing behind")
  func publication() throws {
    try publish("one", [.lake, .quarantine])
    try Data().write(to: URL(filePath: "\(path)/lake/old file"))
    try publish("two", [.lake])
    #expect(version() == "two")
    #expect(version(.quarantine) == "one")
    let left = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    #expect(left == [".lock", "lake", "quarantine"])
    #expect(try FileManager.default.contentsOfDirectory(atPath: "\(path)/lake") == ["version"])
  }

  @Test("the page becomes live with what it speaks of, and is staged only where it changes")
  func page() throws {
    try publish("one", [.lake, .summaries])
    let workspace = try Workspace.writing(path)
    func show(_ page: String, _ changes: [Workspace.Change]) throws -> Int {
      let staged = try workspace.stage(page: page)
      try workspace.publish(changes + staged)
      return staged.count
    }
    let staged = try workspace.stage(.summaries)
    try Data("two".utf8).write(to: URL(filePath: "\(staged)/other"))
    let added = Workspace.Change.updating(.summaries)
    let whole = Workspace.Change.replacing(.summaries)
    #expect(
      try workspace.files(of: .summaries, after: [added]) == [
        "version": "\(path)/summaries/version", "other": "\(staged)/other",
      ]
    )
    #expect(
      try workspace.files(of: .summaries, after: [whole]) == ["other": "\(staged)/other"]
    )
    #expect(
      try workspace.files(of: .lake, after: [whole]) == ["version": "\(path)/lake/version"]
    )
    #expect(try show("<p>1</p>", [added]) == 1)
    #expect(try String(contentsOfFile: "\(path)/index.html", encoding: .utf8) == "<p>1</p>")
    #expect(try show("<p>1</p>", []) == 0)
    #expect(try show("<p>2</p>", []) == 1)
    #expect(try String(contentsOfFile: "\(path)/index.html", encoding: .utf8) == "<p>2</p>")
    let left = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    #expect(left == [".lock", "index.html", "lake", "summaries"])
  }

  @Test("what is staged and not published is not seen and is cleared by the next writer")
  func leftovers() throws {
    try publish("one")
    do {
      let workspace = try Workspace.writing(path)
      let staged = try workspace.stage(.lake)
      try Data("two".utf8).write(to: URL(filePath: "\(staged)/version"))
      #expect(version() == "one")
      #expect(FileManager.default.fileExists(atPath: "\(path)/.staging"))
    }
    let next = try Workspace.writing(path)
    #expect(!FileManager.default.fileExists(atPath: "\(path)/.staging"))
    #expect(version() == "one")
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: next.stage(.lake)).isEmpty
    )
  }

  @Test("a run that fails leaves what was published and nothing else")
  func failure() throws {
    struct Failure: Error {}
    try publish("one")
    let workspace = try Workspace.writing(path)
    #expect(throws: Failure.self) {
      try workspace.abandoningOnFailure {
        let staged = try workspace.stage(.lake)
        try Data("two".utf8).write(to: URL(filePath: "\(staged)/version"))
        _ = try workspace.temporaryDirectory()
        throw Failure()
      }
    }
    #expect(version() == "one")
    let left = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    #expect(left == [".lock", "lake"])
  }

  @Test("an update replaces what was staged, retires what it is told, and keeps the rest")
  func update() throws {
    let workspace = try Workspace.writing(path)
    try write(["a/x": "1", "a/y": "1", "b/z": "1"], workspace)
    try workspace.publish([.lake])
    try write(["a/x": "2", "c/d/e": "2"], workspace)
    try workspace.publish([.updating(.lake, retiring: ["b/z", "not/there"])])
    #expect(try tree() == ["a/x": "2", "a/y": "1", "c/d/e": "2"])
    #expect(!FileManager.default.fileExists(atPath: "\(path)/lake/b"))
  }

  @Test("a stage is empty even where one was begun before")
  func stageTwice() throws {
    let workspace = try Workspace.writing(path)
    let first = try workspace.stage(.summaries)
    try Data().write(to: URL(filePath: "\(first)/x"))
    let second = try workspace.stage(.summaries)
    #expect(try FileManager.default.contentsOfDirectory(atPath: second).isEmpty)
  }

  /// Stages files of the lake.
  func write(_ files: [String: String], _ workspace: Workspace) throws {
    let staged = try workspace.stage(.lake)
    for (name, text) in files {
      let file = URL(filePath: "\(staged)/\(name)")
      try FileManager.default.createDirectory(
        at: file.deletingLastPathComponent(),
        withIntermediateDirectories: true
      )
      try Data(text.utf8).write(to: file)
    }
  }

  /// The files of the lake, by their paths in it.
  func tree() throws -> [String: String] {
    try TemporaryDirectory.files(below: "\(path)/lake").mapValues {
      String(decoding: $0, as: UTF8.self)
    }
  }

  @Test("a publication that was cut short anywhere after its decision is ended by the next run")
  func recovery() throws {
    let old = ["a/x": "1", "a/y": "1", "b/z": "1"]
    let new = ["a/x": "2", "b/w": "2", "c/d/e": "2"]
    // What is left after each of the steps that applying the journal has.
    for done in 0...4 {
      try? FileManager.default.removeItem(atPath: path)
      do {
        let workspace = try Workspace.writing(path)
        try write(old, workspace)
        try workspace.publish([.lake])
        try write(new, workspace)
      }
      let staging = "\(path)/.staging"
      let puts = ["lake/a/x", "lake/b/w", "lake/c/d/e"]
      let journal =
        puts.map { "put \($0)" } + ["remove lake/a/y", "remove lake/b/z", "end"]
      try Data((journal.joined(separator: "\n") + "\n").utf8)
        .write(to: URL(filePath: "\(path)/.journal"))
      for put in puts.prefix(done) {
        let live = URL(filePath: "\(path)/\(put)")
        try FileManager.default.createDirectory(
          at: live.deletingLastPathComponent(),
          withIntermediateDirectories: true
        )
        try FileSystem.rename("\(staging)/\(put)", to: live.path)
      }
      if done == 4 { try FileSystem.remove("\(path)/lake/a/y") }
      _ = try Workspace.writing(path)
      #expect(try tree() == new, "after \(done) steps")
      let left = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
      #expect(left == [".lock", "lake"], "after \(done) steps")
    }
  }

  @Test(
    "a journal that is damaged, or names what lies elsewhere, is an error and changes nothing",
    arguments: ["", "put lake/version\n", "put ../x\nend\n", "remove /etc/x\nend\n", "what\nend\n"]
  )
  func damagedJournal(text: String) throws {
    try publish("one")
    try Data(text.utf8).write(to: URL(filePath: "\(path)/.journal"))
    #expect(throws: DamagedJournal.self) { try Workspace.writing(path) }
    #expect(version() == "one")
  }

  @Test("a path that cannot be a directory is an error that names it")
  func notADirectory() throws {
    let file = try directory.write([], to: "file")
    #expect(throws: FileFailure.self) { try Workspace.writing(file) }
    #expect(throws: FileFailure.self) { try Workspace.writing(file + "/below") }
  }

  @Test("runs are appended, a line each")
  func runs() throws {
    let workspace = try Workspace.writing(path)
    try workspace.appendRun("{\"run\": 1}")
    try workspace.appendRun("{\"run\": 2}")
    let text = try String(contentsOfFile: "\(path)/runs.jsonl", encoding: .utf8)
    #expect(text == "{\"run\": 1}\n{\"run\": 2}\n")
  }

  @Test("a reader says where there is no lake")
  func missing() throws {
    let error = #expect(throws: LakeReader.Missing.self) {
      try LakeReader(Workspace.reading(path))
    }
    #expect(error?.description.contains(path) == true)
  }
}
