package import Bytes
package import Tables

/// Reads a Parquet file of a flat schema, ours or another writer's, from bytes that may be hostile.
///
/// The footer is read and checked at once, a page when its rows are asked for. All that a file says
/// is checked before it is relied on: sizes and counts against the bytes there are and against
/// ``ReaderLimits``, checksums where there are any, and that every byte of every page is used up.
///
/// - SeeAlso: parquet-format 2.13, <https://github.com/apache/parquet-format>.
package struct ParquetReader {
  /// Some rows of the file, which are read together.
  package struct RowGroup: Sendable {
    /// How many rows there are.
    package let rowCount: Int
    /// What the footer says of the cells, one per column of the schema.
    package let statistics: [ColumnStatistics]
  }

  /// The columns of the file, under the name of the schema's root.
  ///
  /// It is sorted where all row groups say so, ascending with nulls first.
  package let schema: TableSchema
  /// How many rows the file has.
  package let rowCount: Int
  /// The row groups in the order of their rows.
  package let rowGroups: [RowGroup]
  /// The program that wrote the file.
  package let createdBy: String

  let source: any ByteSource
  let limits: ReaderLimits
  let leaves: [Leaf]
  let chunks: [[ChunkMetadata]]

  /// Reads and checks the footer of `source`.
  ///
  /// - Throws: ``ParquetError`` where it is not a file that can be read; what `source` throws.
  /// - Complexity: O(*n* log *n*) in the chunks of the footer.
  package init(_ source: any ByteSource, limits: ReaderLimits = ReaderLimits()) throws {
    let footer = try Self.footerRange(of: source, limits: limits)
    let bytes = try source.read(at: footer.lowerBound, count: footer.count)
    var compact = CompactReader(bytes.span, base: footer.lowerBound)
    var metadata = try compact.fileMetadata(limits: limits)
    guard compact.offset == bytes.count else {
      throw compact.error("the footer has bytes after its struct")
    }
    let leaves = try metadata.leaves()
    try metadata.validate(leaves: leaves, dataEnd: footer.lowerBound, limits: limits)
    self.source = source
    self.limits = limits
    self.leaves = leaves
    schema = TableSchema(
      name: String(decoding: metadata.schema[0].name, as: UTF8.self),
      sortColumns: metadata.commonSortColumns(columnCount: leaves.count),
      leaves.map(\.schema)
    )
    rowCount = Int(metadata.rowCount)
    createdBy = metadata.createdBy
    let orders = metadata.hasTypeOrder ?? []
    rowGroups = metadata.rowGroups.map { group in
      RowGroup(
        rowCount: Int(group.rowCount),
        statistics: zip(group.columns, leaves).enumerated().map { place, pair in
          let hasTypeOrder = orders.count == leaves.count && orders[place]
          return ColumnStatistics(pair.0, of: pair.1, hasTypeOrder: hasTypeOrder)
        }
      )
    }
    for index in metadata.rowGroups.indices { metadata.rowGroups[index].dropPathsAndStatistics() }
    chunks = metadata.rowGroups.map(\.columns)
  }

  /// The rows of a row group.
  ///
  /// - Parameters:
  ///   - rowGroup: The row group's place.
  ///   - columns: The places of the columns to read, in the order they shall have in the table; all
  ///     where it is `nil`.
  /// - Returns: A table of these columns.
  /// - Throws: ``ParquetError`` where a page is not valid or the cells take more memory than
  ///   ``ReaderLimits/tableByteCount``; what the source throws.
  /// - Complexity: O(*n*) in the bytes of the chunks and in the cells.
  /// - Precondition: There is such a row group, and there are such columns.
  package func read(rowGroup: Int, columns: [Int]? = nil) throws -> Table {
    let places = columns ?? Array(leaves.indices)
    var table = Table(schema.picking(places))
    let rowCount = rowGroups[rowGroup].rowCount
    var budget = limits.tableByteCount
    var decompressor = PageDecompressor()
    for (index, place) in places.enumerated() {
      try located(rowGroup: rowGroup, column: place) {
        let (size, overflow) = rowCount.multipliedReportingOverflow(by: ChunkDecoder.rowByteCount)
        guard !overflow, size <= budget else {
          throw ParquetError(.limit, "the cells of the row group take too much memory")
        }
        var cursor = cursor(rowGroup: rowGroup, column: place, reserving: rowCount)
        while !cursor.isAtEnd {
          let left = budget - cursor.decoder.cellByteCount
          try cursor.decodePage(budget: left, decompressor: &decompressor)
        }
        guard cursor.decoder.rowCount == rowCount else {
          throw ParquetError(
            .page,
            "the pages hold \(cursor.decoder.rowCount) of \(rowCount) rows"
          )
        }
        budget -= cursor.decoder.cellByteCount
        table.columns[index] = cursor.decoder.take(rowCount)
      }
    }
    return table
  }

  /// Where the footer's struct is in the file.
  private static func footerRange(
    of source: any ByteSource,
    limits: ReaderLimits
  ) throws -> Range<Int> {
    let size = source.byteCount
    guard size >= Format.minimumByteCount else {
      throw ParquetError(.container, "\(size) bytes are too few for a Parquet file")
    }
    let tail = try source.read(at: size - 8, count: 8)
    guard tail.count == 8 else { throw ParquetError(.container, "the file ends early") }
    let magic = Array(tail[4...])
    if magic == Format.encryptedMagic {
      throw ParquetError(.unsupported, "the footer is encrypted")
    }
    guard magic == Format.magic, try source.read(at: 0, count: 4) == Format.magic else {
      throw ParquetError(.container, "the file does not begin and end with PAR1")
    }
    let length = Int(tail.span.littleEndian32(at: 0))
    guard length > 0, length <= size - Format.minimumByteCount else {
      throw ParquetError(.container, "a footer of \(length) bytes is not in the file")
    }
    guard length <= limits.footerByteCount else {
      throw ParquetError(.limit, "the footer has \(length) bytes")
    }
    return size - 8 - length..<size - 8
  }
}
