package import SystemPackage

/// Why an archive cannot be read to its end.
package struct ArchiveError: Error, Sendable, CustomStringConvertible {
  /// What went wrong.
  package enum Code: Sendable {
    /// The file cannot be opened.
    case cannotOpen(Errno)
    /// The operating system failed to read.
    case cannotRead(Errno)
    /// A file named `.gz` does not start as gzip does, or something that is not gzip follows a member.
    case notGzip
    /// The file ends inside a gzip member.
    case truncated
    /// The file's bytes are others than when it was first looked at.
    case changed
    /// The compressed data is damaged, or a checksum or a length does not match.
    case corrupt(String)
  }

  package let code: Code
  /// The archive, as it was found.
  package let path: String
  /// The offset in the file, in bytes, up to which it was read.
  package let offset: Int

  package init(code: Code, path: String, offset: Int) {
    self.code = code
    self.path = path
    self.offset = offset
  }

  package var description: String { "\(path): \(reason)" }

  /// What is wrong, without the path.
  package var reason: String {
    switch code {
    case .cannotOpen(let errno): "cannot be opened: \(errno)"
    case .cannotRead(let errno): "cannot be read at byte \(offset): \(errno)"
    case .notGzip: "not gzip at byte \(offset)"
    case .truncated: "truncated: the file ends at byte \(offset), inside a gzip member"
    case .changed: "changed while it was read; it is tried again by the next run"
    case .corrupt(let what): "corrupt gzip data before byte \(offset): \(what)"
    }
  }

  /// Whether the archive itself is damaged, so that what stands before the damage can be salvaged.
  package var isDamage: Bool {
    switch code {
    case .notGzip, .truncated, .corrupt: true
    case .cannotOpen, .cannotRead, .changed: false
    }
  }
}
