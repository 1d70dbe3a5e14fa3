internal import Bytes
internal import Files

/// The record of a long line, held in a file until it is known whether the line mentions an identity that was erased.
struct HeldRecord: ~Copyable {
  private static let pieceLength = 1 << 18

  private let file: FileSink
  private let erased: [UInt8]
  private var finder: MentionFinder
  private var windows = MentionWindows()

  /// - Parameters:
  ///   - path: Where the record is held.
  ///   - finder: Finds mentions.
  ///   - erased: What takes the record's place where there is one.
  /// - Throws: ``FileFailure``.
  init(path: String, _ finder: MentionFinder, erased: [UInt8]) throws {
    file = try FileSink(path: path)
    self.finder = finder
    self.erased = erased
  }

  /// Looks at what comes next of the line.
  mutating func look(at part: Span<UInt8>) { windows.add(part, &finder) }

  /// Holds more of the record.
  func write(_ bytes: Span<UInt8>) throws { try file.write(bytes) }

  /// Hands the record on, or what takes its place.
  ///
  /// - Throws: ``FileFailure``, or what `sink` throws.
  mutating func finish(_ sink: some ByteSink) throws {
    try file.closeTemporary()
    if windows.finish(&finder) {
      try sink.write(erased.span)
    } else {
      let source = try FileSource(path: file.path)
      var offset = 0
      while offset < source.byteCount {
        let count = min(Self.pieceLength, source.byteCount - offset)
        let piece = try source.read(at: offset, count: count)
        try sink.write(piece.span)
        offset += count
      }
    }
    try remove()
  }

  /// Removes the file.
  ///
  /// - Throws: ``FileFailure``.
  func remove() throws { try FileSystem.remove(file.path) }
}
