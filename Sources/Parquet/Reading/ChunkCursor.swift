internal import Bytes
internal import Tables

/// Goes through the pages of a chunk, of which it holds no more than it has to.
struct ChunkCursor {
  /// The fewest bytes of the file that are read at a time.
  private static let windowByteCount = 256 << 10

  private let source: any ByteSource
  private let limits: ReaderLimits
  private let codec: Int32
  /// The offset in the file of the next page.
  private var offset: Int
  /// The offset after the last page.
  private let end: Int
  /// Bytes of the chunk, the next page's first.
  private var window: [UInt8] = []
  /// How many bytes at the front of the window belong to pages before.
  private var consumed = 0
  private var inflated: [UInt8] = []

  /// The cells decoded and not yet taken.
  var decoder: ChunkDecoder

  /// A cursor before the first page of a chunk of `rowCount` rows.
  init(
    _ chunk: ChunkMetadata,
    of leaf: Leaf,
    rowCount: Int,
    reserving reservedRowCount: Int,
    source: any ByteSource,
    limits: ReaderLimits
  ) {
    self.source = source
    self.limits = limits
    codec = chunk.codec
    offset = Int(chunk.start)
    // A chunk without rows is never read; some writers say offset zero of it.
    end = rowCount == 0 ? offset : offset + Int(chunk.compressedByteCount)
    decoder = ChunkDecoder(leaf, rowCount: rowCount, reserving: reservedRowCount)
  }

  /// Whether there are no more pages.
  var isAtEnd: Bool { offset >= end }

  /// Decodes the next page.
  ///
  /// - Parameters:
  ///   - budget: How many bytes of memory its cells may take.
  ///   - decompressor: What decompresses pages.
  /// - Throws: ``ParquetError`` where the page is not valid or takes more; what the source throws.
  /// - Complexity: O(*n*) in its bytes and cells.
  mutating func decodePage(budget: Int, decompressor: inout PageDecompressor) throws {
    guard !isAtEnd else {
      throw ParquetError(
        .page,
        "the pages hold \(decoder.rowCount) of \(decoder.expectedRowCount) rows"
      )
    }
    do {
      let (header, headerByteCount) = try readHeader()
      let available = end - offset - headerByteCount
      guard Int(header.compressedByteCount) <= available else {
        throw ParquetError(.page, "the page runs past the end of its chunk")
      }
      guard Int(header.uncompressedByteCount) <= limits.pageByteCount else {
        throw ParquetError(.limit, "the page has \(header.uncompressedByteCount) bytes")
      }
      let byteCount = headerByteCount + Int(header.compressedByteCount)
      try fill(byteCount)
      // The window is lent out: a span of a stored property would keep all of the cursor.
      let bytes = window
      let start = consumed
      let body = bytes.span.extracting(start + headerByteCount..<start + byteCount)
      if let checksum = header.checksum, checksum != Checksum.crc32(body) {
        throw ParquetError(.checksum, "the page is not what its checksum was taken of")
      }
      try decoder.admit(header, budget: budget)
      try decode(body, header, &decompressor)
      if header.type == PageType.dictionary { inflated = [] }
      offset += byteCount
      consumed += byteCount
    } catch let error as ParquetError {
      throw error.located(byteOffset: offset)
    }
  }

  /// Reads on until the window has `count` bytes from the next page on.
  private mutating func fill(_ count: Int) throws {
    let held = window.count - consumed
    guard held < count else { return }
    let first = offset + held
    let wanted = Swift.min(end - first, Swift.max(count - held, Self.windowByteCount))
    let bytes = try source.read(at: first, count: wanted)
    guard bytes.count == wanted else {
      throw ParquetError(.container, "the file ends early")
    }
    // A new window, since that before may have been as long as a dictionary.
    window = held == 0 ? bytes : Array(window[consumed...]) + bytes
    consumed = 0
  }

  /// The next page's header and how many bytes it takes.
  private mutating func readHeader() throws -> (header: PageHeader, byteCount: Int) {
    let most = Swift.min(end - offset, limits.pageHeaderByteCount)
    var wanted = Swift.min(most, 256)
    while true {
      try fill(wanted)
      do throws(ParquetError) {
        let rest = window.span.extracting(consumed...)
        var compact = CompactReader(rest.extracting(first: most), base: offset)
        let header = try compact.pageHeader()
        return (header, compact.offset)
      } catch {
        // A header that is cut by the window is read again with more of it.
        let held = window.count - consumed
        guard held < most else { throw error }
        wanted = Swift.min(most, held * 4)
      }
    }
  }

  private mutating func decode(
    _ body: Span<UInt8>,
    _ header: PageHeader,
    _ decompressor: inout PageDecompressor
  ) throws(ParquetError) {
    let size = Int(header.uncompressedByteCount)
    var levelSize = 0
    var isCompressed = codec != CodecNumber.uncompressed
    if let version2 = header.version2 {
      let sizes = (Int(version2.definitionByteCount), Int(version2.repetitionByteCount))
      guard sizes.1 == 0 else { throw ParquetError(.page, "a flat column has repetition levels") }
      levelSize = sizes.0
      guard levelSize <= body.count, levelSize <= size else {
        throw ParquetError(.page, "the levels are longer than their page")
      }
      isCompressed = isCompressed && version2.isCompressed
    }
    let stored = body.extracting(levelSize...)
    // Some writers of version 2 store a page without values as no bytes at all.
    let isEmpty = header.version2 != nil && stored.isEmpty && size == levelSize
    if isCompressed, !isEmpty {
      var bytes: [UInt8] = []
      swap(&bytes, &inflated)
      try decompressor.decompress(stored, codec, count: size - levelSize, into: &bytes)
      try decoder.decode(header, levels: body.extracting(..<levelSize), bytes.span)
      swap(&bytes, &inflated)
    } else {
      guard body.count == size else {
        throw ParquetError(.page, "the page has \(body.count) bytes and says \(size)")
      }
      try decoder.decode(header, levels: body.extracting(..<levelSize), stored)
    }
  }
}
