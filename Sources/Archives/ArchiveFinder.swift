internal import Bytes
internal import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// Finds the archives that a user named: files, directories, standard input.
package struct ArchiveFinder {
  /// A place that could not be looked at.
  package struct Unreadable: Hashable, Sendable {
    package let path: String
    /// What the operating system said.
    package let reason: String
  }

  /// What was found.
  package struct Findings: Sendable {
    /// In the order of their paths' bytes, each once, standard input last.
    package fileprivate(set) var archives: [Archive] = []
    package fileprivate(set) var unreadable: [Unreadable] = []

    /// Nothing.
    package init() {}
  }

  /// How the names of the files end that are archives where they are met in directories.
  package static let suffixes = [
    ".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz", ".json.gz", ".jsonl.zst", ".ndjson.zst",
    ".json.zst",
  ]

  private let excludedDirectory: FileIdentity?
  private var visited: Set<FileIdentity> = []
  private var paths: Set<ByteText> = []
  private var unreadable: [Unreadable] = []

  private init(excluding directory: String?) {
    excludedDirectory = directory.flatMap { Status(path: $0)?.identity }
  }

  /// Finds archives.
  ///
  /// - Parameters:
  ///   - names: Paths of files and directories, or `-`.
  ///   - directory: A directory to leave out wherever it lies: the one that is written to.
  /// - Returns: The archives, and the places that could not be looked at.
  package static func find(_ names: [String], excluding directory: String?) -> Findings {
    var finder = ArchiveFinder(excluding: directory)
    for name in names where name != "-" { finder.add(Self.absolute(name)) }
    var findings = Findings()
    findings.archives = finder.paths
      .sorted()
      .map { Archive(path: $0.string) }
    if names.contains("-") { findings.archives.append(.standardInput) }
    findings.unreadable = finder.unreadable.sorted { $0.path < $1.path }
    return findings
  }

  /// The path from the root, without `.`, `..` and repeated separators; symbolic links stay.
  package static func absolute(_ name: String) -> String {
    var path = FilePath(name)
    if path.isRelative, let directory = currentDirectory {
      path = FilePath(directory).pushing(path)
    }
    return path.lexicallyNormalized().string
  }

  private static var currentDirectory: String? {
    guard let name = unsafe getcwd(nil, 0) else { return nil }
    defer { unsafe free(name) }
    return unsafe String(cString: name)
  }

  /// Adds what the user named.
  private mutating func add(_ path: String) {
    guard let status = Status(path: path) else { return fail(path) }
    if status.isDirectory { walk(path, status.identity) } else { paths.insert(ByteText(path)) }
  }

  /// What tells a directory that hooksift has written to; the quarantine in it is no archive.
  private static let workspaceMark = "/lake/archives/archives.parquet"

  /// Adds the archives below a directory; one that was met before, or that hooksift writes to, is left out.
  private mutating func walk(_ directory: String, _ identity: FileIdentity) {
    guard identity != excludedDirectory, visited.insert(identity).inserted,
      Status(path: directory + Self.workspaceMark) == nil
    else { return }
    guard let stream = unsafe opendir(directory) else { return fail(directory) }
    defer { unsafe closedir(stream) }
    var names: [(name: String, isFile: Bool)] = []
    while let entry = unsafe readdir(stream) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { name in
        unsafe name.withMemoryRebound(to: CChar.self, capacity: 256) {
          unsafe String(cString: $0)
        }
      }
      let isFile = unsafe entry.pointee.d_type == UInt8(DT_REG)
      if name != ".", name != ".." { names.append((name, isFile)) }
    }
    for (name, isFile) in names.sorted(by: { $0.name < $1.name }) {
      let path = directory == "/" ? "/" + name : directory + "/" + name
      let isArchive = Self.suffixes.contains { name.hasSuffix($0) }
      if isFile {
        if isArchive { paths.insert(ByteText(path)) }
        continue
      }
      guard let status = Status(path: path) else {
        if isArchive { fail(path) }
        continue
      }
      if status.isDirectory {
        walk(path, status.identity)
      } else if isArchive {
        paths.insert(ByteText(path))
      }
    }
  }

  private mutating func fail(_ path: String) {
    unreadable.append(Unreadable(path: path, reason: Errno(rawValue: errno).description))
  }
}

/// What tells one file from another, whatever its name.
private struct FileIdentity: Hashable {
  let device: UInt64
  let node: UInt64
}

/// What the operating system says of a file, symbolic links followed.
private struct Status {
  let identity: FileIdentity
  let isDirectory: Bool

  init?(path: String) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else { return nil }
    identity = FileIdentity(device: UInt64(status.st_dev), node: UInt64(status.st_ino))
    isDirectory = status.st_mode & S_IFMT == S_IFDIR
  }
}
