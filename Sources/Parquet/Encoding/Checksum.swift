internal import Bytes

/// CRC-32 as in gzip.
enum Checksum {
  /// The checksum of `bytes`.
  ///
  /// - Complexity: O(*n*).
  static func crc32(_ bytes: Span<UInt8>) -> UInt32 {
    var checksum = CRC32()
    checksum.update(bytes)
    return checksum.value
  }
}
