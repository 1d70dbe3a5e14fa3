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

  /// Creates the files of `table` in `directory`.
  init(_ table: SummaryTable, directory: String) throws {
    let schema = table.schema
    let path = "\(directory)/\(table.rawValue)"
    let csvWriter = CSVWriter(schema)
    let csv = table.hasCSV ? try FileSink(path: path + ".csv") : nil
    var header: [UInt8] = []
    csvWriter.appendHeader(to: &header)
    try csv?.write(header.span)
    parquet = try TableFile(schema, path: path + ".parquet")
    self.csv = csv
    self.csvWriter = csvWriter
    batch = Table(schema)
  }

  /// Says that a cell was added to every column of ``batch``.
  mutating func commitRow() throws {
    if batch.rowCount >= Self.batchRowCount { try flush() }
  }

  /// Writes what is left and makes the files durable.
  mutating func finish() throws {
    try flush()
    try parquet.finish()
    try csv?.close()
  }

  private mutating func flush() throws {
    try parquet.append(batch)
    if let csv {
      var text: [UInt8] = []
      csvWriter.append(batch, to: &text)
      try csv.write(text.span)
    }
    batch.removeAll()
  }
}
