internal import Bytes

/// Reads an archive block by block: a file or standard input, plain or gzip, in bounded memory.
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
  private static let chunkLength = 256 << 10

  /// The number of the next line, from 1; whoever goes through a block's lines sets it to the one after them.
  package var nextLineNumber = 1
  /// How many bytes the file has, as far as it was read.
  package private(set) var byteCount = 0
  /// How many bytes were inflated.
  package private(set) var inflatedByteCount = 0

  private let path: String
  private let mustBeGzip: Bool
  private let maximumLineLength: Int
  private var file: ArchiveByteReader
  private var input = ByteBuffer(minimumCapacity: chunkLength)
  private var inputUsed = 0
  private var isAtEndOfFile = false
  private var isGzip: Bool?
  private var inflater = Inflater()
  /// What ends the archive, once the lines that were inflated before it are delivered.
  private var damage: ArchiveError?

  /// What was inflated and not delivered: the beginning of a line.
  private var carried = ByteBuffer(minimumCapacity: 1 << 14)
  private var isInsideLongLine = false

  /// Opens an archive.
  ///
  /// - Parameters:
  ///   - archive: What is read.
  ///   - name: What it is called in errors, where that is not its path; a name in `.gz` must be gzip.
  ///   - maximumLineLength: The length, in bytes, from which a line comes in parts.
  /// - Throws: ``ArchiveError/Code/cannotOpen(_:)``.
  package init(
    _ archive: Archive,
    named name: String? = nil,
    maximumLineLength: Int = defaultMaximumLineLength
  ) throws(ArchiveError) {
    path = name ?? archive.path
    mustBeGzip = path.hasSuffix(".gz")
    self.maximumLineLength = maximumLineLength
    file = try ArchiveByteReader(archive)
  }

  /// What tells whether the file was changed since another reader looked at it; see ``ArchiveByteReader/version()``.
  package func fileVersion() throws(ArchiveError) -> FileVersion { try file.version() }

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
      if try !inflateMore(into: &block.text) {
        let count = block.text.count
        return count == 0 ? .end : deliver(&block, upTo: count, next: count, .lines)
      }
    }
  }

  private mutating func nextPart(_ block: inout LineBlock) throws(ArchiveError) -> Event {
    var isAtEnd = false
    if block.text.count == 0 { isAtEnd = try !inflateMore(into: &block.text) }
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

  // MARK: - Filling

  /// Adds inflated bytes to `text`; false where the archive has ended.
  private mutating func inflateMore(into text: inout ByteBuffer) throws(ArchiveError) -> Bool {
    if let damage { throw damage }
    let before = text.count
    while text.count == before {
      if inputUsed == input.count {
        if isAtEndOfFile { return try endOfArchive() }
        try readChunk()
        continue
      }
      guard try recognise() else {
        text.append(contentsOf: input, from: inputUsed)
        inputUsed = input.count
        break
      }
      do throws(Inflater.Failure) {
        try inflater.inflate(input, from: &inputUsed, into: &text, room: Self.chunkLength)
      } catch {
        let damage =
          switch error {
          case .notGzip: fail(.notGzip)
          case .corrupt(let what): fail(.corrupt(what))
          }
        guard text.count > before else { throw damage }
        self.damage = damage
      }
    }
    inflatedByteCount += text.count - before
    return true
  }

  /// Whether the archive is gzip, as its first two bytes say.
  private mutating func recognise() throws(ArchiveError) -> Bool {
    if let isGzip { return isGzip }
    let isGzip = input.count >= 2 && input[0] == 0x1F && input[1] == 0x8B
    if !isGzip, mustBeGzip { throw fail(.notGzip) }
    self.isGzip = isGzip
    return isGzip
  }

  private func endOfArchive() throws(ArchiveError) -> Bool {
    if inflater.isInsideMember { throw fail(.truncated) }
    return false
  }

  /// Reads the next chunk of the file; the first one has two bytes at least, where the file does.
  private mutating func readChunk() throws(ArchiveError) {
    input.removeAll()
    inputUsed = 0
    repeat {
      let count = try file.read(into: &input, room: Self.chunkLength)
      if count == 0 { isAtEndOfFile = true }
    } while !isAtEndOfFile && byteCount + input.count < 2
    byteCount += input.count
  }

  private func fail(_ code: ArchiveError.Code) -> ArchiveError {
    ArchiveError(code: code, path: path, offset: byteCount - (input.count - inputUsed))
  }
}
