// Internals can be seen in debug builds alone.
#if DEBUG
  import Bytes
  import Foundation
  import Tables
  import TestSupport
  import Testing

  @testable import Spreadsheet

  #if canImport(FoundationXML)
    import FoundationXML
  #endif

  @Suite("XLSX")
  struct WorkbookTests {
    static let schema = TableSchema(
      name: "things",
      [
        ColumnSchema("text", .string, nullable: true), ColumnSchema("whole", .int64),
        ColumnSchema("number", .double), ColumnSchema("flag", .boolean),
        ColumnSchema("day", .date), ColumnSchema("at", .timestamp),
      ]
    )

    static func table(rows: Int, _ text: (Int) -> String? = { "row \($0)" }) -> Table {
      var table = Table(schema)
      for row in 0..<rows {
        table.columns[0].append(text(row))
        table.columns[1].append(Int64(row))
        table.columns[2].append(Double(row) / 4)
        table.columns[3].append(row % 2 == 1)
        table.columns[4].append(Int64(row))
        table.columns[5].append(Int64(row) * 1_000_000)
      }
      return table
    }

    static func workbook(
      _ batches: [Table],
      _ schema: TableSchema = WorkbookTests.schema,
      rowLimit: Int = SheetLimits.rows
    ) throws -> [UInt8] {
      let memory = MemoryBytes()
      var writer = try XLSXWriter(schema, to: memory, rowLimit: rowLimit)
      for batch in batches { try writer.append(batch) }
      try writer.finish()
      return memory.bytes
    }

    static func cells(_ workbook: [UInt8]) throws -> [XMLElement] {
      let sheet = try ReadArchive(workbook).text(WorkbookParts.sheetName)
      let document = try XMLDocument(xmlString: sheet)
      return try document.nodes(forXPath: "//*[local-name()='c']").compactMap { $0 as? XMLElement }
    }

    @Test("has its parts in an order in which it is recognised, each of them XML")
    func parts() throws {
      let archive = try ReadArchive(Self.workbook([Self.table(rows: 3)]))
      #expect(
        archive.entries.map(\.name) == [
          "[Content_Types].xml", "_rels/.rels", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
          "xl/worksheets/sheet1.xml", "xl/workbook.xml",
        ]
      )
      // Only the sheet's size is not known beforehand.
      #expect(archive.entries.map(\.isStreamed) == [false, false, false, false, true, false])
      for entry in archive.entries { _ = try XMLDocument(data: Data(entry.bytes)) }
    }

    /// An attribute by its name; `attribute(forName:)` does not find it everywhere where there is a default namespace.
    private static func attribute(_ name: String, of element: XMLElement) -> String? {
      element.attributes?.first { $0.name == name }?.stringValue
    }

    @Test("has typed cells, and none for null")
    func types() throws {
      var table = Self.table(rows: 2) { $0 == 0 ? nil : "=1+1" }
      table.columns[2].removeAll()
      table.columns[2].append(-0.5)
      table.columns[2].append(Double.nan)
      let cells = try Self.cells(Self.workbook([table])).map { cell in
        let attributes = ["r", "s", "t"].map { Self.attribute($0, of: cell) ?? "-" }
        return (attributes + [cell.stringValue ?? ""]).joined(separator: " ")
      }
      #expect(
        cells == [
          "A1 1 inlineStr text", "B1 1 inlineStr whole", "C1 1 inlineStr number",
          "D1 1 inlineStr flag", "E1 1 inlineStr day", "F1 1 inlineStr at (UTC)",
          "B2 2 - 0", "C2 - - -0.5", "D2 - b 0", "E2 3 - 25569", "F2 4 - 25569",
          "A3 5 inlineStr =1+1", "B3 2 - 1", "C3 5 inlineStr NaN", "D3 - b 1", "E3 3 - 25570",
          "F3 4 - 25569.000011574074",
        ]
      )
    }

    static let wholeNumbers: [(value: Int64, isNumber: Bool)] = [
      (9_007_199_254_740_991, true), (9_007_199_254_740_992, false), (-9_007_199_254_740_991, true),
      (-9_007_199_254_740_992, false), (.max, false), (.min, false), (0, true),
    ]

    @Test("has integers that a double cannot hold as texts", arguments: wholeNumbers)
    func integers(value: Int64, isNumber: Bool) throws {
      let schema = TableSchema(name: "t", [ColumnSchema("n", .int64)])
      var table = Table(schema)
      table.columns[0].append(value)
      let cell = try #require(Self.cells(Self.workbook([table], schema)).last)
      #expect(cell.stringValue == String(value))
      #expect((Self.attribute("t", of: cell) == nil) == isNumber)
    }

    @Test("has the same bytes whatever the batches")
    func batches() throws {
      let rows = 5000
      let whole = Self.table(rows: rows)
      let expected = try Self.workbook([whole])
      for number in 0..<5 {
        var generator = SeededGenerator.forCase(number)
        var batches: [Table] = []
        var start = 0
        while start < rows {
          let end = min(rows, start + generator.number(1...2000))
          var batch = Table(Self.schema)
          for place in batch.columns.indices {
            let selection = ColumnSelection(whole.columns[place], places: Array(0..<UInt32(rows)))
            batch.columns[place] = selection.cells(start..<end)
          }
          batches.append(batch)
          start = end
        }
        #expect(try Self.workbook(batches) == expected, "seed \(generator.seed)")
      }
    }

    @Test("has the filter over all rows, and no more rows than fit")
    func rowLimit() throws {
      let full = try ReadArchive(Self.workbook([Self.table(rows: 10)], rowLimit: 10))
      #expect(try full.text(WorkbookParts.sheetName).contains("<autoFilter ref=\"A1:F11\"/>"))
      #expect(try full.text(WorkbookParts.workbookName).contains(">'things'!$A$1:$F$11<"))
      #expect(throws: SpreadsheetError.tooManyRows(limit: 10)) {
        try Self.workbook([Self.table(rows: 6), Self.table(rows: 5)], rowLimit: 10)
      }
      #expect(SheetLimits.rows + 1 == 1 << 20)
    }

    @Test("has texts of up to 32,767 code units", arguments: ["a", "é", "€"])
    func textLimit(letter: String) throws {
      let longest = String(repeating: letter, count: 32_767)
      let cells = try Self.cells(Self.workbook([Self.table(rows: 1) { _ in longest }]))
      #expect(cells.contains { $0.stringValue == longest })
      let expected = SpreadsheetError.textTooLong(row: 2, column: "text", length: 32_768)
      #expect(throws: expected) {
        try Self.workbook([Self.table(rows: 3) { $0 == 1 ? longest + letter : "" }])
      }
    }

    @Test("counts an emoji as two code units")
    func emoji() throws {
      let fits = String(repeating: "🦉", count: 16_383)
      _ = try Self.workbook([Self.table(rows: 1) { _ in fits + "a" }])
      #expect(throws: SpreadsheetError.textTooLong(row: 1, column: "text", length: 32_768)) {
        try Self.workbook([Self.table(rows: 1) { _ in fits + "🦉" }])
      }
    }

    @Test("has no more columns than fit")
    func columnLimit() throws {
      func schema(_ count: Int) -> TableSchema {
        TableSchema(name: "wide", (0..<count).map { ColumnSchema("c\($0)", .int64) })
      }
      let last = try #require(Self.cells(Self.workbook([], schema(16_384))).last)
      #expect(Self.attribute("r", of: last) == "XFD1")
      #expect(throws: SpreadsheetError.tooManyColumns(16_385)) {
        try Self.workbook([], schema(16_385))
      }
    }

    static let places = [
      (0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA"),
      (16_383, "XFD"),
    ]

    @Test("names columns by letters", arguments: places)
    func letters(place: Int, letters: String) {
      #expect(SheetColumn(ColumnSchema("a", .int64), place: place).letters == letters)
    }
  }
#endif
