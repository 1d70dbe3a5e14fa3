import Bytes
import Parquet
import Tables
import TestSupport
import Testing

@Suite("Batches are the rows of the file in their order")
struct BatchTests {
  @Test("for random tables, options, columns and sizes", arguments: 0..<60)
  func randomTables(number: Int) throws {
    var random = SeededGenerator.forCase(number)
    let seed = "seed \(TestSeed.value), case \(number)"
    let options = RoundTripTests.options(&random)
    let table = Table.random(rowCount: Int.random(in: 1...400, using: &random), using: &random)
    let reader = try ParquetReader(MemoryBytes(encoded(table, options)))
    let size = [1, 2, 7, 33, 64, 100, 20_000].randomElement(using: &random) ?? 1
    let columns = Array(table.columns.indices.shuffled(using: &random).prefix(5))
    let cells = try batchedCells(reader, columns: columns, maximumRowCount: size)
    for (place, found) in zip(columns, cells) {
      #expect(found == table.columns[place].cellTexts, "\(seed), column \(place)")
    }
    #expect(
      try batchedCells(reader, maximumRowCount: size) == table.columns.map(\.cellTexts),
      "\(seed)"
    )
  }

  @Test("whether cells come one by one or are picked from others, to the byte", arguments: 0..<60)
  func selections(number: Int) throws {
    var random = SeededGenerator.forCase(number)
    let options = RoundTripTests.options(&random)
    let cells = Table.random(rowCount: Int.random(in: 1...60, using: &random), using: &random)
    let one = MemoryBytes()
    let other = MemoryBytes()
    var picking = try ParquetWriter(schema: cells.schema, options: options, to: one)
    var copying = try ParquetWriter(schema: cells.schema, options: options, to: other)
    for _ in 0..<random.number(0...4) {
      let count = random.number(0...300)
      let picked = cells.columns.map { column in
        let places = (0..<count).map { _ in UInt32(random.number(0...column.count - 1)) }
        return ColumnSelection(column, places: places)
      }
      try picking.append(picked)
      var rows = Table(cells.schema)
      rows.columns = picked.map { $0.cells(0..<count) }
      try copying.append(rows)
      for (column, selection) in picked.enumerated() {
        let texts = cells.columns[column].cellTexts
        #expect(rows.columns[column].cellTexts == selection.places.map { texts[Int($0)] })
      }
    }
    try picking.finish()
    try copying.finish()
    #expect(one.bytes == other.bytes, "seed \(TestSeed.value), case \(number)")
  }

  @Test("as many as may be, but for the last of a row group")
  func rowCounts() throws {
    var random = SeededGenerator(seed: 1)
    var options = WriterOptions()
    options.rowGroupRowCount = 100
    options.pageRowCount = 9
    let table = Table.random(rowCount: 250, using: &random)
    let reader = try ParquetReader(MemoryBytes(encoded(table, options)))
    var counts: [Int] = []
    try reader.forEachBatch(maximumRowCount: 40) { counts.append($0.rowCount) }
    #expect(counts == [40, 40, 20, 40, 40, 20, 40, 10])
    counts = []
    try reader.forEachBatch(rowGroup: 2, maximumRowCount: 40) { counts.append($0.rowCount) }
    #expect(counts == [40, 10])
  }

  @Test("with the schema of the columns asked for")
  func schema() throws {
    var random = SeededGenerator(seed: 1)
    let table = Table.random(rowCount: 10, using: &random)
    let reader = try ParquetReader(MemoryBytes(encoded(table)))
    var schemas: [TableSchema] = []
    try reader.forEachBatch(columns: [7, 0]) { schemas.append($0.schema) }
    #expect(try schemas == [reader.read(rowGroup: 0, columns: [7, 0]).schema])
  }

  @Test("fewer where texts are long, so that they are not all in memory")
  func longTexts() throws {
    let long = String(repeating: "x", count: 1 << 20)
    var table = texts((0..<40).map { "\($0) \(long)" })
    table.columns[0].appendNull()
    let source = CountingSource(try encoded(table, WriterOptions(codec: .uncompressed)))
    let reader = try ParquetReader(source)
    var row = 0
    try reader.forEachBatch { batch in
      #expect(batch.rowCount < 12)
      for place in 0..<batch.rowCount where row + place < 40 {
        let text = batch.columns[0].cellTexts[place]
        #expect(text == "\(row + place) \(long)")
      }
      row += batch.rowCount
    }
    #expect(row == 41)
    #expect(source.longestRead < 4 << 20)
  }

  @Test("until the one that a fault is in")
  func lateFault() throws {
    var options = WriterOptions(codec: .uncompressed)
    options.pageRowCount = 10
    var bytes = try encoded(integers((0..<100).map { Int64($0) << 32 }), options)
    let reader = try ParquetReader(MemoryBytes(bytes))
    // The sixth page has the number 55 in its bytes.
    let place = try #require(
      bytes.indices.first { bytes[$0...].starts(with: [0, 0, 0, 0, 55, 0, 0, 0, 0, 0, 0, 0, 56]) }
    )
    bytes[place + 4] = 54
    let broken = try ParquetReader(MemoryBytes(bytes))
    #expect(broken.rowCount == reader.rowCount)
    var rows = 0
    let error = #expect(throws: ParquetError.self) {
      try broken.forEachBatch(maximumRowCount: 10) { rows += $0.rowCount }
    }
    #expect(error?.code == .checksum)
    #expect(error?.column == "x")
    #expect(rows == 50)
  }

  @Test("within the limit of memory, where whole row groups are not")
  func limit() throws {
    var options = WriterOptions()
    options.pageRowCount = 100
    var random = SeededGenerator(seed: 1)
    let bytes = try encoded(Table.random(rowCount: 5000, using: &random), options)
    var limits = ReaderLimits()
    limits.tableByteCount = 600_000
    let reader = try ParquetReader(MemoryBytes(bytes), limits: limits)
    let columns = [0, 2, 4, 8, 10]
    let unlimited = try ParquetReader(MemoryBytes(bytes))
    #expect(throws: ParquetError.self) { try reader.read(rowGroup: 0) }
    #expect(
      try batchedCells(reader, columns: columns, maximumRowCount: 100)
        == batchedCells(unlimited, columns: columns, maximumRowCount: 5000)
    )
    limits.tableByteCount = 2000
    let small = try ParquetReader(MemoryBytes(bytes), limits: limits)
    let error = #expect(throws: ParquetError.self) {
      try small.forEachBatch(maximumRowCount: 100) { _ in }
    }
    #expect(error?.code == .limit)
  }
}

/// Bytes in memory that know the longest run that was read at once.
private final class CountingSource: ByteSource {
  private let bytes: [UInt8]
  private(set) var longestRead = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  var byteCount: Int { bytes.count }

  func read(at offset: Int, count: Int) -> [UInt8] {
    longestRead = max(longestRead, count)
    return Array(bytes[offset..<offset + count])
  }
}
