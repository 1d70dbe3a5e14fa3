internal import Bytes
package import Tables

extension ParquetReader {
  /// Rows of a batch, as many as a page of ours has.
  package static let defaultBatchRowCount = WriterOptions.defaultPageRowCount
  /// For how many bytes of cells of a column more pages are decoded to fill a batch.
  private static let batchByteCount = 4 << 20

  /// Hands the rows of the file on in their order, in batches of at most `maximumRowCount` rows of
  /// one row group.
  ///
  /// See ``forEachBatch(rowGroup:columns:maximumRowCount:_:)``.
  package func forEachBatch(
    columns: [Int]? = nil,
    maximumRowCount: Int = defaultBatchRowCount,
    _ body: (Table) throws -> Void
  ) throws {
    for group in rowGroups.indices {
      try forEachBatch(
        rowGroup: group,
        columns: columns,
        maximumRowCount: maximumRowCount,
        body
      )
    }
  }

  /// Hands the rows of a row group on in their order, in batches of at most `maximumRowCount`.
  ///
  /// In memory are the dictionaries of the columns, a batch, and of each column what its last page
  /// holds beyond. Batches have no fewer rows than they may, but for the last one and where the
  /// cells of a column are long. A fault is found when its page is due, after the batches before.
  ///
  /// - Parameters:
  ///   - rowGroup: The row group's place.
  ///   - columns: The places of the columns to read, in the order they shall have in the batches;
  ///     all where it is `nil`.
  ///   - maximumRowCount: How many rows a batch has at most.
  ///   - body: What takes the batches, none of which is empty.
  /// - Throws: ``ParquetError`` where a page is not valid or dictionaries and cells together take
  ///   more memory than ``ReaderLimits/tableByteCount``; what the source or `body` throws.
  /// - Complexity: O(*n*) in the bytes of the chunks and in the cells.
  /// - Precondition: There is such a row group, there are such columns, and a batch may have a row.
  package func forEachBatch(
    rowGroup: Int,
    columns: [Int]? = nil,
    maximumRowCount: Int = defaultBatchRowCount,
    _ body: (Table) throws -> Void
  ) throws {
    precondition(maximumRowCount > 0, "a batch of no rows")
    let places = columns ?? Array(leaves.indices)
    let schema = tableSchema(of: places)
    let rowCount = rowGroups[rowGroup].rowCount
    guard !places.isEmpty, rowCount > 0 else { return }
    var cursors = places.map {
      cursor(rowGroup: rowGroup, column: $0, reserving: Swift.min(maximumRowCount, rowCount))
    }
    var inflater: Inflater?
    var left = rowCount
    while left > 0 {
      var count = Swift.min(left, maximumRowCount)
      for index in cursors.indices {
        try located(rowGroup: rowGroup, column: places[index]) {
          while cursors[index].decoder.isShort(of: count, byteCount: Self.batchByteCount) {
            let taken = cursors.reduce(0) { $0 + $1.decoder.byteCount }
            let budget = limits.tableByteCount - taken
            try cursors[index].decodePage(budget: budget, inflater: &inflater)
          }
        }
        count = Swift.min(count, cursors[index].decoder.pendingRowCount)
      }
      var table = Table(schema)
      for index in cursors.indices {
        table.columns[index] = cursors[index].decoder.take(count)
      }
      left -= count
      try body(table)
    }
    for index in cursors.indices {
      try located(rowGroup: rowGroup, column: places[index]) {
        // Whatever comes after all rows is a fault.
        while !cursors[index].isAtEnd {
          try cursors[index].decodePage(budget: limits.tableByteCount, inflater: &inflater)
        }
      }
    }
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

  /// The schema of a table of some columns.
  func tableSchema(of places: [Int]) -> TableSchema {
    var order: [Int] = []
    for column in schema.sortColumns {
      guard let place = places.firstIndex(of: column) else { break }
      order.append(place)
    }
    return TableSchema(
      name: schema.name,
      sortColumns: order,
      places.map { leaves[$0].schema }
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
