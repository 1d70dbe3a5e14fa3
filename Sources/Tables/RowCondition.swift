package import Bytes

/// What a cell of a column has to be for its row to be taken.
package struct RowCondition: Sendable {
  package enum Comparison: String, CaseIterable, Sendable {
    case equal = "="
    case unequal = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
  }

  /// What cells are compared with.
  package enum Value: Hashable, Sendable {
    /// Equal to null alone, and neither before nor after anything.
    case null
    /// Of an `int64`, `timestamp`, `date` or `boolean` column, as ``Column/integers`` has it.
    case integer(Int64)
    /// NaN is equal to itself and after all numbers.
    case double(Double)
    /// Compared by its UTF-8 bytes.
    case text(ByteText)
  }

  package let comparison: Comparison
  package let value: Value
  /// Whether the comparison must not hold, so that null is taken where it is neither before nor after.
  package let isNegated: Bool

  package init(_ comparison: Comparison, _ value: Value, isNegated: Bool = false) {
    self.comparison = comparison
    self.value = value
    self.isNegated = isNegated
  }

  /// Whether the cell of a row is as it has to be.
  ///
  /// - Precondition: The value is null, or of the column's type.
  package func holds(_ column: Column, _ row: Int) -> Bool {
    compares(column, row) != isNegated
  }

  private func compares(_ column: Column, _ row: Int) -> Bool {
    guard let order = order(column, row) else { return comparison == .unequal }
    return switch comparison {
    case .equal: order == 0
    case .unequal: order != 0
    case .less: order < 0
    case .lessOrEqual: order <= 0
    case .greater: order > 0
    case .greaterOrEqual: order >= 0
    }
  }

  /// How the cell sorts against the value; `nil` where one of them is null.
  private func order(_ column: Column, _ row: Int) -> Int? {
    let isNull = column.isNull(row)
    if value == .null { return isNull ? 0 : nil }
    if isNull { return nil }
    switch value {
    case .null: return nil
    case .integer(let value): return Column.order(column.integers[row], value)
    case .double(let value): return Column.order(doubles: column.doubles[row], value)
    case .text(let value):
      let texts = column.texts
      return texts[row].comparedBytes(value.bytes.span)
    }
  }
}

extension Table {
  /// The rows for which all conditions hold.
  ///
  /// - Parameter conditions: Conditions, and the places of their columns.
  /// - Returns: The places of the rows, in their order.
  /// - Complexity: O(*nm*) in the rows and the conditions.
  package func places(where conditions: [(column: Int, condition: RowCondition)]) -> [UInt32] {
    (0..<UInt32(rowCount)).filter { row in
      conditions.allSatisfy { $0.condition.holds(columns[$0.column], Int(row)) }
    }
  }

  /// Some rows, in some columns.
  ///
  /// - Parameters:
  ///   - rows: The places of the rows.
  ///   - chosen: The places of the columns.
  ///   - schema: What these columns are called together.
  /// - Returns: A table of them.
  /// - Complexity: O(*n*) in the bytes of the cells.
  package func picking(_ rows: [UInt32], columns chosen: [Int], _ schema: TableSchema) -> Table {
    var table = Table(schema)
    for (place, column) in chosen.enumerated() {
      table.columns[place] =
        rows.count == rowCount
        ? columns[column]
        : ColumnSelection(columns[column], places: rows).cells(0..<rows.count)
    }
    return table
  }
}
