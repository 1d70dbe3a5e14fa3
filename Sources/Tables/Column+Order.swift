internal import Bytes

extension [Column] {
  /// Negative, zero or positive as the row at one place sorts before, with or after that at another: by the columns in
  /// turn, nulls first, text by its UTF-8 bytes, false before true, NaN after all numbers.
  ///
  /// - Complexity: O(*n*) in the bytes of the cells.
  package func order(_ left: Int, _ right: Int) -> Int {
    for place in indices {
      let order = self[place].order(left, right)
      if order != 0 { return order }
    }
    return 0
  }
}

extension Column {
  @inline(__always)
  fileprivate func order(_ left: Int, _ right: Int) -> Int {
    if isNull(left) || isNull(right) { return (isNull(left) ? 0 : 1) - (isNull(right) ? 0 : 1) }
    switch schema.type {
    case .int64, .timestamp, .date, .boolean:
      return Self.order(integers[left], integers[right])
    case .double: return Self.order(doubles: doubles[left], doubles[right])
    case .string: return texts[left].comparedBytes(texts[right])
    }
  }

  @inline(__always)
  static func order<Value: Comparable>(_ left: Value, _ right: Value) -> Int {
    left < right ? -1 : right < left ? 1 : 0
  }

  @inline(__always)
  static func order(doubles left: Double, _ right: Double) -> Int {
    if left.isNaN || right.isNaN { return (left.isNaN ? 1 : 0) - (right.isNaN ? 1 : 0) }
    return order(left, right)
  }
}
