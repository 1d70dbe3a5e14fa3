internal import Files

/// The files that the path of a source means.
package enum EventPaths {
  /// The file, the files of a directory that are events by their names, or those that a pattern with `*` in its last part means.
  ///
  /// - Parameter path: The path.
  /// - Returns: Their paths, in order.
  /// - Throws: ``EventFile/Unusable`` where there are none, or ``FileFailure``.
  package static func files(_ path: String) throws -> [String] {
    if FileSystem.isRegularFile(path) { return [path] }
    let slash = path.lastIndex(of: "/")
    let directory = slash.map { String(path[...$0]) } ?? "./"
    let name = String(path.suffix(from: slash.map { path.index(after: $0) } ?? path.startIndex))
    if name.contains("*") {
      let files = try FileSystem.list(directory).filter { matches($0, name) }
        .map { directory + $0 }.filter(FileSystem.isRegularFile)
      guard !files.isEmpty else {
        throw EventFile.Unusable(path: path, reason: "no file has such a name")
      }
      return files
    }
    guard FileSystem.exists(path) else {
      throw EventFile.Unusable(path: path, reason: "there is no such file")
    }
    let files = try FileSystem.list(path).map { "\(path)/\($0)" }.filter { file in
      FileSystem.isRegularFile(file) && EventFile.hasKnownName(file)
    }
    guard !files.isEmpty else {
      let names = ".csv, .jsonl, .ndjson or .parquet"
      throw EventFile.Unusable(path: path, reason: "there is no file in it that is named \(names)")
    }
    return files
  }

  /// Whether a name is of the form of a pattern, in which `*` stands for any text.
  ///
  /// - Parameters:
  ///   - name: The name.
  ///   - pattern: The pattern.
  /// - Returns: Whether it is.
  /// - Complexity: O(*nm*) in the two.
  package static func matches(_ name: String, _ pattern: String) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
    guard let first = parts.first, let last = parts.last, parts.count > 1 else {
      return name == pattern
    }
    guard name.hasPrefix(first), name.hasSuffix(last),
      name.utf8.count >= first.utf8.count + last.utf8.count
    else { return false }
    var rest = Substring(name).dropFirst(first.count).dropLast(last.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let range = rest.firstRange(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return true
  }
}
