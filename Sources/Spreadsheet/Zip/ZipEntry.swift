internal import Bytes

/// An entry of a ZIP archive, as its headers say it (APPNOTE 6.3.10, §4.3).
struct ZipEntry {
  /// 4.5, the first version with Zip64.
  static let zip64Version: UInt16 = 45
  /// 2.0, the first version with DEFLATE.
  private static let version: UInt16 = 20
  private static let deflated: UInt16 = 8
  /// Midnight.
  private static let time: UInt16 = 0
  /// 1980-01-01.
  private static let date: UInt16 = 0x21
  private static let followedByDescriptor: UInt16 = 1 << 3

  private let name: String
  /// Where the local header is.
  private let offset: UInt64
  private let zip64Threshold: UInt64
  /// Where the compressed bytes begin.
  var dataOffset: UInt64 = 0
  /// Whether the sizes follow the bytes.
  var isStreamed = false
  var compressedByteCount: UInt64 = 0
  private var byteCount: UInt64 = 0
  private var checksum = CRC32()

  init(_ name: String, offset: UInt64, zip64Threshold: UInt64) {
    self.name = name
    self.offset = offset
    self.zip64Threshold = zip64Threshold
  }

  /// Takes bytes, not yet compressed, into size and checksum.
  mutating func add(_ bytes: Span<UInt8>) {
    checksum.update(bytes)
    byteCount += UInt64(bytes.count)
  }

  /// A number in 32 bits; all of them set where Zip64 has it.
  static func short(_ number: UInt64, _ threshold: UInt64) -> UInt32 {
    number >= threshold ? .max : UInt32(truncatingIfNeeded: number)
  }

  private var flags: UInt16 { isStreamed ? Self.followedByDescriptor : 0 }

  private var needsLongSizes: Bool { max(byteCount, compressedByteCount) >= zip64Threshold }

  /// What stands before the bytes; of a streamed entry without checksum and sizes.
  var localHeader: [UInt8] {
    var header: [UInt8] = []
    header.append(littleEndian: 0x0403_4B50 as UInt32)
    header.append(littleEndian: Self.version)
    appendCommon(to: &header, isKnown: !isStreamed)
    header.append(littleEndian: UInt16(name.utf8.count))
    header.append(littleEndian: 0 as UInt16)
    header += Array(name.utf8)
    return header
  }

  /// What stands after the bytes of a streamed entry; its sizes have eight bytes where four do not do.
  var dataDescriptor: [UInt8] {
    var descriptor: [UInt8] = []
    descriptor.append(littleEndian: 0x0807_4B50 as UInt32)
    descriptor.append(littleEndian: checksum.value)
    for size in [compressedByteCount, byteCount] {
      if needsLongSizes {
        descriptor.append(littleEndian: size)
      } else {
        descriptor.append(littleEndian: UInt32(truncatingIfNeeded: size))
      }
    }
    return descriptor
  }

  /// The entry in the central directory.
  var centralHeader: [UInt8] {
    let long = [byteCount, compressedByteCount, offset].filter { $0 >= zip64Threshold }
    var header: [UInt8] = []
    header.append(littleEndian: 0x0201_4B50 as UInt32)
    let version = long.isEmpty ? Self.version : Self.zip64Version
    header.append(littleEndian: version)
    header.append(littleEndian: version)
    appendCommon(to: &header, isKnown: true)
    header.append(littleEndian: UInt16(name.utf8.count))
    header.append(littleEndian: UInt16(long.isEmpty ? 0 : 4 + 8 * long.count))
    // No comment, the first disk, no attributes.
    header += [UInt8](repeating: 0, count: 10)
    header.append(littleEndian: Self.short(offset, zip64Threshold))
    header += Array(name.utf8)
    if !long.isEmpty {
      header.append(littleEndian: 1 as UInt16)
      header.append(littleEndian: UInt16(8 * long.count))
      for number in long { header.append(littleEndian: number) }
    }
    return header
  }

  /// Flags, method, time, checksum and sizes.
  private func appendCommon(to header: inout [UInt8], isKnown: Bool) {
    header.append(littleEndian: flags)
    header.append(littleEndian: Self.deflated)
    header.append(littleEndian: Self.time)
    header.append(littleEndian: Self.date)
    header.append(littleEndian: isKnown ? checksum.value : 0)
    for size in [compressedByteCount, byteCount] {
      header.append(littleEndian: isKnown ? Self.short(size, zip64Threshold) : 0)
    }
  }
}
