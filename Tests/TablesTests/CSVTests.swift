import Tables
import TestSupport
import Testing

@Suite("CSV")
struct CSVTests {
  /// A file of `Fixtures` that Python's csv module reads back cell by cell, and its options.
  struct File: CustomTestStringConvertible {
    let name: String
    var delimiter: Unicode.Scalar = ","
    var isForExcel = false
    var formulas = CSVWriter.Formulas.escape

    var testDescription: String { name }

    var options: CSVWriter.Options {
      var options = CSVWriter.Options()
      options.delimiter = UInt8(ascii: delimiter)
      options.isForExcel = isForExcel
      options.formulas = formulas
      return options
    }
  }

  static let files = [
    File(name: "plain.csv"),
    File(name: "raw.csv", formulas: .raw),
    File(name: "semicolon.csv", delimiter: ";"),
    File(name: "tab.csv", delimiter: "\t"),
    File(name: "excel.csv", isForExcel: true),
    File(name: "excel_semicolon.csv", delimiter: ";", isForExcel: true, formulas: .raw),
  ]

  static func text(
    _ table: Table,
    _ options: CSVWriter.Options = CSVWriter.Options(),
    header: Bool = true
  ) -> String {
    let writer = CSVWriter(table.schema, options: options)
    var output: [UInt8] = []
    if header { writer.appendHeader(to: &output) }
    writer.append(table, to: &output)
    return String(decoding: output, as: UTF8.self)
  }

  @Test("is what Python's csv reads back", arguments: files)
  func file(_ file: File) throws {
    let table = try Cells.table()
    let expected = String(decoding: try Fixture.bytes(file.name), as: UTF8.self)
    let written = Self.text(table, file.options)
    #expect(written.utf8.elementsEqual(expected.utf8))
    // The first line that differs, for whoever reads the failure.
    let lines = zip(written.utf8.split(separator: 0x0A), expected.utf8.split(separator: 0x0A))
    for (line, wanted) in lines where !line.elementsEqual(wanted) {
      Issue.record(
        "\(String(decoding: line, as: UTF8.self)), not \(String(decoding: wanted, as: UTF8.self))"
      )
      break
    }
  }

  @Test("by default is RFC 4180 with commas, and formulas are neutralised")
  func defaults() {
    let options = CSVWriter.Options()
    #expect(!options.isForExcel)
    #expect(options.delimiter == UInt8(ascii: ","))
    #expect(options.formulas == .escape)
  }

  @Test("tells an empty text from null")
  func empty() {
    #expect(Self.text(Cells.texts(["", nil, "x"])) == "a\n\"\"\n\nx\n")
  }

  @Test("of no rows is the header alone")
  func noRows() {
    #expect(Self.text(Table(Cells.schema)) == "text,whole,number,flag,day,at\n")
    var options = CSVWriter.Options()
    options.isForExcel = true
    let expected = "\u{FEFF}text,whole,number,flag,day,at (UTC)\r\n"
    #expect(Self.text(Table(Cells.schema), options).utf8.elementsEqual(expected.utf8))
  }

  /// Field, delimiter and the field as it is written.
  static let quoting: [(text: String, delimiter: Unicode.Scalar, field: String)] = [
    ("a", ",", "a"), ("a b", ",", "a b"), (" a ", ",", " a "), ("'", ",", "'"), ("a'b", ",", "a'b"),
    ("a,b", ",", "\"a,b\""), ("a;b", ",", "a;b"), ("a;b", ";", "\"a;b\""), ("a,b", ";", "a,b"),
    ("a\tb", ",", "a\tb"), ("a\tb", "\t", "\"a\tb\""), ("a|b", "|", "\"a|b\""),
    ("\"", ",", "\"\"\"\""), ("a\"b", ",", "\"a\"\"b\""), ("\"a\"", ",", "\"\"\"a\"\"\""),
    ("a\nb", ",", "\"a\nb\""), ("a\rb", ",", "\"a\rb\""), ("a\r\nb", ",", "\"a\r\nb\""),
    ("", ",", "\"\""), ("\u{2028}", ",", "\u{2028}"), ("\\,", ",", "\"\\,\""),
    ("\u{B}", ",", "\u{B}"),
  ]

  @Test("quotes what has a quote, a line end or the delimiter in it", arguments: quoting)
  func quotes(text: String, delimiter: Unicode.Scalar, field: String) {
    var options = CSVWriter.Options()
    options.delimiter = UInt8(ascii: delimiter)
    let written = Self.text(Cells.texts([text], nullable: false), options, header: false)
    #expect(written.utf8.elementsEqual((field + "\n").utf8))
  }

