package import Archives
package import Bytes
internal import Files

/// The digests of files, by their paths and by what the file system said of them, so that they need not be read again to know
/// that they are in the lake.
///
/// It is a convenience: without it all is the same, only slower.
package struct SeenArchives: Sendable {
  private struct Entry {
    let version: FileVersion
    let digest: Digest256
  }

  private var entries: [String: Entry] = [:]

  package init() {}

  /// What was kept in the file at `path`; nothing where there is none, and none of what is not what was written.
  ///
  /// Of each file its digest, its version and its path, in that order and with a space between, and then a zero.
  ///
  /// - Complexity: O(*n*) in the files.
  package init(path: String) {
    guard let source = try? FileSource(path: path),
      let bytes = try? source.read(at: 0, count: source.byteCount)
    else { return }
    for record in bytes.split(separator: 0) {
      let fields = record.split(separator: UInt8(ascii: " "), maxSplits: 2)
      guard fields.count == 3 else { continue }
      let digits = Array(fields[0])
      guard let digest = Digest256(hexadecimal: digits.span),
        let version = FileVersion(text: String(decoding: fields[1], as: UTF8.self))
      else { continue }
      entries[String(decoding: fields[2], as: UTF8.self)] = Entry(
        version: version,
        digest: digest
      )
    }
  }

  /// The digest that the file had when it was as it is now; `nil` where that is not known.
  package func digest(of archive: Archive) -> Digest256? {
    guard let entry = entries[archive.path], entry.version == archive.version else {
      return nil
    }
    return entry.digest
  }

  mutating func note(_ archive: Archive, _ version: FileVersion?, _ digest: Digest256) {
    guard let version else { return }
    entries[archive.path] = Entry(version: version, digest: digest)
  }

  /// Keeps this in a file.
  ///
  /// - Throws: ``FileFailure``.
  package func write(to path: String) throws {
    let sink = try FileSink(path: path + ".new")
    for (name, entry) in entries.sorted(by: { $0.key < $1.key }) {
      try sink.write(entry.digest.hexadecimalBytes.span)
      try sink.write(Array(" \(entry.version.text) \(name)\0".utf8).span)
    }
    try sink.closeTemporary()
    try FileSystem.rename(path + ".new", to: path)
  }
}
