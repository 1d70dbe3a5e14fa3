internal import Bytes
internal import Tables

extension ParquetWriter {
  /// Writes the rows in memory as a row group.
  mutating func writeRowGroup() throws {
    var group = RowGroupMetadata(rowCount: Int64(bufferedRowCount))
    group.sortingColumns = schema.sortColumns.map { SortingColumn(column: Int32($0)) }
    for index in buffers.indices {
      do {
        group.columns.append(try writeChunk(index))
      } catch let error as ParquetError {
        throw error.located(rowGroup: metadata.rowGroups.count, column: schema.columns[index].name)
      }
      buffers[index].removeAll()
    }
    metadata.rowGroups.append(group)
    bufferedRowCount = 0
  }

  private mutating func writeChunk(_ column: Int) throws -> ChunkMetadata {
    buffers[column].settle()
    buffers[column].encode(into: &chunk, options: options)
    let type = schema.columns[column].type
    var metadata = ChunkMetadata(type: type.physicalType.rawValue)
    metadata.valueCount = Int64(bufferedRowCount)
    metadata.dataPageCount = chunk.pages.count
    let trial = try compressTrial()
    metadata.codec = trial == nil ? CodecNumber.uncompressed : CodecNumber.gzip
    if chunk.hasDictionary {
      metadata.dictionaryPageOffset = Int64(byteCount)
      let header = PageHeader(
        type: PageType.dictionary,
        valueCount: Int32(chunk.dictionaryCount),
        encoding: Encoding.plain
      )
      let body = trial?.dictionary ?? chunk.dictionary
      let sizes = try write(body.span, uncompressed: chunk.dictionary.count, header: header)
      metadata.uncompressedByteCount += sizes.uncompressed
      metadata.compressedByteCount += sizes.compressed
    }
    metadata.dataPageOffset = Int64(byteCount)
    let offsetIndex = try writeDataPages(into: &metadata, trial: trial)
    metadata.statistics = statistics(of: column)
    columnIndexes.append(chunk.columnIndex(of: type, plain: buffers[column].plainTexts))
    offsetIndexes.append(offsetIndex)
    return metadata
  }

  /// Writes the data pages and returns the offset index (`OffsetIndex`).
  private mutating func writeDataPages(
    into metadata: inout ChunkMetadata,
    trial: Trial?
  ) throws -> [UInt8] {
    let chunk = chunk
    var compressed: [UInt8] = []
    var index = CompactWriter()
    index.list(1, of: WireType.structure, count: chunk.pages.count)
    for number in chunk.pages.indices {
      let page = chunk.pages[number]
      let header = PageHeader(
        type: PageType.data,
        valueCount: Int32(page.rowCount),
        encoding: chunk.hasDictionary ? Encoding.rleDictionary : Encoding.plain
      )
      let offset = byteCount
      let body = chunk.bytes.span.extracting(page.range)
      let sizes: (uncompressed: Int64, compressed: Int64)
      if let trial, let deflater {
        if trial.page == number {
          compressed = trial.compressed
        } else {
          try deflater.compress(body, into: &compressed)
        }
        sizes = try write(compressed.span, uncompressed: page.range.count, header: header)
      } else {
        sizes = try write(body, uncompressed: page.range.count, header: header)
      }
      metadata.uncompressedByteCount += sizes.uncompressed
      metadata.compressedByteCount += sizes.compressed
      index.beginElement()
      index.field(1, Int64(offset))
      index.field(2, Int32(byteCount - offset))
      index.field(3, Int64(page.firstRow))
      index.endStruct()
    }
    index.endStruct()
    return index.bytes
  }

  /// Writes a page and returns its sizes with the header.
  private mutating func write(
    _ body: Span<UInt8>,
    uncompressed: Int,
    header: PageHeader
  ) throws -> (uncompressed: Int64, compressed: Int64) {
    var header = header
    header.uncompressedByteCount = Int32(uncompressed)
    header.compressedByteCount = Int32(body.count)
    header.checksum = Checksum.crc32(body)
    self.header.removeAll()
    self.header.write(header)
    let bytes = self.header.bytes
    try write(bytes.span)
    try write(body)
    return (Int64(bytes.count + uncompressed), Int64(bytes.count + body.count))
  }

  private func statistics(of column: Int) -> ChunkStatistics {
    let buffer = buffers[column]
    var bounds = Bounds.none
    var counts = (nulls: 0, nans: 0)
    for page in chunk.pages {
      bounds = bounds.merged(with: page.bounds, plain: buffer.plainTexts)
      counts.nulls += page.nullCount
      counts.nans += page.nanCount
    }
    let encoded = bounds.encoded(as: buffer.column.type, plain: buffer.plainTexts)
    return ChunkStatistics(
      nullCount: Int64(counts.nulls),
      nanCount: buffer.column.type == .double ? Int64(counts.nans) : nil,
      minimum: encoded?.minimum,
      maximum: encoded?.maximum,
      isMinimumExact: encoded?.isMinimumExact,
      isMaximumExact: encoded?.isMaximumExact
    )
  }
}

// MARK: - Compression on trial

extension ParquetWriter {
  /// What a chunk's dictionary and its largest data page compress to.
  private struct Trial {
    var dictionary: [UInt8]?
    var page: Int
    var compressed: [UInt8]
  }

  /// The trial of the chunk; `nil` where compression is off or would save too little.
  ///
  /// The data pages together are taken to save as the largest of them does.
  private func compressTrial() throws(ParquetError) -> Trial? {
    guard let deflater else { return nil }
    let pages = chunk.pages
    let largest = pages.indices.reduce(0) {
      pages[$1].range.count > pages[$0].range.count ? $1 : $0
    }
    var trial = Trial(dictionary: nil, page: largest, compressed: [])
    let range = pages[largest].range
    try deflater.compress(chunk.bytes.span.extracting(range), into: &trial.compressed)
    let savedOfPage = range.count - trial.compressed.count
    var saved = savedOfPage * chunk.bytes.count / range.count
    var total = chunk.bytes.count
    if chunk.hasDictionary {
      var dictionary: [UInt8] = []
      try deflater.compress(chunk.dictionary.span, into: &dictionary)
      saved += chunk.dictionary.count - dictionary.count
      total += chunk.dictionary.count
      trial.dictionary = dictionary
    }
    return saved * 100 < total * options.minimumSavedPercent || saved <= 0 ? nil : trial
  }
}
