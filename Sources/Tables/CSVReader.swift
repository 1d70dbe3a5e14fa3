internal import Bytes

/// Reads CSV (RFC 4180) row by row, from bytes in pieces of any size.
///
/// A byte-order mark is passed over, lines end with LF, CRLF or CR, and lines with nothing in them are no rows. Anything that the
/// RFC does not allow is an error with its line and column; nothing is guessed. A row and a number of cells have limits, so
/// that a file that is not CSV does not end up in memory.
///
/// - Complexity: O(*n*) in the bytes; one row is in memory.
package struct CSVReader {
  /// How the bytes are laid out, and how much of them is taken.
  package struct Options: Sendable {
    /// 1 MiB.
    package static let defaultRowByteLimit = 1 << 20
    package static let defaultCellLimit = 10_000

    package var delimiter = UInt8(ascii: ",")
    /// How many bytes a row's cells may have together.
    package var rowByteLimit = Self.defaultRowByteLimit
    /// How many cells a row may have.
    package var cellLimit = Self.defaultCellLimit

    package init() {}
  }

  private enum State {
    /// At the beginning of a cell.
    case start
    case plain
    case quoted
    /// After a quote in a quoted cell: its end, or the first half of a quote.
    case quoteInQuoted
  }

  private let options: Options
  private let next: () throws -> [UInt8]?
  private var piece: [UInt8] = []
  private var position = 0
  private var line = 1
  /// The byte of the line, from 1.
  private var column = 0
  private var isAtStart = true
  /// Whether the last byte was a CR.
  private var followsReturn = false
  private var isAtEnd = false

  /// - Parameters:
  ///   - options: How the bytes are laid out.
  ///   - next: The next piece of the bytes; `nil` at the end.
  package init(options: Options = Options(), next: @escaping () throws -> [UInt8]?) {
    self.options = options
    self.next = next
  }

  /// A reader of bytes in memory.
  package init(_ bytes: [UInt8], options: Options = Options()) {
    var rest: [UInt8]? = bytes
    self.init(options: options) {
      defer { rest = nil }
      return rest
    }
  }

  /// Reads the next row into `row`, whose storage is used again.
  ///
  /// - Parameter row: What the cells go to.
  /// - Returns: Whether there was another row.
  /// - Throws: ``CSVError``, or what the source of the bytes throws; the reader is of no use afterwards.
  package mutating func read(into row: inout CSVRow) throws -> Bool {
    if isAtStart { try passByteOrderMark() }
    while true {
      row.removeAll(line: line)
      let endsWithBreak = try readLine(into: &row)
      if row.isBlank {
        guard endsWithBreak else { return false }
        continue
      }
      return true
    }
  }

  /// Takes the bytes of one row; returns false at the end of the bytes.
  private mutating func readLine(into row: inout CSVRow) throws -> Bool {
    let quote = UInt8(ascii: "\"")
    try passLineFeed()
    var state = State.start
    var opening = (line: line, column: column)
    while let byte = try take() {
      switch (state, byte) {
      case (.quoted, quote): state = .quoteInQuoted
      case (.quoted, _): try append(byte, to: &row)
      case (.quoteInQuoted, quote):
        try append(byte, to: &row)
        state = .quoted
      case (_, options.delimiter):
        try endCell(&row)
        state = .start
        row.isBlank = false
      case (_, 0x0A), (_, 0x0D):
        try endCell(&row)
        return true
      case (.start, quote):
        opening = (line, column)
        row.isBlank = false
        state = .quoted
      case (.quoteInQuoted, _): throw CSVError(.textAfterQuote, line: line, column: column)
      case (.plain, quote): throw CSVError(.quoteInPlainCell, line: line, column: column)
      default:
        row.isBlank = false
        state = .plain
        try append(byte, to: &row)
      }
    }
    guard state != .quoted else {
      throw CSVError(.unclosedQuote, line: opening.line, column: opening.column)
    }
    try endCell(&row)
    return false
  }

  private func append(_ byte: UInt8, to row: inout CSVRow) throws(CSVError) {
    guard row.bytes.count < options.rowByteLimit else {
      throw CSVError(.rowTooLong(options.rowByteLimit), line: row.line, column: 1)
    }
    row.bytes.append(byte)
  }

  private func endCell(_ row: inout CSVRow) throws(CSVError) {
    guard row.ends.count < options.cellLimit else {
      throw CSVError(.tooManyCells(options.cellLimit), line: row.line, column: 1)
    }
    row.ends.append(row.bytes.count)
  }

  /// The next byte.
  ///
  /// A line ends with a CR, or with a LF that does not follow one.
  private mutating func take() throws -> UInt8? {
    guard try fill() else { return nil }
    let byte = piece[position]
    position += 1
    if byte == 0x0D || byte == 0x0A {
      if byte == 0x0D || !followsReturn { line += 1 }
      column = 0
    } else {
      column += 1
    }
    followsReturn = byte == 0x0D
    return byte
  }

  /// Passes over the LF of the CRLF that the last row ended with.
  private mutating func passLineFeed() throws {
    if followsReturn, try fill(), piece[position] == 0x0A { position += 1 }
    followsReturn = false
  }

  /// Whether there is another byte, which is at `position` then.
  private mutating func fill() throws -> Bool {
    while position == piece.count {
      guard !isAtEnd, let more = try next() else {
        isAtEnd = true
        return false
      }
      piece = more
      position = 0
    }
    return true
  }

  private mutating func passByteOrderMark() throws {
    isAtStart = false
    while piece.count < 3, let more = try next() { piece += more }
    if piece.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }
}

