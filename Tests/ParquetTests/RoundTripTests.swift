import Bytes
import Parquet
import Tables
import TestSupport
import Testing

@Suite("What is written is read")
struct RoundTripTests {
  /// Options with cuts so small that a table of a few hundred rows has many.
  static func options(_ random: inout SeededGenerator) -> WriterOptions {
    var options = WriterOptions()
    options.codec = Bool.random(using: &random) ? .uncompressed : .gzip(level: 1)
    options.rowGroupRowCount = [1, 7, 64, 300, 1_048_576].randomElement(using: &random) ?? 1
    options.pageRowCount = [1, 8, 9, 33, 20_000].randomElement(using: &random) ?? 1
    options.pageByteCount = [1, 40, 500, 1 << 20].randomElement(using: &random) ?? 1
    options.dictionaryByteCount = [0, 30, 400, 16 << 20].randomElement(using: &random) ?? 0
    options.minimumSavedPercent = [0, 5, 100].randomElement(using: &random) ?? 0
    return options
  }

  @Test("for random tables and options", arguments: 0..<60 as Range<UInt64>)
  func randomTables(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let options = Self.options(&random)
    let rowCount = Int.random(in: 0..<(options.rowGroupRowCount < 8 ? 60 : 700), using: &random)
    let table = Table.random(rowCount: rowCount, using: &random)
    let bytes = try encoded(table, options)
    let reader = try ParquetReader(MemoryBytes(bytes))
    #expect(reader.schema == table.schema, "seed \(seed)")
    #expect(reader.rowCount == rowCount, "seed \(seed)")
    let groups = (rowCount + options.rowGroupRowCount - 1) / options.rowGroupRowCount
    #expect(reader.rowGroups.count == groups, "seed \(seed)")
    #expect(
      reader.rowGroups.dropLast().allSatisfy { $0.rowCount == options.rowGroupRowCount },
      "seed \(seed)"
    )
    let cells = try decoded(bytes)
    for (column, found) in zip(table.columns, cells) {
      #expect(found == column.cellTexts, "seed \(seed), column \(column.schema.name)")
    }
  }

  @Test("to the same bytes however the rows are batched", arguments: 0..<20 as Range<UInt64>)
  func batches(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let options = Self.options(&random)
    let table = Table.random(rowCount: 200, using: &random)
    let whole = try encoded(table, options)
    var sizes: [Int] = []
    while sizes.reduce(0, +) < 200 { sizes.append(Int.random(in: 0..<70, using: &random)) }
    #expect(try encoded(table, options, batches: sizes) == whole, "seed \(seed)")
    #expect(try encoded(table, options, batches: [0, 200]) == whole, "seed \(seed)")
  }

  @Test("in chosen columns and their order")
  func chosenColumns() throws {
    var random = SeededGenerator(seed: 1)
    let table = Table.random(rowCount: 50, using: &random)
    let reader = try ParquetReader(MemoryBytes(encoded(table)))
    let part = try reader.read(rowGroup: 0, columns: [7, 0])
    #expect(part.schema.columns == [table.schema.columns[7], table.schema.columns[0]])
    #expect(part.columns[0].cellTexts == table.columns[7].cellTexts)
    #expect(part.columns[1].cellTexts == table.columns[0].cellTexts)
  }

  @Test("with the order of the rows")
  func sortColumns() throws {
    let columns = [ColumnSchema("a", .int64), ColumnSchema("b", .int64), ColumnSchema("c", .int64)]
    var table = Table(TableSchema(name: "sorted", sortColumns: [2, 0], columns))
    for row in 0..<5 {
      table.columns[0].append(Int64(row))
      table.columns[1].append(Int64(5 - row))
      table.columns[2].append(Int64(7))
    }
    var options = WriterOptions()
    options.rowGroupRowCount = 2
    let reader = try ParquetReader(MemoryBytes(encoded(table, options)))
    #expect(reader.schema == table.schema)
    #expect(try reader.read(rowGroup: 1, columns: [2, 1]).schema.sortColumns == [0])
  }

  @Test("without rows, as a footer alone")
  func noRows() throws {
    let table = Table(TableSchema(name: "empty", [ColumnSchema("x", .string, nullable: true)]))
    let bytes = try encoded(table)
    let reader = try ParquetReader(MemoryBytes(bytes))
    #expect(reader.rowGroups.isEmpty)
    #expect(reader.schema == table.schema)
    let length = bytes.suffix(8).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    #expect(bytes.count == length + 12)
  }

  @Test("where a dictionary outgrows its limit late")
  func lateDictionaryEnd() throws {
    var table = Table(
      TableSchema(name: "late", [ColumnSchema("s", .string), ColumnSchema("n", .int64)])
    )
    for row in 0..<5000 {
      table.columns[0].append(row < 4000 ? "same" : "distinct \(row)")
      table.columns[1].append(Int64(row < 4000 ? 1 : row))
    }
    var options = WriterOptions()
    options.dictionaryByteCount = 1000
    let cells = try decoded(encoded(table, options))
    #expect(cells[0] == table.columns[0].cellTexts)
    #expect(cells[1] == table.columns[1].cellTexts)
  }

  @Test("or an error says which cell cannot be")
  func refusedCells() throws {
    var texts = Table(TableSchema(name: "t", [ColumnSchema("s", .string)]))
    for bytes: [UInt8] in [[0x61], [0x61, 0xC3], [0x62]] { texts.columns[0].append(bytes.span) }
    for limit in [0, 1000] {
      var options = WriterOptions()
      options.dictionaryByteCount = limit
      let error = #expect(throws: ParquetError.self) { try encoded(texts, options) }
      #expect(error?.code == .text)
      #expect(error?.column == "s")
    }
    var dates = Table(TableSchema(name: "t", [ColumnSchema("d", .date)]))
    dates.columns[0].append(Int64(Int32.max) + 1)
    let error = #expect(throws: ParquetError.self) { try encoded(dates) }
    #expect(error?.code == .value)
  }

  @Test(
    "or an error says why a schema cannot be",
    arguments: [
      [],
      [ColumnSchema("", .int64)],
      [ColumnSchema("a", .int64), ColumnSchema("A", .int64)],
    ] as [[ColumnSchema]]
  )
  func refusedSchemas(columns: [ColumnSchema]) {
    let error = #expect(throws: ParquetError.self) {
      try encoded(Table(TableSchema(name: "t", columns)))
    }
    #expect(error?.code == .schema)
  }

  @Test("or an error says that a batch is of other columns")
  func otherBatch() throws {
    var writer = try ParquetWriter(
      schema: TableSchema(name: "t", [ColumnSchema("a", .int64)]),
      to: MemoryBytes()
    )
    let batch = Table(TableSchema(name: "t", [ColumnSchema("a", .int64, nullable: true)]))
    var code: ParquetError.Code?
    do { try writer.append(batch) } catch let error as ParquetError { code = error.code }
    #expect(code == .schema)
  }
}
