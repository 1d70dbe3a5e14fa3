import Bytes
import Parquet
import Tables
import TestSupport

extension Column {
  /// The cells as texts: whole numbers in decimal, doubles as the digits of their bits.
  var cellTexts: [String?] {
    (0..<count).map { row in
      if isNull(row) { return nil }
      switch schema.type {
      case .int64, .timestamp, .date, .boolean: return String(integers[row])
      case .double:
        let digits = String(doubles[row].bitPattern, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
      case .string: return String(decoding: texts[row])
      }
    }
  }
}

extension Table {
  /// The rows of `range`.
  func rows(_ range: Range<Int>) -> Table {
    var part = Table(schema)
    for place in columns.indices {
      for row in range { part.columns[place].append(cell: row, of: columns[place]) }
    }
    return part
  }

  /// A table of random rows with a column of every type, nullable and not.
  ///
  /// Its columns differ in how often values repeat and how often they are null.
  static func random(rowCount: Int, using random: inout SeededGenerator) -> Table {
    let types: [ColumnType] = [.int64, .double, .boolean, .string, .timestamp, .date]
    let schemas = types.flatMap { type in
      [
        ColumnSchema("\(type.rawValue)_few", type),
        ColumnSchema("\(type.rawValue)_many", type, nullable: true),
      ]
    }
    var table = Table(TableSchema(name: "random", schemas))
    for place in schemas.indices {
      let pool = place % 2 == 0 ? Int.random(in: 1...20, using: &random) : Int.max
      let nullPercent = [0, 3, 50, 100].randomElement(using: &random) ?? 0
      var row = 0
      while row < rowCount {
        let run = Int.random(in: 0..<4, using: &random) == 0 ? 20 : 1
        let isNull = Int.random(in: 0..<100, using: &random) < nullPercent
        let choice = Int.random(in: 0..<pool, using: &random)
        for _ in 0..<Swift.min(run, rowCount - row) {
          if schemas[place].isNullable, isNull {
            table.columns[place].appendNull()
          } else {
            table.columns[place].append(choice: choice)
          }
        }
        row += Swift.min(run, rowCount - row)
      }
    }
    return table
  }
}

extension Column {
  fileprivate mutating func append(cell row: Int, of other: Column) {
    if other.isNull(row) {
      appendNull()
      return
    }
    switch schema.type {
    case .int64, .timestamp, .date, .boolean: append(other.integers[row])
    case .double: append(other.doubles[row])
    case .string: append(other.texts[row])
    }
  }

  /// Appends the value of number `choice` among those of the column's type.
  fileprivate mutating func append(choice: Int) {
    var mixed = SeededGenerator(seed: UInt64(choice))
    let bits = mixed.next()
    switch schema.type {
    case .int64, .timestamp: append(Int64(bitPattern: bits) >> Int64(choice % 64))
    case .date: append(Int64(Int32(truncatingIfNeeded: bits)))
    case .boolean: append(bits & 1 == 0)
    case .double:
      let special = [Double.nan, -0.0, 0.0, .infinity, -.infinity, .leastNonzeroMagnitude]
      append(choice % 3 == 0 ? special[choice % special.count] : Double(bitPattern: bits))
    case .string:
      let parts = ["", "a", "\u{0}", "é", "日本", "😀", "\u{10FFFF}", "x-\(choice)"]
      append(String(repeating: parts[Int(bits % 8)], count: Int(bits >> 8 % 40)))
    }
  }
}

/// The bytes of a file of `table`, written in batches of the given counts of rows.
func encoded(
  _ table: Table,
  _ options: WriterOptions = WriterOptions(),
  batches: [Int] = []
) throws -> [UInt8] {
  let sink = MemoryBytes()
  var writer = try ParquetWriter(schema: table.schema, options: options, to: sink)
  if batches.isEmpty { try writer.append(table) }
  var row = 0
  for count in batches {
    let end = min(row + count, table.rowCount)
    try writer.append(table.rows(row..<end))
    row = end
  }
  try writer.finish()
  return sink.bytes
}

/// All cells of a file, by columns, read by row groups and once more in batches of three rows.
///
/// - Throws: What reading throws; ``OtherBatches`` where the two ways do not agree.
func decoded(_ bytes: [UInt8], limits: ReaderLimits = ReaderLimits()) throws -> [[String?]] {
  let reader = try ParquetReader(MemoryBytes(bytes), limits: limits)
  let whole = Result {
    var cells = reader.schema.columns.map { _ in [String?]() }
    for group in reader.rowGroups.indices {
      let table = try reader.read(rowGroup: group)
      for (place, column) in table.columns.enumerated() { cells[place] += column.cellTexts }
    }
    return cells
  }
  let batched = Result { try batchedCells(reader, maximumRowCount: 3) }
  switch (whole, batched) {
  case (.success(let cells), .success(let others)) where cells == others: break
  case (.failure(let error as ParquetError), .failure(let other as ParquetError)):
    guard error.code == other.code else { throw OtherBatches() }
  default: throw OtherBatches()
  }
  return try whole.get()
}

/// That batches have other cells than row groups, or another fault.
struct OtherBatches: Error {}

/// All cells of a file or of some columns of it, by columns, read in batches.
func batchedCells(
  _ reader: ParquetReader,
  columns: [Int]? = nil,
  maximumRowCount: Int
) throws -> [[String?]] {
  var cells = [[String?]](repeating: [], count: columns?.count ?? reader.schema.columns.count)
  try reader.forEachBatch(columns: columns, maximumRowCount: maximumRowCount) { batch in
    guard (1...maximumRowCount).contains(batch.rowCount) else { throw OtherBatches() }
    for (place, column) in batch.columns.enumerated() {
      guard column.count == batch.rowCount else { throw OtherBatches() }
      cells[place] += column.cellTexts
    }
  }
  return cells
}
