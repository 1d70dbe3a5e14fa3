internal import Bytes

/// The bytes of an archive as they are when inflated, in pieces, from the first to the last.
package final class ArchiveStream {
  private var reader: InflatingReader
  private var buffer = ByteBuffer(minimumCapacity: BlockReader.defaultChunkLength)

  /// Opens an archive.
  ///
  /// - Throws: ``ArchiveError/Code/cannotOpen(_:)``.
  package init(_ archive: Archive) throws(ArchiveError) {
    reader = try InflatingReader(
      archive,
      named: nil,
      chunkLength: BlockReader.defaultChunkLength,
      gzip: .preferred
    )
  }

  /// The next bytes; `nil` at the end.
  ///
  /// - Returns: At least one byte.
  /// - Throws: ``ArchiveError``, after the bytes before the damage were handed out.
  package func next() throws(ArchiveError) -> [UInt8]? {
    buffer.removeAll()
    guard try reader.read(into: &buffer) else { return nil }
    var bytes: [UInt8] = []
    bytes.append(buffer)
    return bytes
  }
}
