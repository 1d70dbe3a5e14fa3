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
  /// What is not in the file that was read, by its path.
  private var added: Set<String> = []
  /// How long that file was, and how many entries it had, also of files that had others later.
  private var keptByteCount = 0
  private var keptCount = 0

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
    keptByteCount = bytes.count
    var start = 0
    while let end = bytes.span.firstOffset(of: 0, from: start) {
      if let (path, entry) = Self.entry(bytes.span.extracting(start..<end)) {
        entries[path] = entry
        keptCount += 1
      }
      start = end + 1
    }
  }

  private static func entry(_ record: Span<UInt8>) -> (path: String, Entry)? {
    let space = UInt8(ascii: " ")
    guard let digestEnd = record.firstOffset(of: space, from: 0),
      let versionEnd = record.firstOffset(of: space, from: digestEnd + 1),
      let digest = Digest256(hexadecimal: record.extracting(..<digestEnd)),
      let version = FileVersion(record.extracting(digestEnd + 1..<versionEnd))
    else { return nil }
    let path = String(decoding: record.extracting((versionEnd + 1)...))
    return (path, Entry(version: version, digest: digest))
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
    added.insert(archive.path)
  }

  /// Keeps this in the file that it was read from: what is new is added to it, unless half of it is of no use any more.
  ///
  /// - Throws: ``FileFailure``.
  package func write(to path: String) throws {
    if keptCount > 0, FileSystem.byteCount(path) == keptByteCount,
      keptCount + added.count <= 2 * entries.count
    {
      if !added.isEmpty { try FileSystem.append(text(of: added), to: path) }
      return
    }
    let sink = try FileSink(path: path + ".new")
    try sink.write(text(of: entries.keys).span)
    try sink.closeTemporary()
    try FileSystem.rename(path + ".new", to: path)
  }

  private func text(of names: some Collection<String>) -> [UInt8] {
    var text: [UInt8] = []
    for name in names.sorted() {
      guard let entry = entries[name] else { continue }
      text += entry.digest.hexadecimalBytes
      text.append(UInt8(ascii: " "))
      entry.version.append(to: &text)
      text.append(UInt8(ascii: " "))
      text += name.utf8
      text.append(0)
    }
    return text
  }
}
