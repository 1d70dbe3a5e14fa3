internal import Bytes
package import Tables

extension ParquetReader {
  /// Rows of a batch, as many as a page of ours has.
  package static let defaultBatchRowCount = WriterOptions.defaultPageRowCount

  /// Hands the rows of the file on in their order, in batches of at most `maximumRowCount` rows of
  /// one row group.
  ///
  /// See ``BatchCursor``.
  ///
  /// - Parameters:
  ///   - columns: The places of the columns to read, in the order they shall have in the batches;
  ///     all where it is `nil`.
  ///   - maximumRowCount: How many rows a batch has at most.
  ///   - body: What takes the batches, none of which is empty.
  /// - Throws: What ``BatchCursor/next()`` or `body` throws.
  /// - Precondition: There are such columns, and a batch may have a row.
  package func forEachBatch(
    columns: [Int]? = nil,
    maximumRowCount: Int = defaultBatchRowCount,
    _ body: (Table) throws -> Void
  ) throws {
    var cursor = BatchCursor(
      self,
      rowGroups: rowGroups.indices,
      columns: columns,
      maximumRowCount: maximumRowCount
    )
    while let batch = try cursor.next() { try body(batch) }
  }

  /// Hands the rows of a row group on in their order, in batches of at most `maximumRowCount`.
  ///
  /// See ``forEachBatch(columns:maximumRowCount:_:)``.
  ///
  /// - Precondition: There is such a row group.
  package func forEachBatch(
    rowGroup: Int,
    columns: [Int]? = nil,
    maximumRowCount: Int = defaultBatchRowCount,
    _ body: (Table) throws -> Void
  ) throws {
    var cursor = BatchCursor(
      self,
      rowGroups: rowGroup..<rowGroup + 1,
      columns: columns,
      maximumRowCount: maximumRowCount
    )
    while let batch = try cursor.next() { try body(batch) }
  }

  /// A cursor before the first page of a chunk.
  func cursor(rowGroup: Int, column: Int, reserving rowCount: Int) -> ChunkCursor {
    ChunkCursor(
      chunks[rowGroup][column],
      of: leaves[column],
      rowCount: rowGroups[rowGroup].rowCount,
      reserving: rowCount,
      source: source,
      limits: limits
    )
  }

  /// Names the chunk in the errors of `body`.
  func located(rowGroup: Int, column: Int, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as ParquetError {
      throw error.located(rowGroup: rowGroup, column: leaves[column].schema.name)
    }
  }
}
