/// A place in a configuration file.
package struct Place: Hashable, Sendable, CustomStringConvertible {
  package let path: String
  /// From 1; 0 where the file as a whole is meant.
  package let line: Int
  /// From 1, in Unicode scalars.
  package let column: Int

  package init(path: String, line: Int, column: Int) {
    self.path = path
    self.line = line
    self.column = column
  }

  /// `path:line:column`, as compilers write it and editors open it.
  package var description: String { line == 0 ? path : "\(path):\(line):\(column)" }
}

/// A value and where it was written.
package struct Located<Value: Sendable>: Sendable {
  package let value: Value
  package let place: Place

  package init(_ value: Value, at place: Place) {
    self.value = value
    self.place = place
  }
}

/// What is wrong with the configuration, for the person who wrote it; it never shows a secret.
package struct ConfigurationFault: Error, Equatable, CustomStringConvertible {
  /// Where, what, and what would be right.
  package let description: String

  package init(_ description: String) { self.description = description }

  /// - Parameters:
  ///   - place: Where in the file.
  ///   - key: The key with all that it is in: `signature.secrets[1].not_after`; empty for the whole file.
  ///   - message: What is wrong.
  init(at place: Place, _ key: String, _ message: String) {
    description = key.isEmpty ? "\(place): \(message)" : "\(place): \(key): \(message)"
  }
}
