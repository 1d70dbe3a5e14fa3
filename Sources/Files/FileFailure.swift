package import SystemPackage

/// That the operating system refused something, and for which file.
package struct FileFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was tried.
  package enum Action: String, Hashable, Sendable {
    case create
    case open
    case read
    case write
    case sync
    case rename
    case remove
    case list
    case lock
  }

  package let action: Action
  package let path: String
  package let errno: Errno

  package init(_ action: Action, _ path: String, _ errno: Errno) {
    self.action = action
    self.path = path
    self.errno = errno
  }

  package init(_ action: Action, _ path: String, _ error: any Error) {
    self.init(action, path, error as? Errno ?? .ioError)
  }

  package var description: String { "cannot \(action.rawValue) \(path): \(errno)" }
}
