package import Archives
package import Bytes
internal import Files
internal import Foundation

/// The digests of files, by their paths and by what the file system said of them, so that they need not be read again to know
/// that they are in the lake.
///
/// It is a convenience: without it all is the same, only slower.
package struct SeenArchives: Sendable {
  private struct Entry: Codable {
    let version: FileVersion
    let sha256: String
  }

  private var entries: [String: Entry] = [:]

  package init() {}

  /// What was kept in the file at `path`; nothing where there is none, or where it is not what was written.
  package init(path: String) {
    guard let source = try? FileSource(path: path),
      let bytes = try? source.read(at: 0, count: source.byteCount),
      let entries = try? JSONDecoder().decode([String: Entry].self, from: Data(bytes))
    else { return }
    self.entries = entries
  }

  /// The digest that the file had when it was as it is now; `nil` where that is not known.
  package func digest(of archive: Archive) -> Digest256? {
    guard let entry = entries[archive.path], entry.version == archive.version else { return nil }
    return Digest256(hexadecimal: Array(entry.sha256.utf8).span)
  }

  mutating func note(_ archive: Archive, _ version: FileVersion?, _ digest: Digest256) {
    guard let version else { return }
    entries[archive.path] = Entry(version: version, sha256: digest.hexadecimal)
  }

  /// Keeps this in a file.
  ///
  /// - Throws: ``FileFailure``.
  package func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let sink = try FileSink(path: path + ".new")
    try sink.write([UInt8](try encoder.encode(entries)).span)
    try sink.closeTemporary()
    try FileSystem.rename(path + ".new", to: path)
  }
}