  /// A cell and whether a spreadsheet could run it.
  static let formulas: [(text: String, isFormula: Bool)] = [
    ("=1+1", true), ("+1", true), ("-1", true), ("@SUM(A1)", true), ("\t=1", true), ("\r=1", true),
    ("\n=1", true), ("\u{FF1D}1", true), ("\u{FF0B}1", true), ("\u{FF0D}1", true),
    ("\u{FF20}a", true), ("=", true), ("+", true), ("-", true), ("@", true), ("\u{FF1D}", true),
    ("=\"a\",\"b\"", true), ("=cmd|' /C calc'!A0", true), ("-2+3+cmd|' /C calc'!A0", true),
    ("\t", true), ("\n", true), ("\r", true), ("\r\n", true), ("--", true), ("=\u{E9}", true),
    ("a=1", false), ("1", false), ("1+1", false), (" =1", false), ("'=1", false), ("\"=1\"", false),
    ("", false), ("a@b.c", false), ("\u{FF1E}", false), ("\u{FF1C}", false), ("\u{FF21}", false),
    ("\u{FF0C}", false), ("\u{FF0E}", false), ("\u{2212}1", false), ("\u{2013}", false),
    ("\u{FE66}", false), ("\u{EF}\u{BC}", false), ("\u{F01D}", false), ("\u{FEFF}", false),
    (";=1", false), (",=1", false), ("true", false), ("*", false), ("%", false), ("/", false),
  ]

  @Test("puts an apostrophe in front of a formula, in texts", arguments: formulas)
  func neutralises(text: String, isFormula: Bool) {
    let table = Cells.texts([text], nullable: false)
    func field(_ text: String) -> String {
      let special = text.isEmpty || text.utf8.contains { [0x22, 0x0A, 0x0D, 0x2C].contains($0) }
      guard special else { return text + "\n" }
      var quoted = "\""
      for scalar in text.unicodeScalars {
        quoted.unicodeScalars.append(scalar)
        if scalar == "\"" { quoted.unicodeScalars.append("\"") }
      }
      return quoted + "\"\n"
    }
    let escaped = Self.text(table, header: false)
    #expect(escaped.utf8.elementsEqual(field(isFormula ? "'" + text : text).utf8))
    var raw = CSVWriter.Options()
    raw.formulas = .raw
    #expect(Self.text(table, raw, header: false).utf8.elementsEqual(field(text).utf8))
  }

  @Test(
    "writes U+FFFD for U+0000 where it is asked to",
    arguments: [
      ("a\u{0}b\u{0}", "a\u{FFFD}b\u{FFFD}"), ("\u{0}", "\u{FFFD}"), ("a", "a"), ("", "\"\""),
      ("=\u{0}", "'=\u{FFFD}"), ("\u{0},\"", "\"\u{FFFD},\"\"\""),
    ]
  )
  func replacesNUL(text: String, field: String) {
    let table = Cells.texts([text], nullable: false)
    var options = CSVWriter.Options()
    options.replacesNUL = true
    #expect(Self.text(table, options, header: false).utf8.elementsEqual((field + "\n").utf8))
    options.replacesNUL = false
    let kept = Self.text(table, options, header: false)
    #expect(kept.utf8.filter { $0 == 0 }.count == text.utf8.filter { $0 == 0 }.count)
  }

  @Test("leaves numbers below zero as they are")
  func negativeNumbers() {
    let schema = TableSchema(name: "t", [ColumnSchema("i", .int64), ColumnSchema("d", .double)])
    var table = Table(schema)
    table.columns[0].append(Int64(-1))
    table.columns[1].append(-1.5)
    #expect(Self.text(table) == "i,d\n-1,-1.5\n")
  }

  @Test(
    "cuts times to the second for spreadsheets, towards the past",
    arguments: [
      (0, "1970-01-01 00:00:00"), (999_999, "1970-01-01 00:00:00"),
      (-1, "1969-12-31 23:59:59"), (1_709_251_199_999_999, "2024-02-29 23:59:59"),
    ] as [(Int64, String)]
  )
  func excelTimes(microseconds: Int64, expected: String) {
    var table = Table(TableSchema(name: "t", [ColumnSchema("at", .timestamp)]))
    table.columns[0].append(microseconds)
    var options = CSVWriter.Options()
    options.isForExcel = true
    #expect(Self.text(table, options, header: false).utf8.elementsEqual((expected + "\r\n").utf8))
  }
}
