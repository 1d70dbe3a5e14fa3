internal import Bytes

/// Reads CSV (RFC 4180) row by row, from bytes in pieces of any size.
///
/// A byte-order mark is passed over, lines end with LF, CRLF or CR, and lines with nothing in them are no rows. Anything that the
/// RFC does not allow is an error with its line and column; nothing is guessed. Whoever can do without a row goes on after the
/// error. A row and a number of cells have limits, so that a file that is not CSV does not end up in memory.
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
  /// The bytes from the beginning of the row at hand on, and maybe some before it.
  private var buffer: [UInt8] = []
  private var rowStart = 0
  private var position = 0
  /// Where the line at hand begins, in the buffer.
  private var lineStart = 0
  private var line = 1
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
  /// - Parameter row: What the cells go to; its line is that of a row that cannot be read, too.
  /// - Returns: Whether there was another row.
  /// - Throws: ``CSVError``, or what the source of the bytes throws. After the former, ``passBadRow(_:)`` lets the reader go on.
  package mutating func read(into row: inout CSVRow) throws -> Bool {
    if isAtStart { try passByteOrderMark() }
    while true {
      try passLineFeed()
      rowStart = position
      row.removeAll(line: line)
      if let next = readPlainLine(into: &row) {
        position = next
        lineStart = next
        line += 1
      } else {
        row.removeAll(line: line)
        guard try readLine(into: &row) || !row.isBlank else { return false }
      }
      if !row.isBlank { return true }
    }
  }

  /// Goes on after a row that could not be read, for whoever can do without it.
  ///
  /// It is the line after the one that the row began on, which is most often the one that is wrong: a quote that is not closed
  /// costs one line and not all others.
  ///
  /// - Parameter row: The row.
  /// - Throws: What the source of the bytes throws.
  /// - Complexity: O(*n*) in the bytes of the line. The lines of a bad row are read twice, never more often.
  package mutating func passBadRow(_ row: CSVRow) throws {
    position = rowStart
    lineStart = rowStart
    line = row.line
    while let byte = try take() {
      rowStart = position
      if byte == 0x0A || byte == 0x0D { return }
    }
  }

  /// Reads a line without quotes, as most are, that is in the buffer.
  ///
  /// - Returns: Where the next one begins; `nil` for all others.
  private func readPlainLine(into row: inout CSVRow) -> Int? {
    let bytes = buffer.span
    guard let feed = bytes.firstOffset(of: 0x0A, from: position) else { return nil }
    let hasReturn = feed > position && bytes[feed - 1] == 0x0D
    let text = bytes.extracting(position..<(hasReturn ? feed - 1 : feed))
    guard text.count <= options.rowByteLimit, row.take(plain: text, options) else { return nil }
    return feed + 1
  }

  /// Reads any row byte by byte; returns false at the end of the bytes.
  private mutating func readLine(into row: inout CSVRow) throws -> Bool {
    let quote = UInt8(ascii: "\"")
    var state = State.start
    var opening = (line: line, column: 0)
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
    guard row.byteCount < options.rowByteLimit else {
      throw CSVError(.rowTooLong(options.rowByteLimit), line: row.line, column: 1)
    }
    row.append(byte)
  }

  private func endCell(_ row: inout CSVRow) throws(CSVError) {
    guard row.count < options.cellLimit else {
      throw CSVError(.tooManyCells(options.cellLimit), line: row.line, column: 1)
    }
    row.endCell()
  }

  /// The byte of the line that was taken last, from 1.
  private var column: Int { position - lineStart }

  /// The next byte.
  ///
  /// A line ends with a CR, or with a LF that does not follow one.
  private mutating func take() throws -> UInt8? {
    guard try fill() else { return nil }
    let byte = buffer[position]
    position += 1
    if byte == 0x0D || byte == 0x0A {
      if byte == 0x0D || !followsReturn { line += 1 }
      lineStart = position
    }
    followsReturn = byte == 0x0D
    return byte
  }

  /// Passes over the LF of the CRLF that the last row ended with.
  private mutating func passLineFeed() throws {
    if followsReturn {
      rowStart = position
      if try fill(), buffer[position] == 0x0A { position += 1 }
      lineStart = position
    }
    followsReturn = false
  }

  /// Whether there is another byte, which is at `position` then.
  private mutating func fill() throws -> Bool {
    while position == buffer.count {
      guard !isAtEnd, let more = try next() else {
        isAtEnd = true
        return false
      }
      if rowStart == buffer.count {
        buffer = more
      } else {
        buffer.removeFirst(rowStart)
        buffer += more
      }
      position -= rowStart
      lineStart -= rowStart
      rowStart = 0
    }
    return true
  }

  private mutating func passByteOrderMark() throws {
    isAtStart = false
    while buffer.count < 3, let more = try next() { buffer += more }
    if buffer.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    lineStart = position
  }
}
