import Tables
import TestSupport
import Testing

@Suite("Reading CSV")
struct CSVReaderTests {
  /// All rows of a text that comes in pieces of `size` bytes.
  private func rows(
    _ text: [UInt8],
    in size: Int = .max,
    options: CSVReader.Options = .init()
  ) throws -> [[String]] {
    var rest = text[...]
    var reader = CSVReader(options: options) {
      guard !rest.isEmpty else { return nil }
      defer { rest = rest.dropFirst(size) }
      return Array(rest.prefix(size))
    }
    var row = CSVRow()
    var rows: [[String]] = []
    while try reader.read(into: &row) { rows.append((0..<row.count).map(row.text)) }
    return rows
  }

  @Test(
    "takes what RFC 4180 allows, in pieces of any size",
    arguments: [
      ("", []),
      ("a", [["a"]]),
      ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
      ("a,b\r\n1,2", [["a", "b"], ["1", "2"]]),
      ("a,b\r1,2\r", [["a", "b"], ["1", "2"]]),
      ("\u{FEFF}a\n", [["a"]]),
      ("\u{FEFF}\"a\"\n", [["a"]]),
      ("\u{FEFF}", []),
      ("\n\r\n\na\n\n\nb\n\n", [["a"], ["b"]]),
      ("\"\"\n", [[""]]),
      (",\n", [["", ""]]),
      ("a,\n,b", [["a", ""], ["", "b"]]),
      ("\"a,\"\"b\"\"\r\nc\",d\n", [["a,\"b\"\r\nc", "d"]]),
      ("\"a\"\r\n\"b\"", [["a"], ["b"]]),
      (" a , b ", [[" a ", " b "]]),
      ("ü,\u{1F600}\n", [["ü", "\u{1F600}"]]),
    ] as [(String, [[String]])]
  )
  func takes(text: String, expected: [[String]]) throws {
    for size in [1, 2, 3, 5, .max] {
      #expect(try rows(Array(text.utf8), in: size) == expected, "pieces of \(size)")
    }
  }

  @Test(
    "says what is wrong, and where",
    arguments: [
      ("a,b\"c\n", .quoteInPlainCell, 1, 4),
      ("a\n\"b\"c\n", .textAfterQuote, 2, 4),
      ("a\n1,\"b\nc\n", .unclosedQuote, 2, 3),
      ("\"", .unclosedQuote, 1, 1),
      ("a\r\nb\r\n\"c\nd\"x", .textAfterQuote, 4, 3),
    ] as [(String, CSVError.Code, Int, Int)]
  )
  func refuses(text: String, code: CSVError.Code, line: Int, column: Int) throws {
    for size in [1, 2, .max] {
      let error = #expect(throws: CSVError.self) { try rows(Array(text.utf8), in: size) }
      #expect(error?.code == code)
      #expect(error?.line == line)
      #expect(error?.column == column)
    }
  }

  @Test("has limits")
  func hasLimits() throws {
    var options = CSVReader.Options()
    options.rowByteLimit = 8
    options.cellLimit = 3
    #expect(try rows(Array("12345678\n1234,5678\n".utf8), options: options).count == 2)
    let long = #expect(throws: CSVError.self) {
      try rows(Array("a\n123456789".utf8), options: options)
    }
    #expect(long?.code == .rowTooLong(8))
    #expect(long?.line == 2)
    let wide = #expect(throws: CSVError.self) { try rows(Array("1,2,3,4".utf8), options: options) }
    #expect(wide?.code == .tooManyCells(3))
  }

  @Test(
    "reads numbers as Swift does, and nothing else",
    arguments: [
      ("0", 0), ("-0", -0.0), ("+7", 7), ("12.5", 12.5), (".5", 0.5), ("1e3", 1000),
      ("-1E-3", -0.001),
      ("9007199254740993", 9_007_199_254_740_992), ("0.1", 0.1),
      ("999999999999999", 999_999_999_999_999),
      ("1e-400", 0), ("", nil), ("-", nil), ("+", nil), ("1e", nil), ("nan", nil), ("inf", nil),
      ("1e400", nil),
      ("0x10", nil), ("1,5", nil), (" 1", nil), ("1_000", nil), ("--1", nil), ("1.2.3", nil),
      ("e5", nil),
    ] as [(String, Double?)]
  )
  func readsNumbers(text: String, expected: Double?) throws {
    var reader = CSVReader(Array("\"\(text)\"\n".utf8))
    var row = CSVRow()
    _ = try reader.read(into: &row)
    #expect(row.number(0) == expected)
  }

  @Test("reads decimals to the nearest number", arguments: TestSeed.cases(300))
  func readsDecimals(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var digits = (0..<random.number(1...18)).map { _ in String(random.number(0...9)) }
    if random.once(in: 4) { digits.append("e\(random.number(-30...30))") }
    if random.number(0...3) > 0 { digits.insert(".", at: random.number(0...digits.count - 1)) }
    let text = random.one(of: ["", "-", "+"]) + digits.joined()
    var reader = CSVReader(Array("\(text)\n".utf8))
    var row = CSVRow()
    _ = try reader.read(into: &row)
    #expect(row.number(0)?.bitPattern == Double(text)?.bitPattern, "seed \(seed): \(text)")
  }

  @Test("reads what is written, whatever the cells", arguments: TestSeed.cases(50))
  func readsWhatIsWritten(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let letters = ["a", ",", "\"", "\n", "\r", "\r\n", " ", "é", "\u{FEFF}", "0"]
    let width = generator.number(1...4)
    let schema = TableSchema(name: "t", (0..<width).map { ColumnSchema("c\($0)", .string) })
    var table = Table(schema)
    var expected = [schema.columns.map(\.name)]
    for _ in 0..<generator.number(0...20) {
      let cells = (0..<width).map { _ in
        (0..<generator.number(0...6)).map { _ in generator.one(of: letters) }.joined()
      }
      for (place, cell) in cells.enumerated() { table.columns[place].append(cell) }
      expected.append(cells)
    }
    var options = CSVWriter.Options()
    options.formulas = .raw
    options.isForExcel = generator.once(in: 2)
    let writer = CSVWriter(schema, options: options)
    var bytes: [UInt8] = []
    writer.appendHeader(to: &bytes)
    writer.append(table, to: &bytes)
    let read = try rows(bytes, in: generator.number(1...9))
    #expect(
      read.map { $0.map { Array($0.utf8) } } == expected.map { $0.map { Array($0.utf8) } },
      "seed \(seed)"
    )
  }
}
