internal import Bytes
internal import JSON
internal import Tables

/// A column of a worksheet, which writes its cells.
struct SheetColumn {
  private let schema: ColumnSchema
  /// `A`, `B`, … `AA`, ….
  let letters: String
  /// Up to the number of the row.
  private let opening: [UInt8]
  /// From the number of the row up to a number.
  private let beforeNumber: [UInt8]

  /// - Parameters:
  ///   - schema: Name and type.
  ///   - place: From 0.
  init(_ schema: ColumnSchema, place: Int) {
    self.schema = schema
    letters = Self.letters(place)
    opening = Array("<c r=\"\(letters)".utf8)
    let style =
      switch schema.type {
      case .int64: CellStyle.whole
      case .double, .boolean: CellStyle.general
      case .date: CellStyle.date
      case .timestamp: CellStyle.time
      case .string: CellStyle.text
      }
    let kind = schema.type == .boolean ? " t=\"b\"" : ""
    let format = style == .general ? "" : " s=\"\(style.rawValue)\""
    beforeNumber = Array("\"\(format)\(kind)><v>".utf8)
  }

  /// How wide it is shown, in digits.
  var width: Int {
    let cells =
      switch schema.type {
      case .boolean: 9
      case .int64, .date: 12
      case .double: 16
      case .timestamp: 25
      case .string: 28
      }
    // Some room for the button of the filter.
    return max(cells, min(schema.spreadsheetName.count + 4, 60))
  }

  func appendHeader(to output: inout [UInt8]) {
    output.append(opening.span)
    output += Array("1\" s=\"\(CellStyle.header.rawValue)\" t=\"inlineStr\"><is>".utf8)
    CellText.append(schema.spreadsheetName.utf8.span, to: &output)
    output.append("</is></c>")
  }

  /// Appends the cell of a row; nothing for null.
  ///
  /// - Parameters:
  ///   - column: The cells.
  ///   - row: The place of the row in `column`.
  ///   - number: The digits of the number of the row in the worksheet.
  ///   - output: What it is appended to.
  /// - Returns: The text's length where it is too long, in UTF-16 code units; else `nil`.
  @inline(__always)
  func append(_ column: Column, _ row: Int, _ number: Span<UInt8>, to output: inout [UInt8]) -> Int?
  {
    if column.isNull(row) { return nil }
    output.append(opening.span)
    output.append(number)
    switch schema.type {
    case .string:
      let text = column.texts[row]
      // A code unit has at least one byte.
      if text.count > SheetLimits.textLength {
        let length = CellText.utf16Length(text)
        if length > SheetLimits.textLength { return length }
      }
      appendText(text, to: &output)
    case .boolean: appendNumber(to: &output) { $0.append(decimal: column.integers[row]) }
    case .int64:
      let value = column.integers[row]
      guard value.magnitude <= SheetLimits.wholeNumber.magnitude else {
        appendText(to: &output) { $0.append(decimal: value) }
        break
      }
      appendNumber(to: &output) { $0.append(decimal: value) }
    case .double:
      let value = column.doubles[row]
      guard value.isFinite else {
        appendText(to: &output) { PythonText.append(double: value, to: &$0) }
        break
      }
      appendNumber(to: &output) { PythonText.append(double: value, to: &$0) }
    case .date:
      let day = Int(column.integers[row])
      appendTime(to: &output, { SerialTime.append(day: day, to: &$0) }) { $0.append(date: day) }
    case .timestamp:
      let time = column.integers[row]
      appendTime(to: &output, { SerialTime.append(microseconds: time, to: &$0) }) {
        $0.append(timestamp: time)
      }
    }
    return nil
  }

  @inline(__always)
  private func appendNumber(to output: inout [UInt8], _ digits: (inout [UInt8]) -> Void) {
    output.append(beforeNumber.span)
    digits(&output)
    output.append("</v></c>")
  }

  /// Appends a number, or where there is none its text.
  @inline(__always)
  private func appendTime(
    to output: inout [UInt8],
    _ number: (inout [UInt8]) -> Bool,
    else text: (inout [UInt8]) -> Void
  ) {
    let start = output.count
    output.append(beforeNumber.span)
    if number(&output) {
      output.append("</v></c>")
    } else {
      output.removeSubrange(start...)
      appendText(to: &output, text)
    }
  }

  private func appendText(to output: inout [UInt8], _ text: (inout [UInt8]) -> Void) {
    var bytes: [UInt8] = []
    text(&bytes)
    appendText(bytes.span, to: &output)
  }

  @inline(__always)
  private func appendText(_ text: Span<UInt8>, to output: inout [UInt8]) {
    output.append(Self.beforeText.span)
    CellText.append(text, to: &output)
    output.append("</is></c>")
  }

  private static let beforeText = Array(
    "\" s=\"\(CellStyle.text.rawValue)\" t=\"inlineStr\"><is>".utf8
  )

  private static func letters(_ place: Int) -> String {
    var letters = ""
    var rest = place + 1
    while rest > 0 {
      let (quotient, letter) = (rest - 1).quotientAndRemainder(dividingBy: 26)
      letters = "\(Unicode.Scalar(UInt8(ascii: "A") + UInt8(letter)))" + letters
      rest = quotient
    }
    return letters
  }
}
