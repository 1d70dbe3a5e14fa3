internal import Bytes
internal import Captures
internal import Files
internal import Parquet
internal import Tables

extension EventFile {
  /// Opens a Parquet file.
  ///
  /// - Throws: ``Unusable`` where it cannot be opened, or ``ParquetError``.
  func parquetReader() throws -> ParquetReader {
    let source: FileSource
    do {
      source = try FileSource(path: path)
    } catch let failure as FileFailure {
      throw Unusable(path: path, reason: "cannot be opened: \(failure.errno)")
    }
    return try ParquetReader(source)
  }

  /// The place of a column of texts; `nil` where there is no such column.
  ///
  /// - Throws: ``Unusable`` where it is of another type.
  func textPlace(_ schema: TableSchema, _ name: String, _ key: Unusable.Key) throws -> Int? {
    guard let place = schema.columns.firstIndex(where: { $0.name == name }) else { return nil }
    guard schema.columns[place].type == .string else {
      throw Unusable(path: path, key, reason: "column \(name) is not text")
    }
    return place
  }

  /// Hands on the rows of a Parquet file.
  func forEachParquetRow(
    bad: (Int, String) -> Void,
    _ body: (borrowing Row) throws -> Void
  ) throws {
    let reader = try parquetReader()
    let places = try ParquetPlaces(self, reader.schema)
    var number = 0
    let noEvent: [UInt8] = []
    try reader.forEachBatch(columns: places.read) { batch in
      let identities = batch.columns[0].texts
      let events = places.event.map { batch.columns[$0].texts }
      for row in 0..<batch.rowCount {
        number += 1
        let (time, value): (Int64, Double?)
        do throws(BadRow) {
          guard identities[row].count > 0 else {
            throw BadRow(reason: "\(columns.identity) is empty")
          }
          time = try batch.columns[1].eventTime(row, columns.time)
          value = places.value.flatMap { batch.columns[$0].eventValue(row) }
        } catch {
          bad(number, error.reason)
          continue
        }
        let identity = identities[row]
        if let events {
          try body(Row(identity: identity, time: time, event: events[row], value: value))
        } else {
          try body(Row(identity: identity, time: time, event: noEvent.span, value: value))
        }
      }
    }
  }
}

/// Which columns of a Parquet file are read: those of the identity and the time first.
private struct ParquetPlaces {
  private(set) var read: [Int]
  /// Their places among those that are read.
  private(set) var event: Int?
  private(set) var value: Int?

  /// - Throws: ``EventFile/Unusable`` where a column is missing or has another type.
  init(_ file: EventFile, _ schema: TableSchema) throws {
    let names = file.columns
    guard let identity = try file.textPlace(schema, names.identity, .identity) else {
      throw file.lacks(names.identity, .identity)
    }
    guard let time = schema.columns.firstIndex(where: { $0.name == names.time }) else {
      throw file.lacks(names.time, .time)
    }
    read = [identity, time]
    if let place = try file.textPlace(schema, names.event, .event) {
      event = read.count
      read.append(place)
    }
    if let place = schema.columns.firstIndex(where: { $0.name == names.value }) {
      value = read.count
      read.append(place)
    }
  }
}

extension Column {
  /// The time in a row, in microseconds since the epoch.
  ///
  /// - Throws: ``EventFile/BadRow``.
  fileprivate func eventTime(_ row: Int, _ name: String) throws(EventFile.BadRow) -> Int64 {
    if isNull(row) { throw EventFile.BadRow(reason: "\(name) is empty") }
    switch schema.type {
    case .timestamp: return try EventTime.inRange(integers[row], name)
    case .date:
      let (time, isTooLarge) = integers[row].multipliedReportingOverflow(by: 86_400_000_000)
      return try EventTime.inRange(isTooLarge ? .max : time, name)
    case .int64: return try EventTime.parse(String(integers[row]).utf8.span, name)
    case .string:
      let texts = texts
      return try EventTime.parse(texts[row], name)
    case .double, .boolean: throw EventFile.BadRow(reason: "\(name) is no time")
    }
  }

  /// The number in a row; `nil` where there is none.
  fileprivate func eventValue(_ row: Int) -> Double? {
    if isNull(row) { return nil }
    switch schema.type {
    case .double: return doubles[row].isFinite ? doubles[row] : nil
    case .int64, .boolean: return Double(integers[row])
    case .string: return text(row).flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil }
    case .timestamp, .date: return nil
    }
  }
}
