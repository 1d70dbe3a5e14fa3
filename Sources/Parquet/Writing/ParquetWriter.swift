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
/// on it. Of one row group the encoded pages and the dictionaries are kept in memory, of the cells
/// no more than a page of each column. After an error the file is of no use.
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

  let sink: any ByteSink
  let deflater: Deflater?
  var buffers: [ChunkBuffer]
  var bufferedRowCount = 0
  var header = CompactWriter()
  var metadata = FileMetadata()
  var columnIndexes: [[UInt8]?] = []
  var offsetIndexes: [[UInt8]] = []
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
    try append(count: count) { buffer, column, rows throws(ParquetError) in
      try buffer.append(batch.columns[column], rows: rows)
    }
  }

  /// Adds rows whose cells are those of other columns, most of them again and again.
  ///
  /// The bytes are those that a batch of the same rows gives.
  ///
  /// - Parameter columns: One for each column of the schema, all of the same number of rows.
  /// - Precondition: The file is not finished.
  /// - Throws: What ``append(_:)-(Table)`` throws.
  /// - Complexity: O(*n*) in the rows, and in the bytes of the distinct cells.
  package mutating func append(_ columns: [ColumnSelection]) throws {
    precondition(!isFinished, "the file is finished")
    let count = columns.first?.places.count ?? 0
    guard columns.map(\.column.schema) == schema.columns,
      columns.allSatisfy({ $0.places.count == count })
    else { throw ParquetError(.schema, "a batch has other columns than the file") }
    try append(count: count) { buffer, column, rows throws(ParquetError) in
      try buffer.append(columns[column], rows: rows)
    }
  }

  /// Adds rows, cut into row groups.
  private mutating func append(
    count: Int,
    _ add: (inout ChunkBuffer, _ column: Int, _ rows: Range<Int>) throws(ParquetError) -> Void
  ) throws {
    var row = 0
    while row < count {
      let end = Swift.min(count, row + options.rowGroupRowCount - bufferedRowCount)
      for index in buffers.indices {
        do throws(ParquetError) {
          try add(&buffers[index], index, row..<end)
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

  /// Writes bytes after those before.
  mutating func write(_ bytes: Span<UInt8>) throws {
    try sink.write(bytes)
    byteCount += bytes.count
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
