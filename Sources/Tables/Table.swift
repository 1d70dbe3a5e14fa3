/// Rows of a schema, held by columns: a whole small table, or a batch of a large one.
package struct Table: Sendable {
  package let schema: TableSchema
  /// One per column of the schema, all of the same count between two rows.
  package var columns: [Column]

  package init(_ schema: TableSchema) {
    self.schema = schema
    columns = schema.columns.map(Column.init)
  }

  package var rowCount: Int { columns.first?.count ?? 0 }

  /// Removes all rows and keeps the storage.
  package mutating func removeAll() {
    for index in columns.indices { columns[index].removeAll() }
  }
}
