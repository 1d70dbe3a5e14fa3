/// Where tables are made, and where the files are that they are loaded from.
package struct Place: Sendable {
  /// That a path cannot be written in the SQL of a warehouse.
  package struct Unwritable: Error, Sendable, CustomStringConvertible {
    let path: String
    let fault: String

    package var description: String {
      "\(path): \(fault); give the files another name, by a symbolic link for instance"
    }
  }

  /// The schema, database or dataset.
  let namespace: String
  /// The path or URI of the workspace's files, without a slash at its end.
  let files: String
  /// The workspace's absolute path.
  let workspace: String

  /// - Parameters:
  ///   - namespace: The schema, database or dataset.
  ///   - workspace: The workspace's absolute path.
  ///   - files: Where the warehouse finds the workspace's files; at its path where it is `nil`.
  package init(namespace: String, workspace: String, files: String? = nil) {
    self.namespace = namespace
    self.workspace = workspace
    var files = files ?? workspace
    while files.count > 1, files.hasSuffix("/") { files.removeLast() }
    self.files = files
  }

  /// The same files, and tables in another schema.
  func with(namespace: String) -> Place {
    Place(namespace: namespace, workspace: workspace, files: files)
  }

  /// The path or URI of what has `path` in the workspace.
  func file(_ path: String) -> String { "\(files)/\(path)" }

  /// Checks that all can be written in a script.
  ///
  /// - Parameter patternCharacters: What in paths stands for other characters.
  /// - Throws: ``Unwritable``.
  func check(patternCharacters: String) throws(Unwritable) {
    for text in [namespace, workspace, files]
    where text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) {
      throw Unwritable(path: text.debugDescription, fault: "has control characters")
    }
    if let found = files.first(where: { patternCharacters.contains($0) }) {
      throw Unwritable(path: files, fault: "has \(found), which stands for other characters")
    }
  }
}
