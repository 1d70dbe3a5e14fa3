package import Tables

/// Goes through the rows of a file in their order, in batches of rows of one row group.
///
/// In memory are the dictionaries of the columns, a batch, and of each column what its last page holds beyond. Batches have no
/// fewer rows than they may, but for the last one of a row group and where the cells of a column are long. A fault is found when
/// its page is due, after the batches before.
package struct BatchCursor {
  /// For how many bytes of cells of a column more pages are decoded to fill a batch.
  private static let batchByteCount = 4 << 20

  private let reader: ParquetReader
  private let places: [Int]
  private let schema: TableSchema
  private let maximumRowCount: Int
  /// The row groups that were not begun.
  private var rowGroups: Range<Int>
  /// The row group at hand, the pages of its columns, and how many rows it still has.
  private var rowGroup = 0
  private var chunks: [ChunkCursor] = []
  private var left = 0
  private var decompressor = PageDecompressor()

  /// A cursor before the first row.
  ///
  /// - Parameters:
  ///   - reader: The file.
  ///   - rowGroups: The places of the row groups; all where it is `nil`.
  ///   - columns: The places of the columns to read, in the order they shall have in the batches; all where it is `nil`.
  ///   - maximumRowCount: How many rows a batch has at most.
  /// - Precondition: There are such row groups and columns, and a batch may have a row.
  package init(
    _ reader: ParquetReader,
    rowGroups: Range<Int>? = nil,
    columns: [Int]? = nil,
    maximumRowCount: Int = ParquetReader.defaultBatchRowCount
  ) {
    precondition(maximumRowCount > 0, "a batch of no rows")
    self.reader = reader
    self.maximumRowCount = maximumRowCount
    self.rowGroups = rowGroups ?? reader.rowGroups.indices
    places = columns ?? Array(reader.leaves.indices)
    schema = reader.schema.picking(places)
  }

  /// The next batch, which is not empty; `nil` after the last one.
  ///
  /// - Throws: ``ParquetError`` where a page is not valid or dictionaries and cells together take more memory than
  ///   ``ReaderLimits/tableByteCount``; what the source throws.
  /// - Complexity: O(*n*) in the bytes of the chunks and in the cells, over all batches.
  package mutating func next() throws -> Table? {
    guard !places.isEmpty else { return nil }
    while left == 0 {
      try endRowGroup()
      guard let next = rowGroups.popFirst() else { return nil }
      beginRowGroup(next)
    }
    var count = Swift.min(left, maximumRowCount)
    for index in chunks.indices {
      try reader.located(rowGroup: rowGroup, column: places[index]) {
        while chunks[index].decoder.isShort(of: count, byteCount: Self.batchByteCount) {
          let taken = chunks.reduce(0) { $0 + $1.decoder.byteCount }
          let budget = reader.limits.tableByteCount - taken
          try chunks[index].decodePage(budget: budget, decompressor: &decompressor)
        }
      }
      count = Swift.min(count, chunks[index].decoder.pendingRowCount)
    }
    var table = Table(schema)
    for index in chunks.indices { table.columns[index] = chunks[index].decoder.take(count) }
    left -= count
    return table
  }

  private mutating func beginRowGroup(_ next: Int) {
    rowGroup = next
    left = reader.rowGroups[next].rowCount
    chunks = places.map { column in
      reader.cursor(
        rowGroup: next,
        column: column,
        reserving: Swift.min(maximumRowCount, left)
      )
    }
  }

  private mutating func endRowGroup() throws {
    for index in chunks.indices {
      try reader.located(rowGroup: rowGroup, column: places[index]) {
        // Whatever comes after all rows is a fault.
        while !chunks[index].isAtEnd {
          try chunks[index].decodePage(
            budget: reader.limits.tableByteCount,
            decompressor: &decompressor
          )
        }
      }
    }
    chunks = []
  }
}
