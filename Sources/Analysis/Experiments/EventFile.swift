internal import Archives
internal import Bytes
internal import Captures
internal import Files
internal import JSON
internal import Parquet
internal import Tables

/// One file of events, read row by row.
package struct EventFile {
  /// A row, of which only what is asked for was looked at.
  struct Row: ~Escapable {
    let identity: Span<UInt8>
    /// Microseconds since the epoch.
    let time: Int64
    let event: Span<UInt8>
    let value: Double?

    @_lifetime(copy identity, copy event)
    init(identity: Span<UInt8>, time: Int64, event: Span<UInt8>, value: Double?) {
      self.identity = identity
      self.time = time
      self.event = event
      self.value = value
    }
  }

  /// That a row cannot be used, and why; the others can.
  struct BadRow: Error {
    let reason: String
  }

  /// That a file cannot be used.
  package struct Unusable: Error, Sendable, CustomStringConvertible {
    package let path: String
    package let reason: String
    package var description: String { "\(path): \(reason)" }
  }

  let path: String
  let format: ExperimentPlan.EventSource.Format
  let columns: ExperimentPlan.EventSource.Columns

  /// - Throws: ``Unusable`` where nothing says what format the file has.
  init(
    path: String,
    format: ExperimentPlan.EventSource.Format?,
    columns: ExperimentPlan.EventSource.Columns
  ) throws {
    guard let format = format ?? Self.format(ofName: path) else {
      throw Unusable(
        path: path,
        reason: "its name does not say whether it is CSV, JSON Lines or Parquet; add format:"
      )
    }
    self.path = path
    self.format = format
    self.columns = columns
  }

  /// Whether the name of a file says what format it has.
  static func hasKnownName(_ path: String) -> Bool { format(ofName: path) != nil }

  private static func format(ofName path: String) -> ExperimentPlan.EventSource.Format? {
    var name = path.lowercased()
    for suffix in [".gz", ".zst"] where name.hasSuffix(suffix) { name.removeLast(suffix.count) }
    if name.hasSuffix(".csv") { return .csv }
    if name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") { return .jsonl }
    return name.hasSuffix(".parquet") ? .parquet : nil
  }

  /// Hands on all rows, and those that cannot be used.
  ///
  /// - Parameters:
  ///   - bad: Called with the number of a row, from 1, and what is wrong with it.
  ///   - body: Called with every other row.
  /// - Throws: ``Unusable`` where the file cannot be read to its end or lacks a column, or what `body` throws.
  /// - Complexity: O(*n*) in its bytes; memory for a block of them.
  func forEachRow(
    bad: (_ number: Int, _ reason: String) -> Void,
    _ body: (borrowing Row) throws -> Void
  ) throws {
    do {
      switch format {
      case .csv: try forEachCSVRow(bad: bad, body)
      case .jsonl: try forEachLine(bad: bad, body)
      case .parquet: try forEachParquetRow(bad: bad, body)
      }
    } catch let error as ArchiveError {
      throw Unusable(path: path, reason: error.reason)
    } catch let error as ParquetError {
      throw Unusable(path: path, reason: "\(error)")
    } catch let error as FileFailure {
      throw Unusable(path: path, reason: "\(error)")
    }
  }

  // MARK: - JSON Lines

  private func forEachLine(
    bad: (Int, String) -> Void,
    _ body: (borrowing Row) throws -> Void
  ) throws {
    var reader = try BlockReader(Archive(path: path))
    var block = LineBlock()
    var fields = JSONFields(columns)
    while true {
      switch try reader.next(into: &block) {
      case .end: return
      case .partOfLongLine(let isFirst, _):
        if isFirst { bad(block.firstLineNumber, "the line is too long") }
      case .lines:
        var cursor = LineCursor(block)
        while cursor.advance(in: block) {
          do throws(BadRow) {
            try fields.read(block.line(at: cursor))
          } catch {
            bad(cursor.lineNumber, error.reason)
            continue
          }
          try body(
            Row(
              identity: fields.identity.span,
              time: fields.time,
              event: fields.event.span,
              value: fields.value
            )
          )
        }
        reader.nextLineNumber = cursor.lineNumber + 1
      }
    }
  }

  // MARK: - Parquet

  private func forEachParquetRow(
    bad: (Int, String) -> Void,
    _ body: (borrowing Row) throws -> Void
  ) throws {
    let reader = try ParquetReader(FileSource(path: path))
    func place(_ name: String) -> Int? {
      reader.schema.columns.firstIndex { $0.name == name }
    }
    guard let identity = place(columns.identity) else { throw lacks(columns.identity) }
    guard let time = place(columns.time) else { throw lacks(columns.time) }
    guard reader.schema.columns[identity].type == .string else {
      throw Unusable(path: path, reason: "column \(columns.identity) is not text")
    }
    let optional = [columns.event, columns.value].map(place)
    let places = [identity, time] + optional.compactMap(\.self)
    let eventColumn = optional[0].map { _ in 2 }
    let valueColumn = optional[1].map { _ in places.count - 1 }
    var number = 0
    let noEvent: [UInt8] = []
    try reader.forEachBatch(columns: places) { batch in
      let identities = batch.columns[0].texts
      let events = eventColumn.map { batch.columns[$0].texts } ?? TextValues()
      for row in 0..<batch.rowCount {
        number += 1
        let (time, value): (Int64, Double?)
        do throws(BadRow) {
          guard !batch.columns[0].isNull(row), identities[row].count > 0 else {
            throw BadRow(reason: "\(columns.identity) is empty")
          }
          time = try Self.time(batch.columns[1], row, columns.time)
          value = valueColumn.flatMap { Self.number(batch.columns[$0], row) }
        } catch {
          bad(number, error.reason)
          continue
        }
        if eventColumn == nil {
          try body(
            Row(identity: identities[row], time: time, event: noEvent.span, value: value)
          )
        } else {
          try body(Row(identity: identities[row], time: time, event: events[row], value: value))
        }
      }
    }
  }

  private static func time(
    _ column: Column,
    _ row: Int,
    _ name: String
  ) throws(BadRow) -> Int64 {
    if column.isNull(row) { throw BadRow(reason: "\(name) is empty") }
    switch column.schema.type {
    case .timestamp: return column.integers[row]
    case .date: return column.integers[row] * 86_400_000_000
    case .int64: return try EventTime.parse(String(column.integers[row]).utf8.span, name)
    case .string:
      let texts = column.texts
      return try EventTime.parse(texts[row], name)
    case .double, .boolean: throw BadRow(reason: "\(name) is no time")
    }
  }

  private static func number(_ column: Column, _ row: Int) -> Double? {
    if column.isNull(row) { return nil }
    switch column.schema.type {
    case .double: return column.doubles[row].isFinite ? column.doubles[row] : nil
    case .int64, .boolean: return Double(column.integers[row])
    case .string: return column.text(row).flatMap { Double($0) }.flatMap { $0.isFinite ? $0 : nil }
    case .timestamp, .date: return nil
    }
  }

  func lacks(_ column: String) -> Unusable {
    Unusable(path: path, reason: "it has no column \(column)")
  }
}

