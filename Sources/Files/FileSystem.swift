internal import Foundation
package import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Directories and names of files; every error names its file.
package enum FileSystem {
  /// Creates a directory and what is missing above it.
  package static func makeDirectory(_ path: String) throws(FileFailure) {
    var status = stat()
    if unsafe stat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else {
        throw FileFailure(.create, path, Errno.notDirectory)
      }
      return
    }
    let parent = FilePath(path).removingLastComponent().string
    if !parent.isEmpty, parent != path { try makeDirectory(parent) }
    guard unsafe mkdir(path, 0o777) == 0 || Errno.current == .fileExists else {
      throw FileFailure(.create, path, Errno.current)
    }
  }

  package static func exists(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0
  }

  /// Whether there is a file of bytes, not a directory, a device or a pipe; links are followed.
  package static func isRegularFile(_ path: String) -> Bool {
    var status = stat()
    return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// The path without symbolic links; the path itself where there is no such file.
  package static func resolvingLinks(_ path: String) -> String {
    guard let resolved = unsafe realpath(path, nil) else { return path }
    defer { unsafe free(resolved) }
    return unsafe String(cString: resolved)
  }

  /// The names in a directory, sorted by their bytes; none where there is no directory.
  package static func list(_ path: String) throws(FileFailure) -> [String] {
    guard exists(path) else { return [] }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: path)
        .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    } catch {
      throw FileFailure(.list, path, error)
    }
  }

  /// Removes a file or a directory with all that is in it, if it is there.
  package static func remove(_ path: String) throws(FileFailure) {
    guard exists(path) else { return }
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      throw FileFailure(.remove, path, error)
    }
  }

  package static func rename(_ old: String, to new: String) throws(FileFailure) {
    guard unsafe Foundation.rename(old, new) == 0 else {
      throw FileFailure(.rename, old, Errno.current)
    }
  }

  /// The files below a directory, by their paths in it, sorted by their bytes; none where there is no directory.
  ///
  /// - Complexity: O(*n* log *n*) in the files.
  package static func files(below directory: String) throws(FileFailure) -> [String] {
    var files: [String] = []
    for name in try list(directory) {
      let path = "\(directory)/\(name)"
      if isDirectory(path) {
        files += try Self.files(below: path).map { "\(name)/\($0)" }
      } else {
        files.append(name)
      }
    }
    return files
  }

  private static func isDirectory(_ path: String) -> Bool {
    var status = stat()
    return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// How many bytes a file has; `nil` where there is none.
  package static func byteCount(_ path: String) -> Int? {
    var status = stat()
    return unsafe stat(path, &status) == 0 ? Int(status.st_size) : nil
  }

  /// Removes a directory if there is nothing in it.
  ///
  /// - Returns: Whether it is gone.
  @discardableResult
  package static func removeEmptyDirectory(_ path: String) -> Bool { unsafe rmdir(path) == 0 }

  /// Adds bytes to the end of a file, which is created where there is none; not durable by itself.
  package static func append(_ bytes: [UInt8], to path: String) throws(FileFailure) {
    do {
      let file = try FileDescriptor.open(
        FilePath(path),
        .writeOnly,
        options: [.create, .append, .closeOnExec],
        permissions: [.ownerReadWrite, .groupRead, .otherRead]
      )
      try file.closeAfter { _ = try file.writeAll(bytes) }
    } catch {
      throw FileFailure(.write, path, error)
    }
  }

  /// Makes the names in a directory durable.
  package static func syncDirectory(_ path: String) throws(FileFailure) {
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw FileFailure(.sync, path, Errno.current) }
    defer { close(descriptor) }
    // Some file systems cannot sync a directory and say EINVAL; their renames are durable by themselves.
    guard fsync(descriptor) == 0 || Errno.current == .invalidArgument else {
      throw FileFailure(.sync, path, Errno.current)
    }
  }

  /// Makes the bytes of an open file durable; false where that failed.
  package static func sync(_ file: FileDescriptor) -> Bool {
    fsync(file.rawValue) == 0 || Errno.current == .invalidArgument
  }

  /// Takes a lock on an open file, if no other process has it, or once none has.
  package static func tryLock(_ file: FileDescriptor, waits: Bool = false) -> Bool {
    while true {
      if flock(file.rawValue, waits ? LOCK_EX : LOCK_EX | LOCK_NB) == 0 { return true }
      guard waits, Errno.current == .interrupted else { return false }
    }
  }
}

extension Errno {
  /// What the last call said.
  package static var current: Errno { Errno(rawValue: errno) }
}
