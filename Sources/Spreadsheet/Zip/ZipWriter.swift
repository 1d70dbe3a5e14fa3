internal import Archives
internal import Bytes

/// Writes a ZIP archive (APPNOTE 6.3.10) from its first byte to its last, so that it can go into a pipe.
///
/// Entries are compressed and carry the first time that ZIP knows: the same bytes give the same archive. Of an entry
/// whose size is not known beforehand, checksum and sizes follow the bytes in a data descriptor. Zip64 is used for what needs it and for
/// nothing else, since some readers know only the older form.
final class ZipWriter: ByteSink {
  private let target: CountingSink
  private let level: Int
  /// The least number that 32 bits do not hold; less in tests.
  private let zip64Threshold: UInt64
  private var entries: [ZipEntry] = []
  /// The entry that is being written, and its compressor.
  private var current: (entry: ZipEntry, deflate: DeflateSink)?

  /// - Parameters:
  ///   - target: Where the archive goes.
  ///   - level: How hard zlib tries, from 1 to 9.
  ///   - zip64Threshold: From which size or offset on Zip64 is used.
  init(_ target: any ByteSink, level: Int, zip64Threshold: UInt64 = UInt64(UInt32.max)) {
    self.target = CountingSink(target)
    self.level = level
    self.zip64Threshold = zip64Threshold
  }

  /// Writes an entry of bytes that are all there.
  func add(_ name: String, _ bytes: [UInt8]) throws {
    let compressed = MemoryBytes()
    let deflate = DeflateSink(compressed, .none, level: level)
    try deflate.write(bytes.span)
    try deflate.finish()
    var entry = ZipEntry(name, offset: target.byteCount, zip64Threshold: zip64Threshold)
    entry.add(bytes.span)
    entry.compressedByteCount = UInt64(compressed.byteCount)
    try target.write(entry.localHeader.span)
    try target.write(compressed.bytes.span)
    entries.append(entry)
  }

  /// Begins an entry whose bytes are written afterwards.
  ///
  /// - Precondition: No other is being written.
  func begin(_ name: String) throws {
    precondition(current == nil, "another entry is being written")
    var entry = ZipEntry(name, offset: target.byteCount, zip64Threshold: zip64Threshold)
    entry.isStreamed = true
    try target.write(entry.localHeader.span)
    entry.dataOffset = target.byteCount
    current = (entry, DeflateSink(target, .none, level: level))
  }

  /// Adds bytes to the entry that was begun.
  func write(_ bytes: Span<UInt8>) throws {
    current?.entry.add(bytes)
    try current?.deflate.write(bytes)
  }

  /// Ends the entry that was begun.
  func end() throws {
    guard let begun = current else { return }
    current = nil
    try begun.deflate.finish()
    var entry = begun.entry
    entry.compressedByteCount = target.byteCount - entry.dataOffset
    try target.write(entry.dataDescriptor.span)
    entries.append(entry)
  }

  /// Writes the central directory.
  ///
  /// - Complexity: O(*n*) in the entries.
  func finish() throws {
    let start = target.byteCount
    for entry in entries { try target.write(entry.centralHeader.span) }
    let size = target.byteCount - start
    var end: [UInt8] = []
    if max(start, size) >= zip64Threshold {
      end.append(littleEndian: 0x0606_4B50 as UInt32)
      end.append(littleEndian: 44 as UInt64)
      end.append(littleEndian: ZipEntry.zip64Version)
      end.append(littleEndian: ZipEntry.zip64Version)
      end += [UInt8](repeating: 0, count: 8)
      end.append(littleEndian: UInt64(entries.count))
      end.append(littleEndian: UInt64(entries.count))
      end.append(littleEndian: size)
      end.append(littleEndian: start)
      end.append(littleEndian: 0x0706_4B50 as UInt32)
      end.append(littleEndian: 0 as UInt32)
      end.append(littleEndian: start + size)
      end.append(littleEndian: 1 as UInt32)
    }
    end.append(littleEndian: 0x0605_4B50 as UInt32)
    end.append(littleEndian: 0 as UInt32)
    end.append(littleEndian: UInt16(entries.count))
    end.append(littleEndian: UInt16(entries.count))
    end.append(littleEndian: ZipEntry.short(size, zip64Threshold))
    end.append(littleEndian: ZipEntry.short(start, zip64Threshold))
    end.append(littleEndian: 0 as UInt16)
    try target.write(end.span)
  }
}

/// Counts the bytes that it hands on.
private final class CountingSink: ByteSink {
  private let target: any ByteSink
  private(set) var byteCount: UInt64 = 0

  init(_ target: any ByteSink) { self.target = target }

  func write(_ bytes: Span<UInt8>) throws {
    try target.write(bytes)
    byteCount += UInt64(bytes.count)
  }
}
