internal import Flagsmith

// The canonical order of rows: ascending by columns, nulls first, text by its UTF-8 bytes.

extension String {
  /// Negative, zero or positive as the UTF-8 bytes sort before, with or after those of `other`.
  fileprivate func compared(_ other: String) -> Int {
    self == other && utf8.elementsEqual(other.utf8)
      ? 0 : utf8.lexicographicallyPrecedes(other.utf8) ? -1 : 1
  }
}

private func compare<Value: Comparable>(_ left: Value, _ right: Value) -> Int {
  left < right ? -1 : right < left ? 1 : 0
}

private func compareOptional<Value>(
  _ left: Value?,
  _ right: Value?,
  _ compare: (Value, Value) -> Int
) -> Int {
  switch (left, right) {
  case (nil, nil): 0
  case (nil, _): -1
  case (_, nil): 1
  case (let left?, let right?): compare(left, right)
  }
}

/// The numbers that rows of states are sorted by first, and mostly told apart by.
struct RowNumbers {
  let environment: Int64?
  let id: Int64

  /// Whether a row with these numbers stands before one with others, whatever else they have.
  func isSurelyBefore(_ other: RowNumbers) -> Bool {
    environment == other.environment && id < other.id
  }
}

extension FlagRow {
  static func precedes(_ left: FlagRow, _ right: FlagRow) -> Bool {
    let order = compareOptional(left.environment, right.environment, compare)
    if order != 0 { return order < 0 }
    if left.featureID != right.featureID { return left.featureID < right.featureID }
    return precedesInTheRest(left, right)
  }

  var numbers: RowNumbers { RowNumbers(environment: environment, id: featureID) }

  /// Compares the columns after the feature, which is seldom needed: a state has most features once.
  private static func precedesInTheRest(_ left: FlagRow, _ right: FlagRow) -> Bool {
    let orders = [
      left.feature.compared(right.feature),
      left.featureType.compared(right.featureType),
      compare(left.enabled ? 1 : 0, right.enabled ? 1 : 0),
      left.valueType.compared(right.valueType),
      compareOptional(left.value, right.value) { $0.compared($1) },
      compareOptional(left.percentageAllocation, right.percentageAllocation, compare),
      compareOptional(left.initialValue, right.initialValue) { $0.compared($1) },
      left.override.compared(right.override),
    ]
    return orders.first { $0 != 0 }.map { $0 < 0 } ?? false
  }
}

extension SegmentRow {
  var numbers: RowNumbers { RowNumbers(environment: nil, id: segmentID) }

  static func precedes(_ left: SegmentRow, _ right: SegmentRow) -> Bool {
    if left.segmentID != right.segmentID { return left.segmentID < right.segmentID }
    let order = left.segment.compared(right.segment)
    return order != 0 ? order < 0 : !left.member && right.member
  }
}
