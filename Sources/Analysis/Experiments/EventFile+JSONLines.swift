internal import Archives
internal import Bytes
internal import JSON

extension EventFile {
  /// Hands on the lines of a JSON Lines file.
  func forEachLine(
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
          if isValue {
            let text = String(decoding: digits)
            guard let number = Double(text), number.isFinite else {
              throw EventFile.BadRow(reason: "\(columns.value) `\(text.prefix(40))` is too large")
            }
            value = number
          }
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
