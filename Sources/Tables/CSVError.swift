/// Why bytes are not CSV, and where.
package struct CSVError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: Hashable, Sendable, CustomStringConvertible {
    /// A quote in a cell that does not begin with one.
    case quoteInPlainCell
    /// Something between the closing quote of a cell and the delimiter.
    case textAfterQuote
    /// The bytes end within quotes.
    case unclosedQuote
    case rowTooLong(Int)
    case tooManyCells(Int)

    package var description: String {
      switch self {
      case .quoteInPlainCell:
        "a quote in a cell that does not begin with one; put the cell in quotes and double the quotes in it"
      case .textAfterQuote: "something after the closing quote of a cell"
      case .unclosedQuote: "a quote that is never closed"
      case .rowTooLong(let limit): "a row of more than \(limit) bytes"
      case .tooManyCells(let limit): "a row of more than \(limit) cells"
      }
    }
  }

  package let code: Code
  /// From 1.
  package let line: Int
  /// The byte of the line, from 1.
  package let column: Int

  init(_ code: Code, line: Int, column: Int) {
    self.code = code
    self.line = line
    self.column = column
  }

  package var description: String { "line \(line), byte \(column): \(code)" }
}
