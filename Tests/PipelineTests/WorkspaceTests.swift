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

  @Test("a run that fails leaves what was published and nothing else", arguments: [false, true])
  func failure(whilePublishing: Bool) throws {
    struct Failure: Error {}
    try publish("one")
    let workspace = try Workspace.writing(path)
    #expect(throws: Failure.self) {
      try workspace.abandoningOnFailure {
        let staged = try workspace.stage(.lake)
        try Data("two".utf8).write(to: URL(filePath: "\(staged)/version"))
        _ = try workspace.temporaryDirectory()
        // As far as a publication comes whose second renaming fails.
        if whilePublishing {
          try FileSystem.rename("\(path)/lake", to: "\(path)/.staging/lake.retired")
        }
        throw Failure()
      }
    }
    #expect(version() == "one")
    let left = try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    #expect(left == [".lock", "lake"])
  }

  @Test("a stage is empty even where one was begun before")
  func stageTwice() throws {
    let workspace = try Workspace.writing(path)
    let first = try workspace.stage(.summaries)
    try Data().write(to: URL(filePath: "\(first)/x"))
    let second = try workspace.stage(.summaries)
    #expect(try FileManager.default.contentsOfDirectory(atPath: second).isEmpty)
  }

  @Test(
    "a publication that was cut short between its two renames is undone",
    arguments: Workspace.Part.allCases
  )
  func recovery(part: Workspace.Part) throws {
    try publish("one", [part])
    // What a run leaves that dies after the first rename.
    let staging = "\(path)/.staging"
    try FileManager.default.createDirectory(
      atPath: "\(staging)/\(part.rawValue)",
      withIntermediateDirectories: true
    )
    try FileManager.default.moveItem(
      atPath: "\(path)/\(part.rawValue)",
      toPath: "\(staging)/\(part.rawValue).retired"
    )
    #expect(version(part) == nil)
    _ = try Workspace.writing(path)
    #expect(version(part) == "one")
    #expect(!FileManager.default.fileExists(atPath: staging))
  }

  @Test("a publication that was cut short after its renames stays")
  func published() throws {
    try publish("two")
    let retired = "\(path)/.staging/lake.retired"
    try FileManager.default.createDirectory(atPath: retired, withIntermediateDirectories: true)
    try Data("one".utf8).write(to: URL(filePath: "\(retired)/version"))
    _ = try Workspace.writing(path)
    #expect(version() == "two")
    #expect(!FileManager.default.fileExists(atPath: retired))
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
