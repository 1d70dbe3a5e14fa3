package import Bytes

/// The cells of one column over the rows of a ``Table``.
///
/// A cell is in the storage of the column's type; a null cell has a zero or an empty text there, so
/// that every storage in use has one entry per row.
package struct Column: Sendable {
  package let schema: ColumnSchema
  /// Cells of `int64`, `timestamp` (microseconds), `date` (days) and `boolean` (0 or 1) columns.
  package private(set) var integers: [Int64] = []
  /// Cells of `double` columns.
  package private(set) var doubles: [Double] = []
  /// Cells of `string` columns.
  package private(set) var texts = TextValues()
  /// Whether each cell is null; empty where the column is not nullable.
  package private(set) var nulls: [Bool] = []
  /// How many rows there are.
  package private(set) var count = 0

  package init(_ schema: ColumnSchema) { self.schema = schema }

  /// A column of whole cells; of a type that ``integers`` hold.
  ///
  /// - Precondition: There are as many `nulls` as cells where the column is nullable, else none.
  package init(_ schema: ColumnSchema, integers: [Int64], nulls: [Bool]) {
    self.init(schema)
    self.integers = integers
    setNulls(nulls, count: integers.count)
  }

  /// A `double` column of whole cells.
  ///
  /// - Precondition: There are as many `nulls` as cells where the column is nullable, else none.
  package init(_ schema: ColumnSchema, doubles: [Double], nulls: [Bool]) {
    self.init(schema)
    self.doubles = doubles
    setNulls(nulls, count: doubles.count)
  }

  /// A `string` column of whole cells.
  ///
  /// - Precondition: There are as many `nulls` as cells where the column is nullable, else none.
  package init(_ schema: ColumnSchema, texts: TextValues, nulls: [Bool]) {
    self.init(schema)
    self.texts = texts
    setNulls(nulls, count: texts.count)
  }

  private mutating func setNulls(_ nulls: [Bool], count: Int) {
    precondition(nulls.count == (schema.isNullable ? count : 0), "not a null or none per cell")
    self.nulls = nulls
    self.count = count
  }

  package func isNull(_ row: Int) -> Bool { schema.isNullable && nulls[row] }

  /// The cell in a row of an `int64`, `timestamp`, `date` or `boolean` column; `nil` where it is null.
  package func integer(_ row: Int) -> Int64? { isNull(row) ? nil : integers[row] }

  /// Adds a cell to an `int64`, `timestamp`, `date` or `boolean` column.
  package mutating func append(_ value: Int64) {
    integers.append(value)
    if schema.isNullable { nulls.append(false) }
    count += 1
  }

  /// Adds a cell to a `boolean` column.
  package mutating func append(_ value: Bool) { append(Int64(value ? 1 : 0)) }

  /// Adds a cell to a `double` column.
  package mutating func append(_ value: Double) {
    doubles.append(value)
    if schema.isNullable { nulls.append(false) }
    count += 1
  }

  /// Adds a cell to a `string` column; the bytes must be UTF-8.
  package mutating func append(_ text: Span<UInt8>) {
    texts.append(text)
    if schema.isNullable { nulls.append(false) }
    count += 1
  }

  /// Adds a cell to a `string` column.
  package mutating func append(_ text: String) {
    append(text.utf8.span)
  }

  /// Adds a cell to a `string` column: the 32 lower-case hexadecimal digits of a digest.
  package mutating func append(hexadecimal digest: Digest128) {
    texts.append(hexadecimal: digest)
    if schema.isNullable { nulls.append(false) }
    count += 1
  }

  /// Adds a null cell.
  ///
  /// - Precondition: The column is nullable.
  package mutating func appendNull() {
    precondition(schema.isNullable, "column \(schema.name) is not nullable")
    switch schema.type {
    case .int64, .timestamp, .date, .boolean: integers.append(0)
    case .double: doubles.append(0)
    case .string: texts.append(Span<UInt8>())
    }
    nulls.append(true)
    count += 1
  }

  /// Adds the cells of another column of the same schema.
  ///
  /// - Complexity: O(*n*) in their bytes.
  package mutating func append(_ other: Column) {
    integers += other.integers
    doubles += other.doubles
    texts.append(other.texts)
    nulls += other.nulls
    count += other.count
  }

  /// Removes all rows and keeps the storage.
  package mutating func removeAll() {
    integers.removeAll(keepingCapacity: true)
    doubles.removeAll(keepingCapacity: true)
    texts.removeAll()
    nulls.removeAll(keepingCapacity: true)
    count = 0
  }
}

extension Column {
  /// Adds an integer cell, or a null one for `nil`.
  package mutating func append(_ value: Int64?) {
    if let value { append(value) } else { appendNull() }
  }

  /// Adds a number, or a null cell for `nil`.
  package mutating func append(_ value: Double?) {
    if let value { append(value) } else { appendNull() }
  }

  /// Adds a text, or a null cell for `nil`.
  package mutating func append(_ text: String?) {
    if let text { append(text) } else { appendNull() }
  }
}
