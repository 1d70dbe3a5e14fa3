internal import Archives
internal import Bytes
internal import JSON
internal import Parquet
internal import Tables

/// What the beginning of a file of events shows of it.
struct EventSample {
  /// How many bytes a line of JSON may have, and how many distinct names of columns and of events are kept.
  private static let lineByteLimit = 1 << 20
  private static let nameLimit = 10_000

  /// The names of the columns; of members, those that any of the rows has.
  private(set) var columns: [ByteText] = []
  private(set) var events: Set<ByteText> = []
  /// Whether no row is left.
  private(set) var isWhole = false
  private var knownColumns: Set<ByteText> = []

  /// - Parameters:
  ///   - file: The file.
  ///   - rowLimit: How many rows are looked at.
  /// - Throws: ``EventFile/Unusable`` or ``FileFailure``.
  init(_ file: EventFile, rowLimit: Int) throws {
    try file.namingFaults {
      switch file.format {
      case .csv: try readCSV(file, rowLimit)
      case .jsonl: try readLines(file, rowLimit)
      case .parquet: try readParquet(file, rowLimit)
      }
    }
  }

  private mutating func add(event: ByteText) {
    if events.count < Self.nameLimit { events.insert(event) }
  }

  private mutating func add(column: ByteText) {
    if columns.count < Self.nameLimit, knownColumns.insert(column).inserted {
      columns.append(column)
    }
  }

  private mutating func readCSV(_ file: EventFile, _ rowLimit: Int) throws {
    var reader = try file.csvReader()
    var row = CSVRow()
    if try reader.read(into: &row) {
      for cell in 0..<row.count { columns.append(ByteText(row[cell])) }
    }
    let event = columns.firstIndex(of: ByteText(file.columns.event))
    for _ in 0..<rowLimit {
      guard try reader.readGoodRow(into: &row, bad: { _, _ in }) else {
        isWhole = true
        return
      }
      if let event, event < row.count { add(event: ByteText(row[event])) }
    }
  }

  private mutating func readLines(_ file: EventFile, _ rowLimit: Int) throws {
    var reader = try ArchiveReader(
      Archive(path: file.path),
      maximumLineLength: Self.lineByteLimit
    )
    let eventKey = ByteText(file.columns.event)
    var (rowCount, goodCount) = (0, 0)
    while rowCount < rowLimit, !isWhole {
      switch try reader.next() {
      case .end: isWhole = true
      case .partOfLongLine(let isFirst, _): rowCount += isFirst ? 1 : 0
      case .line:
        rowCount += 1
        if (try? read(reader.bytes, eventKey)) != nil { goodCount += 1 }
      }
    }
    guard goodCount > 0 || rowCount == 0 else {
      throw EventFile.Unusable(
        path: file.path,
        reason: "none of the first \(rowCount) lines is an object of JSON"
      )
    }
  }

  private mutating func read(_ line: Span<UInt8>, _ eventKey: ByteText) throws(JSONError) {
    var reader = JSONReader(line)
    try reader.beginObject()
    while let key = try reader.nextKey() {
      let name = Self.text(key, reader)
      add(column: name)
      let token = try reader.readToken()
      if name == eventKey, case .string(let text) = token { add(event: Self.text(text, reader)) }
    }
    try reader.finish()
  }

  private static func text(_ string: JSONString, _ reader: borrowing JSONReader) -> ByteText {
    var plain = ByteBuffer(minimumCapacity: string.range.count)
    _ = reader.unescape(string, into: &plain)
    return ByteText(plain.span)
  }

  private mutating func readParquet(_ file: EventFile, _ rowLimit: Int) throws {
    let reader = try file.parquetReader()
    columns = reader.schema.columns.map { ByteText($0.name) }
    _ = try file.textPlace(reader.schema, file.columns.identity, .identity)
    guard let place = try file.textPlace(reader.schema, file.columns.event, .event) else {
      isWhole = true
      return
    }
    var cursor = BatchCursor(reader, columns: [place])
    var rowCount = 0
    while rowCount < rowLimit, let batch = try cursor.next() {
      let texts = batch.columns[0].texts
      for row in 0..<batch.rowCount where !batch.columns[0].isNull(row) {
        add(event: ByteText(texts[row]))
      }
      rowCount += batch.rowCount
    }
    isWhole = rowCount >= reader.rowCount
  }
}