/// The time of an event as a text: RFC 3339 or a Unix time, as in archives.
enum EventTime {
  /// - Throws: ``EventFile/BadRow``.
  static func parse(_ text: Span<UInt8>, _ name: String) throws(EventFile.BadRow) -> Int64 {
    do throws(ReceivedTime.ParseError) {
      var isNumber = text.count > 0
      for index in text.indices {
        let byte = text[index]
        if !(0x30...0x39).contains(byte), byte != UInt8(ascii: ".") { isNumber = false }
      }
      return try (isNumber ? ReceivedTime(unixTime: text) : ReceivedTime(rfc3339: text))
        .microseconds
    } catch {
      let shown = String(decoding: text.extracting(..<min(40, text.count)))
      let fault = error == .outOfRange ? "is before 2000 or after 2099" : "is no time"
      throw EventFile.BadRow(reason: "\(name) `\(shown)` \(fault)")
    }
  }
}

/// The members of a line of JSON that are asked for.
private struct JSONFields {
  private let columns: ExperimentPlan.EventSource.Columns
  private let keys: (identity: [UInt8], time: [UInt8], event: [UInt8], value: [UInt8])
  private(set) var identity: [UInt8] = []
  private(set) var time: Int64 = 0
  private(set) var event: [UInt8] = []
  private(set) var value: Double?

  init(_ columns: ExperimentPlan.EventSource.Columns) {
    self.columns = columns
    keys = (
      Array(columns.identity.utf8), Array(columns.time.utf8), Array(columns.event.utf8),
      Array(columns.value.utf8)
    )
  }

  /// - Throws: ``EventFile/BadRow``.
  mutating func read(_ line: Span<UInt8>) throws(EventFile.BadRow) {
    identity.removeAll(keepingCapacity: true)
    event.removeAll(keepingCapacity: true)
    value = nil
    var time: Int64?
    var reader = JSONReader(line)
    do {
      try reader.beginObject()
      while let key = try reader.nextKey() {
        let name = line.extracting(key.range)
        let isIdentity = name.equalBytes(keys.identity.span)
        let isTime = name.equalBytes(keys.time.span)
        let isEvent = name.equalBytes(keys.event.span)
        let isValue = name.equalBytes(keys.value.span)
        switch try reader.readToken() {
        case .string(let text):
          if isIdentity { Self.set(&identity, text, reader) }
          if isEvent { Self.set(&event, text, reader) }
          if isTime {
            var plain: [UInt8] = []
            Self.set(&plain, text, reader)
            time = try EventTime.parse(plain.span, columns.time)
          }
        case .number(let number):
          let digits = line.extracting(number.range)
          if isTime { time = try EventTime.parse(digits, columns.time) }
          if isValue { value = Double(String(decoding: digits)) }
          if isIdentity { identity.append(digits) }
        case .boolean(let isTrue): if isValue { value = isTrue ? 1 : 0 }
        case .null, .composite: break
        }
      }
      try reader.finish()
    } catch let error as EventFile.BadRow {
      throw error
    } catch {
      throw EventFile.BadRow(reason: "it is not a JSON object")
    }
    guard !identity.isEmpty else {
      throw EventFile.BadRow(reason: "\(columns.identity) is missing or empty")
    }
    guard let time else { throw EventFile.BadRow(reason: "\(columns.time) is missing") }
    self.time = time
  }

  private static func set(
    _ bytes: inout [UInt8],
    _ text: JSONString,
    _ reader: borrowing JSONReader
  ) {
    var plain = ByteBuffer(minimumCapacity: text.range.count)
    _ = reader.unescape(text, into: &plain)
    bytes.removeAll(keepingCapacity: true)
    bytes.append(plain)
  }
}
