/// The type of a column's cells.
package enum ColumnType: String, Hashable, Sendable {
  /// A signed whole number of 64 bits.
  case int64
  /// An IEEE 754 double.
  case double
  case boolean
  /// UTF-8 text.
  case string
  /// Microseconds since 1970-01-01T00:00:00Z, without leap seconds.
  case timestamp
  /// Days since 1970-01-01.
  case date
}

/// The name and type of a column.
package struct ColumnSchema: Hashable, Sendable {
  /// Lower-case, `[a-z0-9_]`.
  package let name: String
  package let type: ColumnType
  package let isNullable: Bool

  package init(_ name: String, _ type: ColumnType, nullable: Bool = false) {
    self.name = name
    self.type = type
    isNullable = nullable
  }

  /// The name in files for spreadsheets, whose times have no zone.
  package var spreadsheetName: String { type == .timestamp ? name + " (UTC)" : name }
}

/// The columns of a table and the order of its rows.
package struct TableSchema: Hashable, Sendable {
  package let name: String
  package let columns: [ColumnSchema]
  /// The columns that rows are sorted by, most significant first; empty where there is no order.
  ///
  /// Ascending, nulls first, text by its UTF-8 bytes.
  package let sortColumns: [Int]

  /// A schema whose rows are sorted by its first `sortedBy` columns.
  package init(name: String, sortedBy: Int = 0, _ columns: [ColumnSchema]) {
    self.name = name
    self.columns = columns
    sortColumns = Array(0..<Swift.min(sortedBy, columns.count))
  }

  package init(name: String, sortColumns: [Int], _ columns: [ColumnSchema]) {
    self.name = name
    self.columns = columns
    self.sortColumns = sortColumns
  }

  /// The schema of some columns, sorted as far as they say it.
  ///
  /// - Parameter places: The places of the columns, in the order that they shall have.
  /// - Returns: The schema, of the same name.
  package func picking(_ places: [Int]) -> TableSchema {
    var order: [Int] = []
    for column in sortColumns {
      guard let place = places.firstIndex(of: column) else { break }
      order.append(place)
    }
    return TableSchema(name: name, sortColumns: order, places.map { columns[$0] })
  }

  /// The place of the column called `name`.
  package func index(of name: String) -> Int? { columns.firstIndex { $0.name == name } }
}
