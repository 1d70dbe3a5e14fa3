/// One archive to be read.
package struct Archive: Hashable, Sendable {
  /// The absolute path, or `-` for standard input.
  package let path: String

  package init(path: String) { self.path = path }

  package static let standardInput = Archive(path: "-")

  package var isStandardInput: Bool { path == "-" }
}
