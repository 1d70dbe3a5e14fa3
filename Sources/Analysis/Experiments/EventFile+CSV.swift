internal import Archives
internal import Bytes
internal import Tables

extension EventFile {
  /// How many bytes a row may have.
  private static let greatestRowByteCount = 1 << 20

  /// Hands on the rows of a CSV file (RFC 4180), whose first row names the columns.
  func forEachCSVRow(
    bad: (Int, String) -> Void,
    _ body: (borrowing Row) throws -> Void
  ) throws {
    var reader = try BlockReader(Archive(path: path))
    var block = LineBlock()
    var columns: CSVColumns?
    var row = CSVRow()
    /// A row whose quotes are not closed at the end of a block, and the line that it began on.
    var carried: [UInt8] = []
    var lineNumber = 1
    var isAtEnd = false
    while !isAtEnd {
      switch try reader.next(into: &block) {
      case .end: isAtEnd = true
      case .partOfLongLine(let isFirst, _):
        if isFirst { bad(lineNumber, "the line is too long") }
        continue
      case .lines: carried.append(block.bytes)
      }
      let bytes = carried
      var start = 0
      while start < bytes.count {
        guard let end = row.read(bytes.span, from: start, isLast: isAtEnd) else { break }
        let number = lineNumber
        lineNumber += row.lineCount
        start = end
        if row.isEmpty { continue }
        guard let known = columns else {
          columns = try CSVColumns(row, of: self)
          continue
        }
        let (time, value): (Int64, Double?)
        do throws(BadRow) {
          (time, value) = try known.read(row)
        } catch {
          bad(number, error.reason)
          continue
        }
        try body(
          Row(
            identity: row[known.identity],
            time: time,
            event: row[known.event],
            value: value
          )
        )
      }
      carried.removeFirst(start)
      if carried.count > Self.greatestRowByteCount {
        throw Unusable(
          path: path,
          reason:
            "line \(lineNumber): the row has more than \(Self.greatestRowByteCount) bytes; is a quote not closed?"
        )
      }
    }
    if columns == nil { throw Unusable(path: path, reason: "it has no header") }
  }
}

/// Where the columns that are asked for stand in a CSV file.
private struct CSVColumns {
  let identity: Int
  let event: Int?
  private let time: Int
  private let value: Int?
  private let count: Int
  private let names: ExperimentPlan.EventSource.Columns

  /// - Throws: ``EventFile/Unusable`` where a column is missing.
  init(_ header: CSVRow, of file: EventFile) throws {
    func place(_ name: String) -> Int? {
      let bytes = Array(name.utf8)
      return (0..<header.count).first { header[$0].equalBytes(bytes.span) }
    }
    names = file.columns
    guard let identity = place(names.identity) else { throw file.lacks(names.identity) }
    guard let time = place(names.time) else { throw file.lacks(names.time) }
    self.identity = identity
    self.time = time
    event = place(names.event)
    value = place(names.value)
    count = header.count
  }

  /// The time and the value in a row.
  ///
  /// - Throws: ``EventFile/BadRow``.
  func read(_ row: CSVRow) throws(EventFile.BadRow) -> (Int64, Double?) {
    guard row.count == count else {
      throw EventFile.BadRow(reason: "it has \(row.count) fields, and the header has \(count)")
    }
    guard row[identity].count > 0 else {
      throw EventFile.BadRow(reason: "\(names.identity) is empty")
    }
    let time = try EventTime.parse(row[time], names.time)
    guard let value, row[value].count > 0 else { return (time, nil) }
    let text = String(decoding: row[value])
    guard let number = Double(text), number.isFinite else {
      throw EventFile.BadRow(reason: "\(names.value) `\(text.prefix(40))` is no number")
    }
    return (time, number)
  }
}

/// The fields of one row.
private struct CSVRow {
  private var fields = TextValues()
  private var field: [UInt8] = []
  /// How many lines it stands on.
  private(set) var lineCount = 0

  var count: Int { fields.count }

  /// Whether there is nothing on its line.
  var isEmpty: Bool { fields.count == 1 && fields[0].count == 0 }

  subscript(place: Int) -> Span<UInt8> {
    @_lifetime(borrow self)
    get { fields[place] }
  }

  /// The field in a column; empty where there is no such column.
  subscript(place: Int?) -> Span<UInt8> {
    @_lifetime(borrow self)
    get {
      guard let place else { return Span() }
      return fields[place]
    }
  }

  /// Reads a row; returns where the next one begins, or `nil` where it does not end.
  mutating func read(_ bytes: Span<UInt8>, from start: Int, isLast: Bool) -> Int? {
    fields.removeAll()
    lineCount = 0
    if let end = readPlain(bytes, from: start) { return end }
    fields.removeAll()
    field.removeAll(keepingCapacity: true)
    var place = start
    var isQuoted = false
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      if isQuoted {
        if byte == UInt8(ascii: "\n") { lineCount += 1 }
        guard byte == UInt8(ascii: "\"") else {
          field.append(byte)
          continue
        }
        guard place < bytes.count, bytes[place] == byte else {
          isQuoted = false
          continue
        }
        field.append(byte)
        place += 1
        continue
      }
      switch byte {
      case UInt8(ascii: "\"") where field.isEmpty: isQuoted = true
      case UInt8(ascii: ","): endField()
      case UInt8(ascii: "\n"):
        if field.last == UInt8(ascii: "\r") { field.removeLast() }
        endField()
        lineCount += 1
        return place
      default: field.append(byte)
      }
    }
    guard isLast, !isQuoted || place > start else { return nil }
    endField()
    lineCount += 1
    return place
  }

  /// Reads a row without quotes, as most are; returns where the next one begins, or `nil` for any other.
  private mutating func readPlain(_ bytes: Span<UInt8>, from start: Int) -> Int? {
    guard let feed = bytes.firstOffset(of: UInt8(ascii: "\n"), from: start) else { return nil }
    let line = bytes.extracting(start..<feed)
    guard line.firstOffset(of: UInt8(ascii: "\"")) == nil else { return nil }
    let hasReturn = feed > start && bytes[feed - 1] == UInt8(ascii: "\r")
    let end = line.count - (hasReturn ? 1 : 0)
    var place = 0
    while let comma = line.firstOffset(of: UInt8(ascii: ","), from: place) {
      fields.append(line.extracting(place..<comma))
      place = comma + 1
    }
    fields.append(line.extracting(place..<max(place, end)))
    lineCount = 1
    return feed + 1
  }

  private mutating func endField() {
    let ended = field
    fields.append(ended.span)
    field.removeAll(keepingCapacity: true)
  }
}
