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
    /// The same of zstd: something that is not zstd is in a file named `.zst`, or follows a frame.
    case notZstd
    /// This build has no library for the format.
    case unsupported(Compression)
    /// A zstd frame needs a longer window, in bytes, than is allowed.
    case windowTooLarge(limit: Int)
    /// The file ends inside a gzip member or a zstd frame.
    case truncated(Compression)
    /// The file, which is not compressed, ends inside a line.
    case lineNotEnded
    /// The file's bytes are others than when it was first looked at.
    case changed
    /// An archive of this path was ingested with other bytes, which are no longer there.
    ///
    /// `dates` are those that the earlier bytes touched.
    case rewritten(dates: [String])
    /// The compressed data is damaged, or a checksum or a length does not match.
    case corrupt(Compression, String)
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
    case .notZstd: "not zstd at byte \(offset)"
    case .unsupported(let compression):
      """
      compressed with \(compression.name), which this build cannot read; decompress it first, or build \
      hooksift with the trait \(compression.trait)
      """
    case .windowTooLarge(let limit):
      """
      the zstd frame before byte \(offset) needs a window of more than \(limit >> 20) MiB; compress it \
      again without --long or --ultra
      """
    case .truncated(let compression):
      "truncated: the file ends at byte \(offset), inside a \(compression.unit)"
    case .rewritten(let dates):
      """
      its earlier content, which was ingested, has changed; give it another name if it is a new archive, or make \
      \(dates.isEmpty ? "the lake anew from all archives with --rebuild" : "its dates anew with --rebuild \(dates.joined(separator: " "))")
      """
    case .lineNotEnded: "the file ends at byte \(offset), inside a line"
    case .changed: "changed while it was read; it is tried again by the next run"
    case .corrupt(let compression, let what):
      "corrupt \(compression.name) data before byte \(offset): \(what)"
    }
  }

  /// Whether the archive itself is damaged, so that what stands before the damage can be salvaged.
  package var isDamage: Bool {
    switch code {
    case .notGzip, .notZstd, .truncated, .corrupt: true
    case .cannotOpen, .cannotRead, .changed, .lineNotEnded, .rewritten, .unsupported,
      .windowTooLarge:
      false
    }
  }

  /// Whether it is as with a file that is still being written.
  package var isEndMissing: Bool {
    switch code {
    case .truncated, .changed, .lineNotEnded: true
    default: false
    }
  }
}

extension Compression {
  /// What users call it.
  fileprivate var name: String {
    switch self {
    case .gzip: "gzip"
    case .zstd: "zstd"
    }
  }

  /// The package trait that brings its library.
  fileprivate var trait: String {
    switch self {
    case .gzip: "ISAL"
    case .zstd: "Zstd"
    }
  }

  /// What a file in this format is a series of.
  fileprivate var unit: String {
    switch self {
    case .gzip: "gzip member"
    case .zstd: "zstd frame"
    }
  }
}
