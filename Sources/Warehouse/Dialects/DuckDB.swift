internal import Tables

/// DuckDB: tables that are loaded, and views over the files in a schema of their own.
struct DuckDB: Dialect {
  func introduction(_ place: Place) -> [String] {
    [
      "Tables of hooksift for DuckDB: duckdb lake.duckdb < this script.",
      "Each night: hooksift schema --dialect duckdb --only load, or nothing where the views over files are enough.",
    ]
  }

  func name(of type: ColumnType) -> String {
    switch type {
    case .int64: "BIGINT"
    case .double: "DOUBLE"
    case .boolean: "BOOLEAN"
    case .string: "VARCHAR"
    case .timestamp: "TIMESTAMP WITH TIME ZONE"
    case .date: "DATE"
    }
  }

  func make(_ table: WarehouseTable, _ place: Place) -> [String] {
    let target = qualified(table.name, place)
    return ["CREATE TABLE IF NOT EXISTS \(target) (\n\(definitions(table))\n);"]
      + comments(table, place)
  }

  func load(_ tables: [WarehouseTable], _ place: Place) -> [String] {
    let statements = tables.flatMap { table in
      let target = qualified(table.name, place)
      return [
        "DELETE FROM \(target);",
        "INSERT INTO \(target) (\(list(table.schema.columns)))\n\(select(table, place));",
      ]
    }
    return ["BEGIN TRANSACTION;"] + statements + ["COMMIT;"]
  }

  func placeOfFiles(_ place: Place) -> Place? {
    place.with(namespace: place.namespace + "_files")
  }

  func readInPlace(_ table: WarehouseTable, _ place: Place) -> [String] {
    let target = qualified(table.name, place)
    return [
      "CREATE OR REPLACE VIEW \(target) AS\n\(select(table, place));",
      "COMMENT ON VIEW \(target) IS \(literal(Meanings.of(table)));",
    ]
  }

  private func select(_ table: WarehouseTable, _ place: Place) -> String {
    let partitions = ", hive_partitioning = true, hive_types = {'date': DATE}"
    let options = table.isPartitioned ? partitions : ", hive_partitioning = false"
    return """
      SELECT \(list(table.schema.columns))
      FROM read_parquet(\(literal(place.file(table.filePattern)))\(options))
      """
  }
}
