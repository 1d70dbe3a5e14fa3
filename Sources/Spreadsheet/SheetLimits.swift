/// How much a worksheet holds (ECMA-376 Part 1, §18.3.1; Excel specifications and limits).
package enum SheetLimits {
  /// The rows below the header: 1,048,576 less one.
  package static let rows = 1_048_575
  package static let columns = 16_384
  /// UTF-16 code units of the text of a cell.
  package static let textLength = 32_767
  /// The largest integer of which a double holds it and all smaller ones.
  package static let wholeNumber: Int64 = 1 << 53 - 1
  /// Letters of the name of a sheet.
  static let nameLength = 31
}

/// That a table does not fit into a worksheet.
package enum SpreadsheetError: Error, Hashable, Sendable, CustomStringConvertible {
  /// There are more rows than ``SheetLimits/rows``, or than the number given.
  case tooManyRows(limit: Int)
  case tooManyColumns(Int)
  /// A text is longer than ``SheetLimits/textLength``.
  case textTooLong(row: Int, column: String, length: Int)

  package var description: String {
    switch self {
    case .tooManyRows(let limit):
      "more rows than the \(limit) that fit into a worksheet below its header"
    case .tooManyColumns(let count):
      "\(count) columns, and a worksheet has at most \(SheetLimits.columns)"
    case .textTooLong(let row, let column, let length):
      "row \(row), column \(column): a text of \(length) UTF-16 code units, and a cell holds at most \(SheetLimits.textLength)"
    }
  }
}
