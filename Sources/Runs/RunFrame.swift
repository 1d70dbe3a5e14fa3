/// What stands before some bytes of a run, so that no record is made of bytes that were not written.
///
/// Two numbers of four bytes, the least first: how many bytes follow, and the CRC-32 of all bytes of the run up to
/// their end. A frame of no bytes ends the run.
struct RunFrame {
  /// How many bytes follow at the most.
  static let greatestCount = 64 << 10
  /// How many bytes the frame itself has.
  static let byteCount = 8

  let count: Int
  let checksum: UInt32

  init(count: Int, checksum: UInt32) {
    self.count = count
    self.checksum = checksum
  }

  /// The frame that `bytes` are.
  init(_ bytes: [UInt8]) {
    let number = bytes.reversed().reduce(into: UInt64(0)) { $0 = $0 << 8 | UInt64($1) }
    count = Int(number & 0xFFFF_FFFF)
    checksum = UInt32(truncatingIfNeeded: number >> 32)
  }

  var bytes: [UInt8] {
    let number = UInt64(checksum) << 32 | UInt64(count)
    return (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(8 * $0)) }
  }
}
