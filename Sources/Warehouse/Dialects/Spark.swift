internal import Tables

/// Spark: views over the files, which it reads best where they are.
struct Spark: Dialect {
  var hasTables: Bool { false }

  func introduction(_ place: Place) -> [String] {
    [
      "Tables of hooksift for Spark: spark-sql -f this script. Nothing is loaded, and so nothing is to be done each night."
    ]
  }

  func identifier(_ name: String) -> String { Quoting.doubling(name, "`") }

  func literal(_ text: String) -> String { Quoting.escaping(text, "'") }

  func name(of type: ColumnType) -> String {
    switch type {
    case .int64: "BIGINT"
    case .double: "DOUBLE"
    case .boolean: "BOOLEAN"
    case .string: "STRING"
    case .timestamp: "TIMESTAMP"
    case .date: "DATE"
    }
  }

  func make(_ table: WarehouseTable, _ place: Place) -> [String] { [] }

  func load(_ tables: [WarehouseTable], _ place: Place) -> [String] { [] }

  func placeOfFiles(_ place: Place) -> Place? { place }

  func readInPlace(_ table: WarehouseTable, _ place: Place) -> [String] {
    let columns = table.schema.columns.map { column in
      "  \(identifier(column.name)) COMMENT \(literal(Meanings.of(column, in: table)))"
    }.joined(separator: ",\n")
    let selected = selection(table) { column in
      "CAST(\(identifier(column.name)) AS \(name(of: column.type)))"
    }
    return [
      """
      CREATE OR REPLACE VIEW \(qualified(table.name, place)) (
      \(columns)
      )
      COMMENT \(literal(Meanings.of(table)))
      AS SELECT
      \(selected)
      FROM parquet.\(identifier(place.file(table.root)));
      """
    ]
  }

  func make(_ view: WarehouseView, _ place: Place) -> [String] {
    [
      """
      CREATE OR REPLACE VIEW \(qualified(view.name, place))
      COMMENT \(literal(view.meaning))
      AS \(query(view, place));
      """
    ]
  }
}
