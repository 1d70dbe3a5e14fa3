internal import Files
package import Parquet
package import Tables

/// A Parquet file that is being written, a batch of rows at a time.
package struct TableFile: ~Copyable {
  /// How many rows are handed on at a time.
  private static let batchRowCount = 16_384

  /// The rows that are being collected; see ``commitRow()``.
  package var batch: Table
  private let sink: FileSink
  private var writer: ParquetWriter

  /// Creates the file at `path`.
  ///
  /// - Throws: ``FileFailure``.
  package init(
    _ schema: TableSchema,
    path: String,
    options: WriterOptions = WriterOptions()
  ) throws {
    let sink = try FileSink(path: path)
    writer = try ParquetWriter(schema: schema, options: options, to: sink)
    self.sink = sink
    batch = Table(schema)
  }

  /// Says that a cell was added to every column of ``batch``.
  package mutating func commitRow() throws {
    if batch.rowCount >= Self.batchRowCount { try flush() }
  }

  /// Adds a batch of rows after those that were collected.
  package mutating func append(_ rows: Table) throws {
    if batch.rowCount > 0 { try flush() }
    try writer.append(rows)
  }

  /// Adds rows whose cells are those of other columns, most of them again and again.
  package mutating func append(_ columns: [ColumnSelection]) throws {
    if batch.rowCount > 0 { try flush() }
    try writer.append(columns)
  }

  /// Writes what is left and makes the file durable.
  package mutating func finish() throws {
    try flush()
    try writer.finish()
    try sink.close()
  }

  private mutating func flush() throws {
    try writer.append(batch)
    batch.removeAll()
  }
}
