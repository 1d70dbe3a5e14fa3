internal import Bytes
internal import Flagsmith
internal import JSON

/// The rows of states, decoded: most states share most of their rows, so every row is decoded once.
struct StateRowMemory<Row: StateRow> {
  /// How many rows are remembered before all are forgotten.
  private static var greatestCount: Int { 1 << 15 }

  private var texts = KnownTexts()
  private(set) var rows: [Row] = []
  /// The places in ``rows`` of the state at hand, in canonical order.
  private(set) var places: [Int32] = []

  /// Decodes the rows of a canonical text.
  ///
  /// - Throws: ``JSONError`` where the text is not canonical.
  /// - Complexity: O(*n*) in the bytes where all rows are known and come in order.
  mutating func decode(_ text: Span<UInt8>) throws(JSONError) {
    if rows.count > Self.greatestCount {
      texts.removeAll()
      rows.removeAll()
    }
    places.removeAll(keepingCapacity: true)
    var start = 0
    while start < text.count {
      if let known = texts.find(in: text, at: start, after: places.last) {
        places.append(known)
        start += texts.length(of: known)
        continue
      }
      let end = text.firstOffset(of: UInt8(ascii: "\n"), from: start) ?? text.count - 1
      let line = text.extracting(start..<end + 1)
      guard let row = try Row.rows(of: line).first, let id = texts.insert(line) else {
        throw JSONError(.unexpectedEnd, at: end)
      }
      texts.note(id, after: places.last)
      rows.append(row)
      places.append(id)
      start = end + 1
    }
    for index in places.indices.dropFirst()
    where Row.precedes(rows[Int(places[index])], rows[Int(places[index - 1])]) {
      let rows = rows
      places.sort { Row.precedes(rows[Int($0)], rows[Int($1)]) }
      return
    }
  }
}

/// A row of a state, as its table has it.
protocol StateRow {
  static func rows(of text: Span<UInt8>) throws(JSONError) -> [Self]
  /// Whether a row stands before another in the table.
  static func precedes(_ left: Self, _ right: Self) -> Bool
}

extension FlagRow: StateRow {}
extension SegmentRow: StateRow {}
