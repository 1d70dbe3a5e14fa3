#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// One archive to be read.
package struct Archive: Hashable, Sendable {
  /// The absolute path, or `-` for standard input.
  package let path: String

  package init(path: String) { self.path = path }

  package static let standardInput = Archive(path: "-")

  /// How many bytes the file has now; `nil` where that is not known.
  package var byteCount: Int? {
    guard !isStandardInput else { return nil }
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return Int(status.st_size)
  }

  /// What the file is now; `nil` where there is none to be read again.
  package var version: FileVersion? {
    guard !isStandardInput else { return nil }
    var status = stat()
    guard unsafe stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
    return FileVersion(status)
  }

  package var isStandardInput: Bool { path == "-" }
}
