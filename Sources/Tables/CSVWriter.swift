internal import Bytes
internal import JSON

/// Writes tables as CSV (RFC 4180), UTF-8.
///
/// A null cell is an empty field and an empty text is `""`; numbers are the shortest that read back the same.
package struct CSVWriter: Sendable {
  /// What is done with text that a spreadsheet would run as a formula.
  package enum Formulas: String, CaseIterable, Sendable {
    /// A `'` is put in front.
    case escape
    /// It is left as it is.
    case raw
  }

  /// How a CSV file is written.
  package struct Options: Sendable {
    /// A byte-order mark, CRLF, and times as spreadsheets read them.
    package var isForExcel = false
    package var delimiter = UInt8(ascii: ",")
    package var formulas = Formulas.escape
    /// Whether U+FFFD stands for U+0000, which PostgreSQL's texts cannot hold.
    package var replacesNUL = false

    package init() {}
  }

  private let schema: TableSchema
  private let options: Options

  package init(_ schema: TableSchema, options: Options = Options()) {
    self.schema = schema
    self.options = options
  }

  /// Appends the header row.
  package func appendHeader(to output: inout [UInt8]) {
    if options.isForExcel { output += [0xEF, 0xBB, 0xBF] }
    for (place, column) in schema.columns.enumerated() {
      if place > 0 { output.append(options.delimiter) }
      let name = options.isForExcel ? column.spreadsheetName : column.name
      append(text: name.utf8.span, to: &output)
    }
    endRow(&output)
  }

  /// Appends all rows of a batch.
  ///
  /// - Complexity: O(*n*) in the bytes written.
  package func append(_ table: Table, to output: inout [UInt8]) {
    for row in 0..<table.rowCount {
      for place in table.columns.indices {
        if place > 0 { output.append(options.delimiter) }
        append(table.columns[place], row, to: &output)
      }
      endRow(&output)
    }
  }

  private func endRow(_ output: inout [UInt8]) {
    if options.isForExcel { output.append(UInt8(ascii: "\r")) }
    output.append(UInt8(ascii: "\n"))
  }

  private func append(_ column: Column, _ row: Int, to output: inout [UInt8]) {
    if column.isNull(row) { return }
    switch column.schema.type {
    case .int64: output.append(decimal: column.integers[row])
    case .double: PythonText.append(double: column.doubles[row], to: &output)
    case .boolean: output.append(column.integers[row] == 0 ? "false" : "true")
    case .date: output.append(date: Int(column.integers[row]))
    case .timestamp where options.isForExcel:
      let seconds = Int(column.integers[row]).flooredDivision(by: 1_000_000).quotient
      let (day, rest) = seconds.flooredDivision(by: 86400)
      output.append(date: day)
      output.append(UInt8(ascii: " "))
      output.append(timeOfDay: rest)
    case .timestamp: output.append(timestamp: column.integers[row])
    case .string:
      let text = column.texts[row]
      let isFormula = options.formulas == .escape && text.startsFormula
      let hasNUL = options.replacesNUL && text.containsNUL
      guard isFormula || hasNUL else { return append(text: text, to: &output) }
      var neutral: [UInt8] = isFormula ? [UInt8(ascii: "'")] : []
      if hasNUL { neutral.append(replacingNUL: text) } else { neutral.append(text) }
      append(text: neutral.span, to: &output)
    }
  }

  private func append(text: Span<UInt8>, to output: inout [UInt8]) {
    guard needsQuotes(text) else { return output.append(text) }
    let quote = UInt8(ascii: "\"")
    output.append(quote)
    for index in text.indices {
      if text[index] == quote { output.append(quote) }
      output.append(text[index])
    }
    output.append(quote)
  }

  private func needsQuotes(_ text: Span<UInt8>) -> Bool {
    for index in text.indices {
      switch text[index] {
      case UInt8(ascii: "\""), 0x0A, 0x0D, options.delimiter: return true
      default: continue
      }
    }
    return text.isEmpty
  }
}

extension [UInt8] {
  /// Adds a text with U+FFFD in the place of every U+0000.
  fileprivate mutating func append(replacingNUL text: Span<UInt8>) {
    for index in text.indices {
      if text[index] == 0 { append("\u{FFFD}") } else { append(text[index]) }
    }
  }
}

extension Span<UInt8> {
  fileprivate var containsNUL: Bool {
    for index in indices where self[index] == 0 { return true }
    return false
  }

  /// Whether a spreadsheet would take the text for a formula: it starts with `=`, `+`, `-`, `@`, a tab, CR, LF or the
  /// full-width form of one of the first four (U+FF1D, U+FF0B, U+FF0D, U+FF20).
  fileprivate var startsFormula: Bool {
    guard count > 0 else { return false }
    switch self[0] {
    case UInt8(ascii: "="), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "@"), 0x09, 0x0A,
      0x0D:
      return true
    case 0xEF:
      guard count >= 3, self[1] == 0xBC else { return false }
      return [0x9D, 0x8B, 0x8D, 0xA0].contains(self[2])
    default: return false
    }
  }
}
