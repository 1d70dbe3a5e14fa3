internal import Bytes
internal import Tables

/// A data page, encoded and not yet compressed.
struct EncodedPage {
  /// The page's first row, counted in its row group.
  var firstRow = 0
  var rowCount = 0
  var nullCount = 0
  var nanCount = 0
  var bounds = Bounds.none
  /// The body.
  var bytes: [UInt8] = []

  /// Whether there are values, and NaN is all they are.
  var isAllNaN: Bool { nanCount > 0 && nanCount == rowCount - nullCount }
}

extension [EncodedPage] {
  /// How many bytes the bodies have together.
  var byteCount: Int { reduce(0) { $0 + $1.bytes.count } }

  /// The column index (`ColumnIndex`); `nil` where a page's values are all NaN, which it cannot say.
  func columnIndex(of type: ColumnType) -> [UInt8]? {
    guard !contains(where: \.isAllNaN) else { return nil }
    var writer = CompactWriter()
    let bounds = map { $0.bounds.encoded(as: type) }
    writer.list(1, of: WireType.booleanTrue, count: count)
    for bound in bounds { writer.element(bound == nil) }
    writer.list(2, of: WireType.binary, count: count)
    for bound in bounds { writer.element(bound?.minimum ?? []) }
    writer.list(3, of: WireType.binary, count: count)
    for bound in bounds { writer.element(bound?.maximum ?? []) }
    writer.field(4, boundaryOrder(of: bounds))
    writer.list(5, of: WireType.int64, count: count)
    for page in self { writer.element(Int64(page.nullCount)) }
    if type == .double {
      writer.list(8, of: WireType.int64, count: count)
      for page in self { writer.element(Int64(page.nanCount)) }
    }
    writer.endStruct()
    return writer.bytes
  }

  /// Whether the bounds as written ascend (1), descend (2), or neither (0).
  private func boundaryOrder(of bounds: [EncodedBounds?]) -> Int32 {
    var isAscending = true
    var isDescending = true
    var previous: (bounds: Bounds, encoded: EncodedBounds)?
    for (page, encoded) in zip(self, bounds) {
      guard let encoded else { continue }
      if let previous {
        let order = Self.compare(previous, (page.bounds, encoded))
        if order.minimum > 0 || order.maximum > 0 { isAscending = false }
        if order.minimum < 0 || order.maximum < 0 { isDescending = false }
      }
      previous = (page.bounds, encoded)
    }
    return isAscending ? 1 : isDescending ? 2 : 0
  }

  /// How the bounds of two pages sort, each -1, 0 or 1.
  private static func compare(
    _ left: (bounds: Bounds, encoded: EncodedBounds),
    _ right: (bounds: Bounds, encoded: EncodedBounds)
  ) -> (minimum: Int, maximum: Int) {
    func order<Value: Comparable>(_ left: Value, _ right: Value) -> Int {
      left < right ? -1 : left > right ? 1 : 0
    }
    switch (left.bounds, right.bounds) {
    case (.integers(let low, let high), .integers(let nextLow, let nextHigh)):
      return (order(low, nextLow), order(high, nextHigh))
    case (.doubles(let low, let high), .doubles(let nextLow, let nextHigh)):
      return (order(low, nextLow), order(high, nextHigh))
    default:
      return (
        left.encoded.minimum.span.comparedBytes(right.encoded.minimum.span).signum(),
        left.encoded.maximum.span.comparedBytes(right.encoded.maximum.span).signum()
      )
    }
  }
}
