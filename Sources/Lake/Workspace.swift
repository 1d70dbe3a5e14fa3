internal import Bytes
internal import Files
internal import SystemPackage

/// The directory of one installation: lake, quarantine, summaries, and who may write to them.
package final class Workspace: Sendable {
  /// That another run writes to the same workspace.
  package struct Locked: Error, Sendable, CustomStringConvertible {
    package let path: String
    package var description: String {
      "\(path) is in use by another run; wait for it, or choose another --output"
    }
  }

  /// A directory of the workspace whose files become live together.
  package enum Part: String, CaseIterable, Sendable {
    case lake
    case quarantine
    case summaries
    case experiments
  }

  /// The page of the workspace, beside its parts.
  package static let pageName = "index.html"

  /// What a publication makes of a part, or of the page.
  package struct Change: Sendable {
    /// `nil` for the page.
    fileprivate let part: Part?
    /// Whether files that were not staged are retired.
    package let isWhole: Bool
    /// The files that are retired, by their paths in the part.
    package let retired: [String]

    /// All files of the part are those that were staged.
    package static func replacing(_ part: Part) -> Change {
      Change(part: part, isWhole: true, retired: [])
    }

    /// The files that were staged are added, or take the place of those of the same path; some are retired.
    package static func updating(_ part: Part, retiring retired: [String] = []) -> Change {
      Change(part: part, isWhole: false, retired: retired)
    }

    fileprivate static let page = Change(part: nil, isWhole: false, retired: [])
  }

  /// The directory's absolute path.
  package let path: String
  private let lock: FileDescriptor?

  private init(path: String, lock: FileDescriptor?) {
    self.path = path
    self.lock = lock
  }

  deinit { if let lock { try? lock.close() } }

  /// A workspace to read from.
  package static func reading(_ path: String) -> Workspace { Workspace(path: path, lock: nil) }

  /// Creates the directory where it is missing, takes its lock, and ends or clears what an interrupted run left.
  ///
  /// - Parameters:
  ///   - path: The directory.
  ///   - waits: Whether another run is waited for.
  /// - Returns: The workspace, locked until it is released.
  /// - Throws: ``FileFailure``, or ``Locked`` where another run is at work and not waited for.
  package static func writing(_ path: String, waits: Bool = false) throws -> Workspace {
    try FileSystem.makeDirectory(path)
    let name = path + "/.lock"
    let lock: FileDescriptor
    do {
      lock = try FileDescriptor.open(
        FilePath(name),
        .readWrite,
        options: [.create, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead]
      )
    } catch {
      throw FileFailure(.create, name, error)
    }
    let workspace = Workspace(path: path, lock: lock)
    guard FileSystem.tryLock(lock, waits: waits) else { throw Locked(path: path) }
    try workspace.recover()
    try workspace.clearStaging()
    return workspace
  }

  package func directory(_ part: Part) -> String { "\(path)/\(part.rawValue)" }

  private var stagingPath: String { path + "/.staging" }

  /// An empty directory for a new version of `part`, which nobody sees until ``publish(_:)``.
  package func stage(_ part: Part) throws -> String {
    let directory = "\(stagingPath)/\(part.rawValue)"
    try FileSystem.remove(directory)
    try FileSystem.makeDirectory(directory)
    return directory
  }

  /// Stages the page of the workspace, unless it is what is there.
  ///
  /// - Parameter page: The page.
  /// - Returns: What is to be published.
  /// - Throws: ``FileFailure``.
  package func stage(page: String) throws -> [Change] {
    let bytes = Array(page.utf8)
    if FileSystem.isRegularFile(pagePath) {
      let source = try FileSource(path: pagePath)
      if source.byteCount == bytes.count, try source.read(at: 0, count: bytes.count) == bytes {
        return []
      }
    }
    try FileSystem.makeDirectory(stagingPath)
    let sink = try FileSink(path: "\(stagingPath)/\(Self.pageName)")
    try sink.write(bytes.span)
    try sink.close()
    return [.page]
  }

  package var pagePath: String { "\(path)/\(Self.pageName)" }

  /// The files that a part will have, and where they lie until then.
  ///
  /// - Parameters:
  ///   - part: The part.
  ///   - changes: What is to be published.
  /// - Returns: Their paths by those in the part.
  /// - Throws: ``FileFailure``.
  package func files(of part: Part, after changes: [Change]) throws -> [String: String] {
    var names = Set(try FileSystem.files(below: directory(part)))
    var paths: [String: String] = [:]
    for change in changes where change.part == part {
      names = change.isWhole ? [] : names.subtracting(change.retired)
      let staged = "\(stagingPath)/\(part.rawValue)"
      for name in try FileSystem.files(below: staged) { paths[name] = "\(staged)/\(name)" }
    }
    for name in names where paths[name] == nil { paths[name] = "\(directory(part))/\(name)" }
    return paths
  }

  /// Puts the staged versions of `parts` in the place of those that are there.
  ///
  /// - Throws: ``FileFailure``.
  package func publish(_ parts: [Part]) throws { try publish(parts.map(Change.replacing)) }

  /// Makes what was staged live.
  ///
  /// All is decided by the renaming of one journal; what is left to do after that is done at once, or by the next run. Each file
  /// is replaced as a whole, so that readers see the old one or the new one.
  ///
  /// - Throws: ``FileFailure``.
  package func publish(_ changes: [Change]) throws {
    var puts: [String] = []
    var removals: [String] = []
    let parts = changes.compactMap(\.part)
    for change in changes {
      guard let part = change.part else {
        puts.append(Self.pageName)
        continue
      }
      let name = part.rawValue
      let staged = try FileSystem.files(below: "\(stagingPath)/\(name)")
      puts += staged.map { "\(name)/\($0)" }
      var retired = Set(change.retired)
      if change.isWhole { retired.formUnion(try FileSystem.files(below: directory(part))) }
      removals += retired.subtracting(staged).map { "\(name)/\($0)" }
    }
    for part in parts { try FileSystem.makeDirectory(directory(part)) }
    guard !puts.isEmpty || !removals.isEmpty else { return try clearStaging() }
    let journal = Journal(puts: puts, removals: removals)
    try journal.syncStaged(in: stagingPath)
    try journal.write(to: stagingPath + "/journal")
    // Once it is decided, it is done, unless the program is killed.
    try deferringSignals {
      try FileSystem.rename(stagingPath + "/journal", to: journalPath)
      try FileSystem.syncDirectory(path)
      try recover()
    }
    try clearStaging()
  }

  private var journalPath: String { path + "/.journal" }

  /// Where it is kept which files were seen.
  package var seenPath: String { path + "/.seen" }

  /// Where facts that were read are kept by what they are for, so that they need not be read again; it may be lost.
  package var factsPath: String { path + "/.facts" }

  /// Ends a publication that was decided.
  private func recover() throws {
    guard let journal = try Journal(path: journalPath) else { return }
    try journal.apply(from: stagingPath, to: path)
    try FileSystem.remove(journalPath)
    try FileSystem.syncDirectory(path)
  }

  /// Does `body`; where it fails, removes what it staged, unless its publication was decided, which is then ended.
  ///
  /// - Throws: What `body` throws.
  package func abandoningOnFailure<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      // Where this fails too, the next run does it.
      if (try? recover()) != nil { try? clearStaging() }
      throw error
    }
  }

  /// Removes what was staged and not published.
  package func clearStaging() throws { try FileSystem.remove(stagingPath) }

  /// A directory for what is gone when a run has ended.
  package func temporaryDirectory() throws -> String {
    let directory = stagingPath + "/temporary"
    try FileSystem.makeDirectory(directory)
    return directory
  }

  /// Adds a line to `runs.jsonl`.
  package func appendRun(_ line: String) throws {
    try FileSystem.append(Array((line + "\n").utf8), to: path + "/runs.jsonl")
  }
}
