internal import Bytes
internal import Files
internal import Lake
internal import Tables

/// A summary that is being written, as Parquet and as CSV.
struct SummaryFile: ~Copyable {
  /// How many rows are turned into CSV at a time.
  private static let batchRowCount = 4096

  /// The rows that are being collected; see ``commitRow()``.
  var batch: Table
  private var parquet: TableFile
  private let csv: FileSink?
  private let csvWriter: CSVWriter
  /// Rows that are taken over.
  private var kept: KeptRows?

  /// Creates the files of a summary.
  ///
  /// - Parameters:
  ///   - table: The summary.
  ///   - directory: Where they are created.
  ///   - kept: Rows that are taken over; see ``begin(day:)``.
  /// - Throws: ``FileFailure``.
  init(_ table: SummaryTable, directory: String, keeping kept: KeptRows? = nil) throws {
    let schema = table.schema
    self.kept = kept
    let csvWriter = CSVWriter(schema)
    let csv = table.hasCSV ? try FileSink(path: "\(directory)/\(table.csvName)") : nil
    var header: [UInt8] = []
    csvWriter.appendHeader(to: &header)
    try csv?.write(header.span)
    parquet = try TableFile(schema, path: "\(directory)/\(table.parquetName)")
    self.csv = csv
    self.csvWriter = csvWriter
    batch = Table(schema)
  }

  /// Says that a cell was added to every column of ``batch``.
  mutating func commitRow() throws {
    if batch.rowCount >= Self.batchRowCount { try flush() }
  }

  /// Says that the next rows are of a date: those that are taken over of the dates before come first.
  ///
  /// - Throws: ``FileFailure`` or ``ParquetError``.
  mutating func begin(day: Int64) throws {
    try flush()
    while let (rows, range) = try kept?.next(before: day, csv: csv) {
      try append(rows, at: range.map { UInt32($0) })
    }
  }

  /// Adds rows of a batch, but for their CSV.
  ///
  /// - Parameters:
  ///   - rows: The batch, with the columns of the summary.
  ///   - places: The places of the rows in it.
  /// - Throws: ``FileFailure``.
  mutating func append(_ rows: Table, at places: [UInt32]) throws {
    try flush()
    try parquet.append(rows.columns.map { ColumnSelection($0, places: places) })
  }

  /// Writes what is left and makes the files durable.
  mutating func finish() throws {
    try begin(day: .max)
    try flush()
    try parquet.finish()
    try csv?.close()
  }

  private mutating func flush() throws {
    guard batch.rowCount > 0 else { return }
    try parquet.append(batch)
    if let csv {
      var text: [UInt8] = []
      csvWriter.append(batch, to: &text)
      try csv.write(text.span)
    }
    batch.removeAll()
  }
}
