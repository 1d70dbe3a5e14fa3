/// Where bytes go: a file, a compressor, a buffer.
package protocol ByteSink: AnyObject {
  /// Takes all of `bytes`.
  ///
  /// - Throws: What the place behind it throws, an I/O error with its path for a file.
  func write(_ bytes: Span<UInt8>) throws
}

/// Bytes that can be read anywhere: a file, a buffer.
package protocol ByteSource: AnyObject {
  /// How many bytes there are.
  var byteCount: Int { get }

  /// The `count` bytes at `offset`.
  ///
  /// - Precondition: `0 <= offset`, `0 <= count` and `offset + count <= byteCount`.
  /// - Throws: What the place behind it throws, also where there are fewer bytes than promised.
  func read(at offset: Int, count: Int) throws -> [UInt8]
}

/// Bytes in memory, to write to and to read from.
package final class MemoryBytes: ByteSink, ByteSource {
  package private(set) var bytes: [UInt8]

  package init(_ bytes: [UInt8] = []) { self.bytes = bytes }

  package var byteCount: Int { bytes.count }

  package func write(_ span: Span<UInt8>) { bytes.append(span) }

  package func read(at offset: Int, count: Int) -> [UInt8] {
    Array(bytes[offset..<offset + count])
  }
}
