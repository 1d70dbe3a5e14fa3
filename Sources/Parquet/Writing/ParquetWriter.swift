package import Bytes
package import Tables

/// Writes one Parquet file from batches of rows.
///
/// The file is of the portable profile: version 1 pages, PLAIN and RLE_DICTIONARY encoding, a
/// dictionary for a whole chunk or for none of it, CRC-32 of every page, statistics of every chunk
/// and page. Row groups and pages are cut at fixed counts of rows, so that the bytes depend on the
/// rows, the schema and the options, and not on the batches that the rows come in.
///
/// Rows have to come in the order of ``TableSchema/sortColumns``; the file says so and readers rely
/// on it. One row group is kept in memory. After an error the file is of no use.
///
/// - SeeAlso: parquet-format 2.13, <https://github.com/apache/parquet-format>.
package struct ParquetWriter: ~Copyable {
  /// The schema of the file.
  package let schema: TableSchema
  /// How the file is written.
  package let options: WriterOptions
  /// How many bytes were written.
  package private(set) var byteCount: Int
  /// How many rows were appended.
  package private(set) var rowCount = 0

  private let sink: any ByteSink
  private let deflater: Deflater?
  private var buffers: [ChunkBuffer]
  private var bufferedRowCount = 0
  private var chunk = EncodedChunk()
  private var header = CompactWriter()
  private var metadata = FileMetadata()
  private var columnIndexes: [[UInt8]?] = []
  private var offsetIndexes: [[UInt8]] = []
  private var isFinished = false

  /// Begins a file.
  ///
  /// - Throws: ``ParquetError`` where the schema or an option is not valid; what `sink` throws.
  package init(
    schema: TableSchema,
    options: WriterOptions = WriterOptions(),
    to sink: any ByteSink
  ) throws {
    try options.validate()
    try schema.validate()
    let deflater: Deflater? =
      switch options.codec {
      case .uncompressed: nil
      case .gzip(let level): try Deflater(level: level)
      }
    let magic = Format.magic
    try sink.write(magic.span)
    self.schema = schema
    self.options = options
    self.sink = sink
    self.deflater = deflater
    buffers = schema.columns.map { ChunkBuffer($0, options: options) }
    metadata.createdBy = options.createdBy
    byteCount = magic.count
  }

  /// Adds the rows of `batch`.
  ///
  /// - Precondition: The file is not finished.
  /// - Throws: ``ParquetError`` where the batch is of other columns, a text is not UTF-8 or a date
  ///   out of range; what the sink throws.
  /// - Complexity: O(*n*) in the bytes of the cells, amortised.
  package mutating func append(_ batch: Table) throws {
    precondition(!isFinished, "the file is finished")
    let count = batch.rowCount
    guard batch.columns.map(\.schema) == schema.columns,
      batch.columns.allSatisfy({ $0.count == count })
    else { throw ParquetError(.schema, "a batch has other columns than the file") }
    var row = 0
    while row < count {
      let end = Swift.min(count, row + options.rowGroupRowCount - bufferedRowCount)
      for index in buffers.indices {
        do throws(ParquetError) {
          try buffers[index].append(batch.columns[index], rows: row..<end)
        } catch {
          throw error.located(
            rowGroup: metadata.rowGroups.count,
            column: schema.columns[index].name
          )
        }
      }
      bufferedRowCount += end - row
      row = end
      if bufferedRowCount == options.rowGroupRowCount { try writeRowGroup() }
    }
    rowCount += count
  }

  /// Writes the rows still in memory, the page indexes and the footer.
  ///
  /// - Precondition: The file is not finished.
  /// - Throws: ``ParquetError``; what the sink throws.
  package mutating func finish() throws {
    precondition(!isFinished, "the file is finished")
    if bufferedRowCount > 0 { try writeRowGroup() }
    try writePageIndexes()
    metadata.rowCount = Int64(rowCount)
    header.removeAll()
    header.write(metadata, of: schema)
    var footer = header.bytes
    guard let length = UInt32(exactly: footer.count) else {
      throw ParquetError(.limit, "the footer is longer than 4 GiB")
    }
    footer.append(littleEndian: length)
    footer += Format.magic
    try write(footer.span)
    isFinished = true
  }

  private mutating func write(_ bytes: Span<UInt8>) throws {
    try sink.write(bytes)
    byteCount += bytes.count
  }
}

// MARK: - Row groups

extension ParquetWriter {
  private mutating func writeRowGroup() throws {
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

// MARK: - Page indexes

extension ParquetWriter {
  /// Writes all column indexes, then all offset indexes.
  private mutating func writePageIndexes() throws {
    let width = schema.columns.count
    for (place, index) in columnIndexes.enumerated() {
      guard let index else { continue }
      metadata.rowGroups[place / width].columns[place % width].columnIndex =
        IndexLocation(offset: Int64(byteCount), byteCount: Int32(index.count))
      try write(index.span)
    }
    for (place, index) in offsetIndexes.enumerated() {
      metadata.rowGroups[place / width].columns[place % width].offsetIndex =
        IndexLocation(offset: Int64(byteCount), byteCount: Int32(index.count))
      try write(index.span)
    }
  }
}

extension TableSchema {
  /// Throws where the schema cannot be that of a file.
  fileprivate func validate() throws(ParquetError) {
    guard !columns.isEmpty else { throw ParquetError(.schema, "the schema has no columns") }
    guard columns.count <= ReaderLimits.defaultColumnCount else {
      throw ParquetError(.limit, "the schema has \(columns.count) columns")
    }
    var names: Set<String> = []
    for column in columns {
      guard !column.name.isEmpty else { throw ParquetError(.schema, "a column has no name") }
      guard names.insert(column.name.lowercased()).inserted else {
        throw ParquetError(.schema, "two columns are called \(column.name)", column: column.name)
      }
    }
    guard sortColumns.allSatisfy(columns.indices.contains) else {
      throw ParquetError(.schema, "the rows are sorted by a column that is not there")
    }
  }
}
