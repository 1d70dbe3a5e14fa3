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
    /// The compressed data is damaged, or a checksum or a length does not match.
    case corrupt(String)
  }

  package let code: Code
  /// The archive, as it was found.
  package let path: String
  /// The offset in the file, in bytes, up to which it was read.
  package let offset: Int

  package var description: String {
    switch code {
    case .cannotOpen(let errno): "\(path): cannot be opened: \(errno)"
    case .cannotRead(let errno): "\(path): cannot be read at byte \(offset): \(errno)"
    case .notGzip: "\(path): not gzip at byte \(offset)"
    case .truncated: "\(path): truncated: the file ends at byte \(offset), inside a gzip member"
    case .corrupt(let what): "\(path): corrupt gzip data before byte \(offset): \(what)"
    }
  }
}
