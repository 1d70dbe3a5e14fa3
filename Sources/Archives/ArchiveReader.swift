package import Bytes

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
  package static let defaultMaximumLineLength = 64 << 20
  /// How many bytes are read from a file, and inflated, at a time.
  package static let defaultChunkLength = 256 << 10

  /// The line's number, from 1, blank lines included.
  package private(set) var lineNumber = 0
  /// The offset of the line's first byte in the inflated archive.
  package private(set) var lineOffset = 0
  /// How many bytes the file has, as far as it was read.
  package private(set) var byteCount = 0
  /// How many bytes were inflated.
  package private(set) var inflatedByteCount = 0

  private let path: String
  private let gzipLibrary: GzipLibrary
  private let maximumLineLength: Int
  private let chunkLength: Int
  private var file: ArchiveByteReader
  private var digestStream = SHA256Stream()
  private var input = ByteBuffer(minimumCapacity: defaultChunkLength)
  private var inputUsed = 0
  private var isAtEndOfFile = false
  private var isRecognised = false
  /// None where the archive is not compressed, or not recognised yet.
  private var decompressor: (any Decompressor)?
  /// What ends the archive, once the bytes that were inflated before it are delivered.
  private var damage: ArchiveError?

  /// Inflated bytes; those before `consumed` were delivered.
  private var text = ByteBuffer(minimumCapacity: 2 * defaultChunkLength)
  private var consumed = 0
  /// How far `text` was searched for a line feed.
  private var searched = 0
  private var current = 0..<0
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
    path = name ?? archive.path
    gzipLibrary = library
    self.maximumLineLength = maximumLineLength
    self.chunkLength = chunkLength
    file = try ArchiveByteReader(archive)
  }

  /// The bytes of the event at hand.
  package var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    get { text.span.extracting(current) }
  }

  /// The SHA-256 of the file's bytes; what was not read yet is read first.
  ///
  /// - Throws: ``ArchiveError/Code/cannotRead(_:)``.
  package mutating func digest() throws(ArchiveError) -> Digest256 {
    while !isAtEndOfFile { try readChunk() }
    return digestStream.finalize()
  }

  /// Moves to the next line, or part of a long one.
  ///
  /// - Throws: ``ArchiveError``; what was delivered before stands before the damage.
  /// - Complexity: O(*n*) in the bytes; memory for one line up to the limit.
  package mutating func next() throws(ArchiveError) -> Event {
    while true {
      if let end = text.span.firstOffset(of: UInt8(ascii: "\n"), from: searched) {
        if let event = deliver(upTo: end, next: end + 1) { return event }
        continue
      }
      searched = text.count
      if text.count - consumed > maximumLineLength { return deliverPart() }
      if try inflateMore() { continue }
      guard text.count > consumed || isInsideLongLine else { return .end }
      if let event = deliver(upTo: text.count, next: text.count) { return event }
    }
  }

  /// Delivers what is left of a line, unless it is blank.
  private mutating func deliver(upTo end: Int, next: Int) -> Event? {
    current = consumed..<end
    let wasInsideLongLine = isInsideLongLine
    if !wasInsideLongLine { beginLine() }
    let isTooLong = current.count > maximumLineLength
    isInsideLongLine = false
    consumed = next
    searched = next
    if wasInsideLongLine { return .partOfLongLine(isFirst: false, isLast: true) }
    if isTooLong { return .partOfLongLine(isFirst: true, isLast: true) }
    return bytes.isBlank ? nil : .line
  }

  /// Delivers all there is of a line that goes on beyond the limit.
  private mutating func deliverPart() -> Event {
    current = consumed..<text.count
    let isFirst = !isInsideLongLine
    if isFirst { beginLine() }
    isInsideLongLine = true
    consumed = text.count
    return .partOfLongLine(isFirst: isFirst, isLast: false)
  }

  private mutating func beginLine() {
    lineNumber += 1
    lineOffset = inflatedByteCount - (text.count - consumed)
    guard lineNumber == 1 else { return }
    // A byte-order mark belongs to the file, not to its first line.
    if current.count >= 3, text[current.lowerBound] == 0xEF,
      text[current.lowerBound + 1] == 0xBB, text[current.lowerBound + 2] == 0xBF
    {
      current = current.lowerBound + 3..<current.upperBound
      lineOffset += 3
    }
  }

  // MARK: - Filling

  /// Adds inflated bytes to `text`; false where the archive has ended.
  private mutating func inflateMore() throws(ArchiveError) -> Bool {
    if consumed > 0 {
      text.removeFirst(consumed)
      searched -= consumed
      consumed = 0
      current = 0..<0
    }
    if let damage { throw damage }
    let before = text.count
    while text.count == before {
      if inputUsed == input.count, !isAtEndOfFile {
        try readChunk()
        continue
      }
      do throws(DecompressionFailure) {
        let isLast = inputUsed == input.count
        try decompress()
        if isLast, text.count == before { return false }
      } catch {
        let damage = ArchiveError(code: error.code, path: path, offset: offset)
        guard text.count > before else { throw damage }
        self.damage = damage
      }
    }
    inflatedByteCount += text.count - before
    return true
  }

  /// Adds to `text` what can be had from the chunk at hand, or at the end of the file from what was held back.
  private mutating func decompress() throws(DecompressionFailure) {
    try recognise()
    guard let decompressor else {
      text.append(contentsOf: input, from: inputUsed)
      inputUsed = input.count
      return
    }
    if inputUsed < input.count {
      try decompressor.decompress(input, from: &inputUsed, into: &text, room: chunkLength)
    } else {
      try decompressor.finish(into: &text, room: chunkLength)
    }
  }

  /// Chooses the decompressor, by the first bytes of the file; its name may promise one.
  private mutating func recognise() throws(DecompressionFailure) {
    guard !isRecognised, byteCount > 0 else { return }
    let compression = Compression(startOf: input.span)
    if let promised = Compression(name: path), compression != promised {
      throw DecompressionFailure(promised.mismatch)
    }
    decompressor = try compression?.makeDecompressor(gzip: gzipLibrary)
    isRecognised = true
  }

  /// Reads the next chunk of the file; the first one is long enough to recognise it, where the file is.
  private mutating func readChunk() throws(ArchiveError) {
    input.removeAll()
    inputUsed = 0
    repeat {
      let count = try file.read(into: &input, room: chunkLength)
      if count == 0 { isAtEndOfFile = true }
    } while !isAtEndOfFile && byteCount + input.count < Compression.magicLength
    byteCount += input.count
    digestStream.update(input)
  }

  /// The offset in the file up to which its bytes were used.
  private var offset: Int { byteCount - (input.count - inputUsed) }
}

extension Span<UInt8> {
  /// Whether there are only spaces, tabs and carriage returns.
  fileprivate var isBlank: Bool {
    for index in indices {
      switch self[index] {
      case 0x20, 0x09, 0x0D: continue
      default: return false
      }
    }
    return true
  }
}
