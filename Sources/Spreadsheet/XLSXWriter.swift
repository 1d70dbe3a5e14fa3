package import Bytes
package import Tables

/// Writes a table as an Excel workbook (ECMA-376, SpreadsheetML) of one sheet, from its first byte to its last.
///
/// Numbers, booleans, dates and times are such cells, text is never a formula, and null is no cell. As text stand what the format has no number for: integers beyond
/// 2⁵³ − 1, `NaN` and infinities, dates before 1900-03-01. Times are UTC, which their header says, and cut to the millisecond. The header row is bold, stays
/// in sight and has a filter. The same rows give the same bytes for one build of zlib, whatever the batches. Memory does not grow with the rows.
package struct XLSXWriter: ~Copyable {
  /// How much XML is collected before it is compressed.
  private static let bufferByteCount = 256 << 10
  /// A tenth smaller than at zlib's fastest in the same time, a quarter larger than at its default, which takes 2½ times as long.
  private static let compressionLevel = 2

  private let zip: ZipWriter
  private let name: String
  private let columns: [SheetColumn]
  private let rowLimit: Int
  private var rowCount = 0
  private var xml: [UInt8]

  /// Begins a workbook.
  ///
  /// - Parameters:
  ///   - schema: The columns; the sheet has the schema's name.
  ///   - sink: Where the file goes.
  ///   - rowLimit: How many rows there may be below the header.
  /// - Throws: ``SpreadsheetError``, or what `sink` throws.
  package init(
    _ schema: TableSchema,
    to sink: any ByteSink,
    rowLimit: Int = SheetLimits.rows
  ) throws {
    guard schema.columns.count <= SheetLimits.columns else {
      throw SpreadsheetError.tooManyColumns(schema.columns.count)
    }
    let columns = schema.columns.enumerated().map { SheetColumn($1, place: $0) }
    let zip = ZipWriter(sink, level: Self.compressionLevel)
    for part in WorkbookParts.fixed { try zip.add(part.name, Array(part.text.utf8)) }
    try zip.begin(WorkbookParts.sheetName)
    self.zip = zip
    self.columns = columns
    self.rowLimit = rowLimit
    name = schema.name
    xml = Array(WorkbookParts.sheetStart(columns).utf8)
    xml.append("<row r=\"1\">")
    for column in columns { column.appendHeader(to: &xml) }
    xml.append("</row>")
  }

  /// Adds the rows of a batch.
  ///
  /// - Throws: ``SpreadsheetError``, after which the file is of no use, or what the sink throws.
  /// - Complexity: O(*n*) in the bytes written.
  package mutating func append(_ batch: Table) throws {
    var number: [UInt8] = []
    for row in 0..<batch.rowCount {
      guard rowCount < rowLimit else { throw SpreadsheetError.tooManyRows(limit: rowLimit) }
      rowCount += 1
      number.removeAll(keepingCapacity: true)
      number.append(decimal: Int64(rowCount + 1))
      number.append(UInt8(ascii: "\""))
      xml.append("<row r=\"")
      xml.append(number.span)
      xml.append(">")
      number.removeLast()
      for place in columns.indices {
        let length = columns[place].append(batch.columns[place], row, number.span, to: &xml)
        if let length {
          let column = batch.columns[place].schema.name
          throw SpreadsheetError.textTooLong(row: rowCount, column: column, length: length)
        }
      }
      xml.append("</row>")
      if xml.count >= Self.bufferByteCount { try flush() }
    }
  }

  /// Ends the workbook.
  ///
  /// - Throws: What the sink throws.
  package mutating func finish() throws {
    let last = columns.last?.letters ?? "A"
    xml += Array(WorkbookParts.sheetEnd("A1:\(last)\(rowCount + 1)").utf8)
    try flush()
    try zip.end()
    let workbook = WorkbookParts.workbook(sheet: name, area: "$A$1:$\(last)$\(rowCount + 1)")
    try zip.add(WorkbookParts.workbookName, Array(workbook.utf8))
    try zip.finish()
  }

  private mutating func flush() throws {
    try zip.write(xml.span)
    xml.removeAll(keepingCapacity: true)
  }
}
