internal import Bytes
package import JSON

/// One flag of a state.
package struct FlagRow: Hashable, Sendable {
  package let environment: Int64?
  package let featureID: Int64
  package let feature: String
  package let featureType: String
  package let enabled: Bool
  package let valueType: String
  /// The canonical text; `nil` for null.
  package let value: String?
  package let percentageAllocation: Double?
  package let initialValue: String?
  /// `none`, `identity` or `segment`.
  package let override: String

  /// The rows of a canonical text of flags.
  ///
  /// - Throws: ``JSONError`` where the text is not one that ``PayloadDecoder`` writes.
  package static func rows(of text: Span<UInt8>) throws(JSONError) -> [FlagRow] {
    try JSONReader.rows(of: text) { (reader: inout JSONReader) throws(JSONError) -> FlagRow in
      FlagRow(
        environment: try reader.nextInteger(),
        featureID: try reader.nextInteger() ?? 0,
        feature: try reader.nextText() ?? "",
        featureType: try reader.nextText() ?? "",
        enabled: try reader.nextBoolean(),
        valueType: try reader.nextText() ?? "",
        value: try reader.nextText(),
        percentageAllocation: try reader.nextNumber(),
        initialValue: try reader.nextText(),
        override: try reader.nextText() ?? ""
      )
    }
  }
}

/// One segment of a state.
package struct SegmentRow: Hashable, Sendable {
  package let segmentID: Int64
  package let segment: String
  package let member: Bool

  /// The rows of a canonical text of segments.
  ///
  /// - Throws: ``JSONError`` where the text is not one that ``PayloadDecoder`` writes.
  package static func rows(of text: Span<UInt8>) throws(JSONError) -> [SegmentRow] {
    try JSONReader.rows(of: text) { (reader: inout JSONReader) throws(JSONError) -> SegmentRow in
      SegmentRow(
        segmentID: try reader.nextInteger() ?? 0,
        segment: try reader.nextText() ?? "",
        member: try reader.nextBoolean()
      )
    }
  }
}

extension JSONReader {
  /// Reads arrays that stand one to a line.
  fileprivate static func rows<Row>(
    of text: Span<UInt8>,
    _ read: (inout JSONReader) throws(JSONError) -> Row
  ) throws(JSONError) -> [Row] {
    var rows: [Row] = []
    var start = 0
    while let end = text.firstOffset(of: UInt8(ascii: "\n"), from: start) {
      var reader = JSONReader(
        text.extracting(start..<end),
        options: Options(allowsNonFiniteNumbers: true)
      )
      try reader.beginArray()
      rows.append(try read(&reader))
      start = end + 1
    }
    return rows
  }

  fileprivate mutating func nextCell() throws(JSONError) -> JSONToken {
    guard try nextElement() else { throw JSONError(.unexpectedEnd, at: position) }
    return try readToken()
  }

  fileprivate mutating func nextInteger() throws(JSONError) -> Int64? {
    if case .number(let number) = try nextCell() { int64(number) } else { nil }
  }

  fileprivate mutating func nextNumber() throws(JSONError) -> Double? {
    if case .number(let number) = try nextCell() { double(number) } else { nil }
  }

  fileprivate mutating func nextBoolean() throws(JSONError) -> Bool {
    try nextCell() == .boolean(true)
  }

  fileprivate mutating func nextText() throws(JSONError) -> String? {
    guard case .string(let string) = try nextCell() else { return nil }
    var text = ByteBuffer(minimumCapacity: string.range.count)
    _ = unescape(string, into: &text)
    return String(decoding: text.span)
  }
}
