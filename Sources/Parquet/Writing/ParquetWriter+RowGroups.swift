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
    try buffers[column].settle()
    let type = schema.columns[column].type
    let pages = buffers[column].pages
    let dictionary = buffers[column].dictionary
    let isInterned = buffers[column].isInterned
    var metadata = ChunkMetadata(type: type.physicalType.rawValue)
    metadata.valueCount = Int64(bufferedRowCount)
    metadata.dataPageCount = pages.count
    let trial = try compressTrial(pages, dictionary)
    metadata.codec = trial == nil ? CodecNumber.uncompressed : CodecNumber.gzip
    if isInterned {
      metadata.dictionaryPageOffset = Int64(byteCount)
      let header = PageHeader(
        type: PageType.dictionary,
        valueCount: Int32(buffers[column].distinctCount),
        encoding: Encoding.plain
      )
      let body = trial?.dictionary ?? dictionary
      let sizes = try write(body.span, uncompressed: dictionary.count, header: header)
      metadata.uncompressedByteCount += sizes.uncompressed
      metadata.compressedByteCount += sizes.compressed
    }
    metadata.dataPageOffset = Int64(byteCount)
    let encoding = isInterned ? Encoding.rleDictionary : Encoding.plain
    let index = try writeDataPages(pages, encoding: encoding, into: &metadata, trial: trial)
    metadata.statistics = Self.statistics(of: pages, type)
    columnIndexes.append(pages.columnIndex(of: type))
    offsetIndexes.append(index)
    return metadata
  }

  /// Writes the data pages and returns the offset index (`OffsetIndex`).
  private mutating func writeDataPages(
    _ pages: [EncodedPage],
    encoding: Int32,
    into metadata: inout ChunkMetadata,
    trial: Trial?
  ) throws -> [UInt8] {
    var compressed: [UInt8] = []
    var index = CompactWriter()
    index.list(1, of: WireType.structure, count: pages.count)
    for (number, page) in pages.enumerated() {
      let header = PageHeader(
        type: PageType.data,
        valueCount: Int32(page.rowCount),
        encoding: encoding
      )
      let offset = byteCount
      let body = page.bytes.span
      let sizes: (uncompressed: Int64, compressed: Int64)
      if let trial, let deflater {
        if trial.page == number {
          compressed = trial.compressed
        } else {
          try deflater.compress(body, into: &compressed)
        }
        sizes = try write(compressed.span, uncompressed: body.count, header: header)
      } else {
        sizes = try write(body, uncompressed: body.count, header: header)
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

  private static func statistics(of pages: [EncodedPage], _ type: ColumnType) -> ChunkStatistics {
    var bounds = Bounds.none
    var counts = (nulls: 0, nans: 0)
    for page in pages {
      bounds = bounds.merged(with: page.bounds)
      counts.nulls += page.nullCount
      counts.nans += page.nanCount
    }
    let encoded = bounds.encoded(as: type)
    return ChunkStatistics(
      nullCount: Int64(counts.nulls),
      nanCount: type == .double ? Int64(counts.nans) : nil,
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
  private func compressTrial(
    _ pages: [EncodedPage],
    _ dictionary: [UInt8]
  ) throws(ParquetError) -> Trial? {
    guard let deflater else { return nil }
    let largest = pages.indices.reduce(0) {
      pages[$1].bytes.count > pages[$0].bytes.count ? $1 : $0
    }
    var trial = Trial(dictionary: nil, page: largest, compressed: [])
    let page = pages[largest].bytes
    try deflater.compress(page.span, into: &trial.compressed)
    var total = pages.byteCount
    var saved = (page.count - trial.compressed.count) * total / page.count
    if !dictionary.isEmpty {
      var compressed: [UInt8] = []
      try deflater.compress(dictionary.span, into: &compressed)
      saved += dictionary.count - compressed.count
      total += dictionary.count
      trial.dictionary = compressed
    }
    return saved * 100 < total * options.minimumSavedPercent || saved <= 0 ? nil : trial
  }
}
