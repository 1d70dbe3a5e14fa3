internal import Foundation

/// A directory that is removed with all that is in it when nobody refers to it any more.
package final class TemporaryDirectory: Sendable {
  /// The directory's absolute path, symbolic links resolved.
  package let path: String

  /// Creates a new directory.
  package init() throws {
    let name = "hooksift-tests-\(UUID().uuidString)"
    let url = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appending(path: name)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  /// The path of what is called `name` in the directory.
  package func path(_ name: String) -> String { "\(path)/\(name)" }

  /// Writes a file, and the directories above it that are missing.
  ///
  /// - Returns: The file's path.
  @discardableResult
  package func write(_ bytes: [UInt8], to name: String) throws -> String {
    let url = URL(filePath: path(name))
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(),
      withIntermediateDirectories: true
    )
    try Data(bytes).write(to: url)
    return url.path
  }

  /// Creates a directory.
  ///
  /// - Returns: The directory's path.
  @discardableResult
  package func makeDirectory(_ name: String) throws -> String {
    try FileManager.default.createDirectory(
      atPath: path(name),
      withIntermediateDirectories: true
    )
    return path(name)
  }

  /// The bytes of all files below `name`, by their paths from there.
  package static func files(below path: String) throws -> [String: [UInt8]] {
    var files: [String: [UInt8]] = [:]
    for name in try FileManager.default.subpathsOfDirectory(atPath: path) {
      var isDirectory = false
      let file = "\(path)/\(name)"
      let type = try FileManager.default.attributesOfItem(atPath: file)[.type]
      isDirectory = type as? FileAttributeType == .typeDirectory
      if !isDirectory { files[name] = try contents(of: file) }
    }
    return files
  }

  /// The bytes of a file.
  package static func contents(of path: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(filePath: path)))
  }
}

/// Files of the package, found from where this source file is.
package enum PackageFiles {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  /// The path of a file or directory, `samples/archives` for instance.
  package static func path(_ name: String) -> String { root.appending(path: name).path }

  /// The real captures, in the order of their paths.
  package static func sampleArchives() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: path("samples/archives"))
      .filter { $0.hasSuffix(".jsonl.gz") }
      .sorted()
      .map { path("samples/archives/\($0)") }
  }
}
