internal import Bytes
package import JSON
package import Tables

/// The cells of distinct rows of states, in all columns of their table but the first, which names the state.
package struct RowCells {
  package private(set) var columns: [Column]

  package init(_ schema: TableSchema) { columns = schema.columns.dropFirst().map(Column.init) }

  /// How many rows there are.
  package var count: Int { columns[0].count }

  /// Adds a row.
  ///
  /// - Parameter line: A JSON array of the row's cells, in the order of the columns.
  /// - Throws: ``JSONError`` where it is not.
  package mutating func append(_ line: Span<UInt8>) throws(JSONError) {
    var reader = JSONReader(line, options: JSONReader.Options(allowsNonFiniteNumbers: true))
    try reader.beginArray()
    for place in columns.indices {
      guard try reader.nextElement() else {
        throw JSONError(.unexpectedEnd, at: reader.position)
      }
      let token = try reader.readToken()
      switch (token, columns[place].schema.type) {
      case (.null, _) where columns[place].schema.isNullable: columns[place].appendNull()
      case (.string(let string), .string):
        guard string.hasEscapes else {
          columns[place].append(line.extracting(string.range))
          continue
        }
        var text = ByteBuffer(minimumCapacity: string.range.count)
        _ = reader.unescape(string, into: &text)
        columns[place].append(text.span)
      case (.boolean(let value), .boolean): columns[place].append(value)
      case (.number(let number), .double): columns[place].append(reader.double(number))
      case (.number(let number), .int64):
        guard let value = reader.int64(number) else { fallthrough }
        columns[place].append(value)
      default: throw JSONError(.unexpectedKind, at: reader.position)
      }
    }
    guard try !reader.nextElement() else {
      throw JSONError(.trailingBytes, at: reader.position)
    }
    try reader.finish()
  }

  /// Whether a row stands before another in the table.
  ///
  /// - Complexity: O(*n*) in the bytes of their cells; mostly O(1).
  func precedes(_ left: Int, _ right: Int) -> Bool { columns.order(left, right) < 0 }

  mutating func removeAll() {
    for place in columns.indices { columns[place].removeAll() }
  }
}
