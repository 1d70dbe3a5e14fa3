import Bytes
import Captures
import Tables

/// Why a text is not a value that cells of a column can be compared with.
struct ConditionValueFault: Error {
  /// What, and what to write instead.
  let text: String
}

extension ColumnSchema {
  /// The value that a condition on the column writes.
  ///
  /// - Parameters:
  ///   - text: The value by its type; `null` for no cell where the column may have none.
  ///   - comparison: How cells are compared with it.
  /// - Returns: The value.
  /// - Throws: ``ConditionValueFault`` where it is of another type.
  func value(
    _ text: String,
    _ comparison: RowCondition.Comparison
  ) throws(ConditionValueFault) -> RowCondition.Value {
    if text == "null", isNullable {
      guard comparison == .equal || comparison == .unequal else {
        throw ConditionValueFault(text: "null is neither more nor less than anything; use = or !=")
      }
      return .null
    }
    let value: RowCondition.Value? =
      switch type {
      case .string: .text(ByteText(text))
      case .int64: Int64(text).map { .integer($0) }
      case .double: Self.double(text).map { .double($0) }
      case .boolean: ["false", "true"].firstIndex(of: text).map { .integer(Int64($0)) }
      case .date: CivilDate(text).map { .integer(Int64($0.daysSinceEpoch)) }
      case .timestamp: Self.time(text).map { .integer($0) }
      }
    if let value { return value }
    if text == "null" { throw ConditionValueFault(text: "\(name) is never null") }
    throw ConditionValueFault(text: "\(text.isEmpty ? "nothing" : text) is not \(form)")
  }

  /// How values of the column's type are written.
  private var form: String {
    let form =
      switch type {
      case .string: "a text"
      case .int64: "a whole number"
      case .double: "a number, such as 1.5 or 1e-3"
      case .boolean: "true or false"
      case .date: "a date, YYYY-MM-DD"
      case .timestamp: "a time from 2000 to 2099, such as 2026-11-22T13:05:09Z, or a date"
      }
    return form + (isNullable ? ", or null" : "")
  }

  /// A number in digits, or one of the names that the tables have.
  private static func double(_ text: String) -> Double? {
    switch text {
    case "NaN": return .nan
    case "Infinity": return .infinity
    case "-Infinity": return -.infinity
    default:
      guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.eE".utf8.contains($0) }) else {
        return nil
      }
      return Double(text)
    }
  }

  /// Microseconds of a time, or of the beginning of a date in UTC.
  private static func time(_ text: String) -> Int64? {
    if let date = CivilDate(text) { return Int64(date.daysSinceEpoch) * 86_400_000_000 }
    return try? ReceivedTime(rfc3339: text.utf8.span).microseconds
  }
}
