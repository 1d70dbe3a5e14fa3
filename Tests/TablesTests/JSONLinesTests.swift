import Tables
import TestSupport
import Testing

@Suite("JSON Lines")
struct JSONLinesTests {
  static func text(_ table: Table) -> String {
    var output: [UInt8] = []
    JSONLinesWriter().append(table, to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  @Test("are what Python's json writes")
  func rows() throws {
    let expected = String(decoding: try Fixture.bytes("rows.jsonl"), as: UTF8.self)
    let written = Self.text(try Cells.table())
    let lines = written.utf8.split(separator: 0x0A)
    let wanted = expected.utf8.split(separator: 0x0A)
    #expect(lines.count == wanted.count)
    for (line, wanted) in zip(lines, wanted) {
      #expect(String(decoding: line, as: UTF8.self) == String(decoding: wanted, as: UTF8.self))
    }
    #expect(written.utf8.elementsEqual(expected.utf8))
  }

  @Test(
    "have null for numbers that JSON does not know",
    arguments: [
      Double.nan, .infinity, -.infinity,
    ]
  )
  func notFinite(value: Double) {
    var table = Table(TableSchema(name: "t", [ColumnSchema("d", .double)]))
    table.columns[0].append(value)
    table.columns[0].append(0.5)
    #expect(Self.text(table) == "{\"d\":null}\n{\"d\":0.5}\n")
  }

  @Test("of no rows are nothing")
  func noRows() {
    #expect(Self.text(Table(Cells.schema)) == "")
  }
}
