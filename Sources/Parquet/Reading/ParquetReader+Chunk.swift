internal import Bytes
internal import Tables

extension ParquetReader {
  /// The cells of a chunk.
  ///
  /// `budget` is how many bytes of memory they may take, and becomes what they leave of it.
  ///
  /// - Complexity: O(*n*) in its bytes and cells.
  func readChunk(
    _ chunk: ChunkMetadata,
    of leaf: Leaf,
    rowCount: Int,
    budget: inout Int
  ) throws -> Column {
    // A cell takes a word, or the end of a text does, and a byte says whether it is null.
    let (size, overflow) = rowCount.multipliedReportingOverflow(by: 9)
    guard !overflow, size <= budget else {
      throw ParquetError(.limit, "the cells of the row group take too much memory")
    }
    budget -= size
    var decoder = ChunkDecoder(leaf, rowCount: rowCount, textByteLimit: budget)
    guard rowCount > 0 else { return decoder.column() }
    let start = Int(chunk.start)
    let bytes = try source.read(at: start, count: Int(chunk.compressedByteCount))
    guard bytes.count == Int(chunk.compressedByteCount) else {
      throw ParquetError(.container, "the file ends early")
    }
    let inflater = chunk.codec == CodecNumber.gzip ? try Inflater() : nil
    var inflated: [UInt8] = []
    var offset = 0
    while offset < bytes.count {
      do throws(ParquetError) {
        let rest = bytes.span.extracting(offset...)
        var compact = CompactReader(
          rest.extracting(first: limits.pageHeaderByteCount),
          base: start + offset
        )
        let header = try compact.pageHeader()
        try check(header, available: rest.count - compact.offset)
        let end = compact.offset + Int(header.compressedByteCount)
        let body = rest.extracting(compact.offset..<end)
        if let checksum = header.checksum, checksum != Checksum.crc32(body) {
          throw ParquetError(.checksum, "the page is not what its checksum was taken of")
        }
        try decode(body, header, inflater: inflater, scratch: &inflated, into: &decoder)
        offset += end
      } catch {
        throw error.located(byteOffset: start + offset)
      }
    }
    guard decoder.rowCount == rowCount else {
      throw ParquetError(.page, "the pages hold \(decoder.rowCount) of \(rowCount) rows")
    }
    budget -= decoder.textBytes.count
    return decoder.column()
  }

  private func check(_ header: PageHeader, available: Int) throws(ParquetError) {
    guard Int(header.compressedByteCount) <= available else {
      throw ParquetError(.page, "the page runs past the end of its chunk")
    }
    guard Int(header.uncompressedByteCount) <= limits.pageByteCount else {
      throw ParquetError(.limit, "the page has \(header.uncompressedByteCount) bytes")
    }
  }

  private func decode(
    _ body: Span<UInt8>,
    _ header: PageHeader,
    inflater: Inflater?,
    scratch: inout [UInt8],
    into decoder: inout ChunkDecoder
  ) throws(ParquetError) {
    let size = Int(header.uncompressedByteCount)
    var levelSize = 0
    var isCompressed = true
    if let version2 = header.version2 {
      let sizes = (Int(version2.definitionByteCount), Int(version2.repetitionByteCount))
      guard sizes.1 == 0 else { throw ParquetError(.page, "a flat column has repetition levels") }
      levelSize = sizes.0
      guard levelSize <= body.count, levelSize <= size else {
        throw ParquetError(.page, "the levels are longer than their page")
      }
      isCompressed = version2.isCompressed
    }
    let stored = body.extracting(levelSize...)
    // Some writers of version 2 store a page without values as no bytes at all.
    let isEmpty = header.version2 != nil && stored.isEmpty && size == levelSize
    if let inflater, isCompressed, !isEmpty {
      try inflater.decompress(stored, count: size - levelSize, into: &scratch)
      try decoder.decode(header, levels: body.extracting(..<levelSize), scratch.span)
    } else {
      guard body.count == size else {
        throw ParquetError(.page, "the page has \(body.count) bytes and says \(size)")
      }
      try decoder.decode(header, levels: body.extracting(..<levelSize), stored)
    }
  }
}
