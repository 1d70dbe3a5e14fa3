internal import Bytes

/// Reads the trailer of a gzip member (RFC 1952 §2.3.1), which may come in pieces.
struct GzipTrailer {
  /// The checksum and the length, least significant byte first.
  private var number: UInt64 = 0
  private var count = 0

  /// A trailer of which nothing was read.
  init() {}

  /// A trailer whose first `count` bytes were read: the lowest ones of `bytes`.
  init(bytes: UInt64, count: Int) {
    self.count = count
    number = count < 8 ? bytes & (1 << UInt64(8 * count) - 1) : bytes
  }

  /// Reads `input` up to the end of the trailer; `used` grows by the bytes that were read.
  ///
  /// - Returns: Whether the trailer has ended, with this checksum and this length.
  /// - Throws: ``ArchiveError/Code/corrupt(_:_:)``.
  mutating func parse(
    _ input: Span<UInt8>,
    used: inout Int,
    checksum: UInt32,
    length: UInt32
  ) throws(DecompressionFailure) -> Bool {
    var offset = 0
    defer { used += offset }
    while count < 8, offset < input.count {
      number |= UInt64(input[offset]) << UInt64(8 * count)
      count += 1
      offset += 1
    }
    if count >= 4 {
      guard UInt32(truncatingIfNeeded: number) == checksum else {
        // What follows the checksum does not count as read.
        offset -= count - 4
        throw DecompressionFailure(.corrupt(.gzip, "incorrect data check"))
      }
    }
    guard count == 8 else { return false }
    guard UInt32(truncatingIfNeeded: number >> 32) == length else {
      throw DecompressionFailure(.corrupt(.gzip, "incorrect length check"))
    }
    return true
  }
}
