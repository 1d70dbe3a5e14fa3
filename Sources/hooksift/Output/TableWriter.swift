import Analysis
import Bytes
import Lake
import Parquet
import Spreadsheet
import Tables

/// Writes the batches of a table in a format of choice.
struct TableWriter: ~Copyable {
  private let sink: any ByteSink
  private var parquet: ParquetWriter?
  private var xlsx: XLSXWriter?
  private let csv: CSVWriter?

  init(
    _ schema: TableSchema,
    format: ExportCommand.Format,
    csv options: CSVWriter.Options,
    to sink: any ByteSink
  ) throws {
    let csv = format == .csv ? CSVWriter(schema, options: options) : nil
    if let csv {
      var header: [UInt8] = []
      csv.appendHeader(to: &header)
      try sink.write(header.span)
    }
    parquet = format == .parquet ? try ParquetWriter(schema: schema, to: sink) : nil
    xlsx = format == .xlsx ? try XLSXWriter(schema, to: sink) : nil
    self.sink = sink
    self.csv = csv
  }

  mutating func append(_ batch: Table) throws {
    if try parquet?.append(batch) != nil { return }
    if try xlsx?.append(batch) != nil { return }
    var text: [UInt8] = []
    if let csv { csv.append(batch, to: &text) } else { JSONLinesWriter().append(batch, to: &text) }
    try sink.write(text.span)
  }

  mutating func finish() throws {
    try parquet?.finish()
    try xlsx?.finish()
  }
}
