internal import Bytes

/// Reads an archive block by block: a file or standard input, plain or compressed, in bounded memory.
package struct BlockReader: ~Copyable {
  /// What was read.
  package enum Event: Hashable, Sendable {
    /// The block holds lines.
    case lines
    /// The block holds a part of a line that is longer than the limit.
    case partOfLongLine(isFirst: Bool, isLast: Bool)
    /// Nothing is left.
    case end
  }

  /// The length, in bytes, from which a line comes in parts.
  package static let defaultMaximumLineLength = 64 << 20
  /// How many bytes are read from a file, and inflated, at a time.
  package static let defaultChunkLength = 256 << 10

  /// The number of the next line, from 1; whoever goes through a block's lines sets it to the one after them.
  package var nextLineNumber = 1
  /// How many bytes the file has, as far as it was read.
  package var byteCount: Int { reader.byteCount }
  /// How many bytes were inflated.
  package var inflatedByteCount: Int { reader.inflatedByteCount }

  /// Whether the archive is not compressed and, as far as it was read, ends inside a line: there may be more to come.
  package var isInsideLine: Bool {
    guard !reader.isCompressed, let last = reader.lastByte else { return false }
    return last != UInt8(ascii: "\n")
  }

  private let maximumLineLength: Int
  private var reader: InflatingReader
  /// What was inflated and not delivered: the beginning of a line.
  private var carried = ByteBuffer(minimumCapacity: 1 << 14)
  private var isInsideLongLine = false

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
    chunkLength: Int = defaultChunkLength,
    gzip library: GzipLibrary = .preferred
  ) throws(ArchiveError) {
    self.maximumLineLength = maximumLineLength
    reader = try InflatingReader(archive, named: name, chunkLength: chunkLength, gzip: library)
  }

  /// What tells whether the file was changed since another reader looked at it; see ``ArchiveByteReader/version()``.
  package func fileVersion() throws(ArchiveError) -> FileVersion {
    try reader.fileVersion()
  }

  /// Replaces what is in `block` by the next lines, or by a part of a long one.
  ///
  /// - Throws: ``ArchiveError``; what was delivered before stands before the damage.
  /// - Complexity: O(*n*) in the bytes; memory for one line up to the limit.
  package mutating func next(into block: inout LineBlock) throws(ArchiveError) -> Event {
    block.text.removeAll()
    block.text.append(contentsOf: carried)
    carried.removeAll()
    block.offset = inflatedByteCount - block.text.count
    block.firstLineNumber = nextLineNumber
    return isInsideLongLine ? try nextPart(&block) : try nextLines(&block)
  }

  private mutating func nextLines(_ block: inout LineBlock) throws(ArchiveError) -> Event {
    var searched = 0
    while true {
      if let last = block.text.span.lastOffset(of: UInt8(ascii: "\n"), from: searched) {
        return deliver(&block, upTo: last + 1, next: last + 1, .lines)
      }
      searched = block.text.count
      if block.text.count - block.lineStart > maximumLineLength {
        isInsideLongLine = true
        let event = Event.partOfLongLine(isFirst: true, isLast: false)
        return deliver(&block, upTo: block.text.count, next: block.text.count, event)
      }
      if try !reader.read(into: &block.text) {
        let count = block.text.count
        return count == 0 ? .end : deliver(&block, upTo: count, next: count, .lines)
      }
    }
  }

  private mutating func nextPart(_ block: inout LineBlock) throws(ArchiveError) -> Event {
    var isAtEnd = false
    if block.text.count == 0 { isAtEnd = try !reader.read(into: &block.text) }
    let end = block.text.span.firstOffset(of: UInt8(ascii: "\n"))
    isInsideLongLine = end == nil && !isAtEnd
    let event = Event.partOfLongLine(isFirst: false, isLast: !isInsideLongLine)
    let count = block.text.count
    return deliver(&block, upTo: end ?? count, next: end.map { $0 + 1 } ?? count, event)
  }

  /// Delivers what stands before `end`; what stands from `next` on is carried over to the next block.
  private mutating func deliver(
    _ block: inout LineBlock,
    upTo end: Int,
    next: Int,
    _ event: Event
  ) -> Event {
    block.lines = block.lineStart..<end
    carried.append(contentsOf: block.text, from: next)
    return event
  }
}
