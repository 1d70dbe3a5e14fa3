/// The cells of a column at some places, in any order and any number of times: what comes again is held once.
package struct ColumnSelection: Sendable {
  package let column: Column
  /// For every row the place of its cell.
  package let places: [UInt32]

  /// - Precondition: Every place is one of the column's.
  package init(_ column: Column, places: [UInt32]) {
    self.column = column
    self.places = places
  }

  /// The cells of some rows, each held by itself.
  ///
  /// - Complexity: O(*n*) in the bytes of the cells.
  package func cells(_ rows: Range<Int>) -> Column {
    let schema = column.schema
    let nulls = schema.isNullable ? pick(column.nulls, rows) : []
    switch schema.type {
    case .int64, .timestamp, .date, .boolean:
      return Column(schema, integers: pick(column.integers, rows), nulls: nulls)
    case .double: return Column(schema, doubles: pick(column.doubles, rows), nulls: nulls)
    case .string:
      var texts = TextValues()
      for row in rows { texts.append(column.texts[Int(places[row])]) }
      return Column(schema, texts: texts, nulls: nulls)
    }
  }

  private func pick<Cell>(_ cells: [Cell], _ rows: Range<Int>) -> [Cell] {
    let places = places.span.extracting(rows)
    let cells = cells.span
    var picked: [Cell] = []
    picked.append(addingCapacity: places.count) { output in
      for row in places.indices { output.append(cells[Int(places[row])]) }
    }
    return picked
  }
}
