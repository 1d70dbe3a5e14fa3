internal import CZlib

/// CRC-32 as in gzip, by zlib.
enum Checksum {
  /// The checksum of `bytes`.
  ///
  /// - Complexity: O(*n*).
  static func crc32(_ bytes: Span<UInt8>) -> UInt32 {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return 0 }
      return UInt32(truncatingIfNeeded: unsafe crc32_z(0, base, buffer.count))
    }
  }
}
