internal import Bytes

/// Reads an archive line by line: a file or standard input, plain or compressed, in bounded memory.
///
/// Each call of ``next()`` moves to the next event; ``bytes`` are what it is about, until the next call.
package struct ArchiveReader: ~Copyable {
  /// What was read.
  package enum Event: Hashable, Sendable {
    /// A line that is not blank; ``ArchiveReader/bytes`` is the line without its line feed.
    case line
    /// A part of a line that is longer than the limit.
    case partOfLongLine(isFirst: Bool, isLast: Bool)
    /// Nothing is left.
    case end
  }

  /// The length, in bytes, from which a line comes in parts.
  package static let defaultMaximumLineLength = BlockReader.defaultMaximumLineLength

  /// The line's number, from 1, blank lines included.
  package private(set) var lineNumber = 0
  /// The offset of the line's first byte in the inflated archive.
  package private(set) var lineOffset = 0

  private let maximumLineLength: Int
  private var blocks: BlockReader
  private var block = LineBlock()
  /// Where in the block the lines are; `nil` where it is a part of a long line.
  private var cursor: LineCursor?

  /// Opens an archive.
  ///
  /// - Parameters:
  ///   - archive: What is read.
  ///   - name: What it is called in errors, where that is not its path; a name in `.gz` must be gzip, one in
  ///     `.zst` zstd.
  ///   - maximumLineLength: The length, in bytes, from which a line comes in parts.
  ///   - chunkLength: How many bytes are read, and inflated, at a time.
  ///   - library: The library that inflates gzip.
  /// - Throws: ``ArchiveError/Code/cannotOpen(_:)``.
  package init(
    _ archive: Archive,
    named name: String? = nil,
    maximumLineLength: Int = defaultMaximumLineLength,
    chunkLength: Int = BlockReader.defaultChunkLength,
    gzip library: GzipLibrary = .preferred
  ) throws(ArchiveError) {
    self.maximumLineLength = maximumLineLength
    blocks = try BlockReader(
      archive,
      named: name,
      maximumLineLength: maximumLineLength,
      chunkLength: chunkLength,
      gzip: library
    )
  }

  /// How many bytes the file has, as far as it was read.
  package var byteCount: Int { blocks.byteCount }
  /// How many bytes were inflated.
  package var inflatedByteCount: Int { blocks.inflatedByteCount }

  /// The bytes of the event at hand.
  package var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    get {
      guard let cursor else { return block.bytes }
      return block.line(at: cursor)
    }
  }

  /// Moves to the next line, or part of a long one.
  ///
  /// - Returns: What it is.
  /// - Throws: ``ArchiveError``; what was delivered before stands before the damage.
  /// - Complexity: O(*n*) in the bytes; memory for one line up to the limit.
  package mutating func next() throws(ArchiveError) -> Event {
    while true {
      if cursor?.advance(in: block) ?? false { return line() }
      if let cursor { blocks.nextLineNumber += cursor.lineCount }
      cursor = nil
      switch try blocks.next(into: &block) {
      case .end: return .end
      case .lines: cursor = LineCursor(block)
      case .partOfLongLine(let isFirst, let isLast):
        lineNumber = blocks.nextLineNumber
        if isFirst { lineOffset = block.byteOffset }
        if isLast { blocks.nextLineNumber += 1 }
        return .partOfLongLine(isFirst: isFirst, isLast: isLast)
      }
    }
  }

  private mutating func line() -> Event {
    guard let cursor else { return .end }
    lineNumber = cursor.lineNumber
    lineOffset = cursor.lineOffset
    return cursor.range.count > maximumLineLength
      ? .partOfLongLine(isFirst: true, isLast: true) : .line
  }
}
