import Tables
import TestSupport
import Testing

@Suite("Columns")
struct ColumnTests {
  @Test("hold what an array of optionals would")
  func law() {
    var random = SeededGenerator.forCase(0)
    var column = Column(ColumnSchema("a", .string, nullable: true))
    for _ in 0..<2 {
      var model: [[UInt8]?] = []
      for _ in 0..<300 {
        if Bool.random(using: &random) {
          let text = random.bytes(Int.random(in: 0...5, using: &random), upTo: 0x7F)
          column.append(text.span)
          model.append(text)
        } else {
          column.appendNull()
          model.append(nil)
        }
      }
      #expect(column.count == model.count, "seed \(random.seed)")
      #expect(column.texts.count == model.count)
      #expect(column.texts.byteCount == model.reduce(0) { $0 + ($1?.count ?? 0) })
      for (row, expected) in model.enumerated() {
        #expect(column.isNull(row) == (expected == nil), "seed \(random.seed)")
        let text = column.texts[row].indices.map { column.texts[row][$0] }
        #expect(text == expected ?? [], "seed \(random.seed)")
      }
      column.removeAll()
      #expect(column.count == 0)
      #expect(column.texts.count == 0)
    }
  }

  @Test("have one entry of storage per row, null or not")
  func storage() {
    for type in [ColumnType.int64, .timestamp, .date, .boolean] {
      var column = Column(ColumnSchema("a", type, nullable: true))
      column.append(Int64(1))
      column.append(Int64?.none)
      column.append(Int64(-1))
      #expect(column.integers == [1, 0, -1])
      #expect(column.nulls == [false, true, false])
    }
    var doubles = Column(ColumnSchema("a", .double, nullable: true))
    doubles.append(Double?.none)
    doubles.append(2.5)
    #expect(doubles.doubles == [0, 2.5])
    #expect(doubles.nulls == [true, false])
    var strict = Column(ColumnSchema("a", .boolean))
    strict.append(true)
    strict.append(false)
    #expect(strict.integers == [1, 0])
    #expect(strict.nulls.isEmpty)
    #expect(!strict.isNull(0))
  }

  @Test("made whole are those made cell by cell")
  func whole() {
    let schema = ColumnSchema("a", .int64, nullable: true)
    let column = Column(schema, integers: [5, 0, 7], nulls: [false, true, false])
    #expect(column.count == 3)
    #expect([column.isNull(0), column.isNull(1), column.isNull(2)] == [false, true, false])
    let texts = TextValues(bytes: Array("abc".utf8), ends: [0, 2, 2, 3])
    let named = Column(ColumnSchema("a", .string), texts: texts, nulls: [])
    #expect(named.count == 4)
    let expected: [[UInt8]] = [[], [0x61, 0x62], [], [0x63]]
    for (row, text) in expected.enumerated() {
      #expect(named.texts[row].indices.map { named.texts[row][$0] } == text)
    }
  }

  @Test("of a schema are found by name, and rows are sorted by the first of them")
  func schema() {
    let schema = TableSchema(
      name: "t",
      sortedBy: 2,
      [ColumnSchema("a", .int64), ColumnSchema("b", .int64), ColumnSchema("c", .int64)]
    )
    #expect(schema.sortColumns == [0, 1])
    #expect(schema.index(of: "c") == 2)
    #expect(schema.index(of: "d") == nil)
    #expect(TableSchema(name: "t", sortedBy: 9, [ColumnSchema("a", .int64)]).sortColumns == [0])
    #expect(TableSchema(name: "t", [ColumnSchema("a", .int64)]).sortColumns.isEmpty)
  }
}