/// The cells of one row of a CSV file.
package struct CSVRow: Sendable {
  fileprivate(set) var bytes: [UInt8] = []
  fileprivate(set) var ends: [Int] = []
  fileprivate var isBlank = true
  /// The line that the row begins on, from 1.
  package fileprivate(set) var line = 0

  package init() {}

  /// How many cells there are.
  package var count: Int { ends.count }

  /// The bytes of a cell, without its quotes.
  package subscript(cell: Int) -> Span<UInt8> {
    @_lifetime(borrow self)
    get { bytes.span.extracting((cell == 0 ? 0 : ends[cell - 1])..<ends[cell]) }
  }

  /// The text of a cell; bytes that are not UTF-8 become U+FFFD.
  package func text(_ cell: Int) -> String { String(decoding: self[cell]) }

  /// The number that a cell writes in decimal digits, with a point and an exponent if any; `nil` for all else, also for a number
  /// beyond the range of doubles.
  package func number(_ cell: Int) -> Double? {
    let text = self[cell]
    var offset = 0
    let isNegative = text.count > 0 && text[0] == UInt8(ascii: "-")
    if isNegative || text.count > 0 && text[0] == UInt8(ascii: "+") { offset = 1 }
    guard offset < text.count else { return nil }
    // Whole numbers of up to 15 digits are exact in one operation.
    var whole: Int64 = 0
    if text.count - offset <= 15 {
      var isWhole = true
      for place in offset..<text.count {
        let digit = text[place] &- 0x30
        guard digit <= 9 else {
          isWhole = false
          break
        }
        whole = whole * 10 + Int64(digit)
      }
      if isWhole { return isNegative ? -Double(whole) : Double(whole) }
    }
    // What is left to the standard library has the form of a number, not one of its names.
    for place in offset..<text.count {
      switch text[place] {
      case 0x30...0x39, UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"),
        UInt8(ascii: "-"):
        continue
      default: return nil
      }
    }
    guard let value = Double(String(decoding: text)), value.isFinite else { return nil }
    return value
  }

  fileprivate mutating func removeAll(line: Int) {
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    isBlank = true
    self.line = line
  }
}

/// Why bytes are not CSV, and where.
package struct CSVError: Error, Hashable, Sendable, CustomStringConvertible {
  package enum Code: Hashable, Sendable {
    /// A quote in a cell that does not begin with one.
    case quoteInPlainCell
    /// Something between the closing quote of a cell and the delimiter.
    case textAfterQuote
    /// The bytes end within quotes.
    case unclosedQuote
    case rowTooLong(Int)
    case tooManyCells(Int)
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

  package var description: String {
    let what =
      switch code {
      case .quoteInPlainCell:
        "a quote in a cell that does not begin with one; put the cell in quotes and double the quotes in it"
      case .textAfterQuote: "something after the closing quote of a cell"
      case .unclosedQuote: "a quote that is never closed"
      case .rowTooLong(let limit): "a row of more than \(limit) bytes"
      case .tooManyCells(let limit): "a row of more than \(limit) cells"
      }
    return "line \(line), byte \(column): \(what)"
  }
}
