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

  /// A directory of the workspace that is replaced as a whole.
  package enum Part: String, CaseIterable, Sendable {
    case lake
    case quarantine
    case summaries
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

  /// Creates the directory where it is missing, takes its lock and clears what an interrupted run left.
  ///
  /// - Throws: ``FileFailure``, or ``Locked``.
  package static func writing(_ path: String) throws -> Workspace {
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
    guard FileSystem.tryLock(lock) else { throw Locked(path: path) }
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

  /// Puts the staged versions of `parts` in the place of those that are there.
  package func publish(_ parts: [Part]) throws {
    for part in parts {
      try FileSystem.syncDirectory("\(stagingPath)/\(part.rawValue)")
      try FileSystem.replace(
        directory(part),
        with: "\(stagingPath)/\(part.rawValue)",
        keeping: retiredPath(part)
      )
    }
    try FileSystem.syncDirectory(path)
    try clearStaging()
  }

  private func retiredPath(_ part: Part) -> String { "\(stagingPath)/\(part.rawValue).retired" }

  /// Puts back what a publication had taken away when it was cut short.
  private func recover() throws {
    for part in Part.allCases
    where FileSystem.exists(retiredPath(part)) && !FileSystem.exists(directory(part)) {
      try FileSystem.rename(retiredPath(part), to: directory(part))
    }
  }

  /// Does `body`; where it fails, removes what it staged, and puts back what it had begun to replace.
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
    let name = path + "/runs.jsonl"
    do {
      let file = try FileDescriptor.open(
        FilePath(name),
        .writeOnly,
        options: [.create, .append, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead]
      )
      try file.closeAfter { _ = try file.writeAll(Array((line + "\n").utf8)) }
    } catch {
      throw FileFailure(.write, name, error)
    }
  }
}
