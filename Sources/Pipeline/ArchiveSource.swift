internal import Archives
internal import Bytes
internal import Files

/// An archive that can be read again, and the digest of its bytes.
///
/// What names the rejected lines of an archive, and tells a copy from an original, is the digest, so it must be known before
/// the first line is. A file is read twice for that; a pipe is kept in a file first.
struct ArchiveSource {
  /// What is to be read.
  let archive: Archive
  let digest: Digest256
  let byteCount: Int
  /// The digests of some of its first bytes, by their count.
  let prefixes: [Int: Digest256]
  /// What the file was when it was looked at; `nil` of a pipe's.
  var fileVersion: FileVersion? { spool == nil ? version : nil }
  private let version: FileVersion
  private let spool: String?

  /// - Parameters:
  ///   - archive: The archive.
  ///   - spool: Where the bytes of a pipe are kept.
  ///   - lengths: Of how many first bytes a digest is wanted too, ascending.
  /// - Throws: ``ArchiveError``, or ``FileFailure`` of the spool.
  init(_ archive: Archive, spool: String, prefixes lengths: [Int] = []) throws {
    var reader = try ArchiveByteReader(archive)
    if try reader.isSeekable() {
      self.archive = archive
      self.spool = nil
      version = try reader.version()
      (digest, byteCount, prefixes) = try reader.digest(prefixes: lengths)
      return
    }
    let sink = try FileSink(path: spool)
    (digest, byteCount, prefixes) = try reader.digest(prefixes: lengths) { try sink.write($0) }
    try sink.closeTemporary()
    self.archive = Archive(path: spool)
    self.spool = spool
    version = try ArchiveByteReader(self.archive).version()
  }

  /// Whether the file still is what the digest was made of, as far as the file system knows.
  func isUnchanged(_ reader: borrowing BlockReader) throws(ArchiveError) -> Bool {
    try reader.fileVersion() == version && reader.byteCount == byteCount
  }

  func removeSpool() {
    guard let spool else { return }
    // What stays is removed with the rest of what was staged.
    try? FileSystem.remove(spool)
  }
}
