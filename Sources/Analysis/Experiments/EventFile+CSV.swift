internal import Archives
internal import Bytes
internal import Tables

extension EventFile {
  /// Hands on the rows of a CSV file, whose first row names the columns.
  func forEachCSVRow(
    bad: (Int, String) -> Void,
    _ body: (borrowing Row) throws -> Void
  ) throws {
    var reader = try csvReader()
    var row = CSVRow()
    guard try reader.read(into: &row) else {
      throw Unusable(path: path, reason: "it has no header")
    }
    let columns = try CSVColumns(row, of: self)
    let noEvent: [UInt8] = []
    while try reader.readGoodRow(into: &row, bad: bad) {
      let (time, value): (Int64, Double?)
      do throws(BadRow) {
        (time, value) = try columns.read(row)
      } catch {
        bad(row.line, error.reason)
        continue
      }
      let identity = row[columns.identity]
      if let event = columns.event {
        try body(Row(identity: identity, time: time, event: row[event], value: value))
      } else {
        try body(Row(identity: identity, time: time, event: noEvent.span, value: value))
      }
    }
  }

  func csvReader() throws -> CSVReader {
    let stream = try ArchiveStream(Archive(path: path))
    return CSVReader { try stream.next() }
  }
}

extension CSVReader {
  /// Reads the next row that can be read, and names those before it.
  mutating func readGoodRow(into row: inout CSVRow, bad: (Int, String) -> Void) throws -> Bool {
    while true {
      do {
        return try read(into: &row)
      } catch let error as CSVError {
        bad(row.line, "\(error.code)")
        try passBadRow(row)
      }
    }
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
    guard let identity = place(names.identity) else { throw file.lacks(names.identity, .identity) }
    guard let time = place(names.time) else { throw file.lacks(names.time, .time) }
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
    guard let number = row.number(value) else {
      throw EventFile.BadRow(reason: "\(names.value) `\(row.text(value).prefix(40))` is no number")
    }
    return (time, number)
  }
}
