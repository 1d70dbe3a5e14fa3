internal import Tables

/// ClickHouse: `MergeTree` tables in the order of the files, read by the server itself.
struct ClickHouse: Dialect {
  func introduction(_ place: Place) -> [String] {
    [
      "Tables of hooksift for ClickHouse: clickhouse-client --multiquery < this script, or clickhouse-local.",
      "file() is read by the server, below its user_files_path; files elsewhere are named by --location, s3://… or https://….",
      "Or a table at a time from where hooksift is: hooksift export TABLE --format parquet | clickhouse-client --query 'INSERT INTO … FORMAT Parquet'.",
      "While a table is loaded it has a part of its rows; each night: hooksift schema --dialect clickhouse --only load.",
    ]
  }

  func identifier(_ name: String) -> String { Quoting.escaping(name, "`") }

  func literal(_ text: String) -> String { Quoting.escaping(text, "'") }

  func name(of type: ColumnType) -> String {
    switch type {
    case .int64: "Int64"
    case .double: "Float64"
    case .boolean: "Bool"
    case .string: "String"
    case .timestamp: "DateTime64(6, 'UTC')"
    case .date: "Date"
    }
  }

  func makeNamespace(_ place: Place) -> [String] {
    ["CREATE DATABASE IF NOT EXISTS \(identifier(place.namespace));"]
  }

  func make(_ table: WarehouseTable, _ place: Place) -> [String] {
    let columns = table.schema.columns.map { column in
      let type = name(of: column.type)
      return "  \(identifier(column.name)) \(column.isNullable ? "Nullable(\(type))" : type)"
        + " COMMENT \(literal(Meanings.of(column, in: table)))"
    }.joined(separator: ",\n")
    let partition = table.isPartitioned ? table.date : nil
    let months = partition.map { "\nPARTITION BY toYYYYMM(\(identifier($0.name)))" } ?? ""
    return [
      """
      CREATE TABLE IF NOT EXISTS \(qualified(table.name, place)) (
      \(columns)
      )
      ENGINE = MergeTree\(months)
      ORDER BY (\(list(table.sortKey)))
      SETTINGS allow_nullable_key = 1
      COMMENT \(literal(Meanings.of(table)));
      """
    ]
  }

  func load(_ tables: [WarehouseTable], _ place: Place) -> [String] {
    tables.flatMap { table in
      let target = qualified(table.name, place)
      return [
        "TRUNCATE TABLE \(target);",
        """
        INSERT INTO \(target) (\(list(table.schema.columns)))
        SELECT
        \(selection(table) { expression($0, in: table) })
        FROM \(source(place.file(table.filePattern)));
        """,
      ]
    }
  }

  func make(_ view: WarehouseView, _ place: Place) -> [String] {
    [
      """
      CREATE OR REPLACE VIEW \(qualified(view.name, place)) AS
      \(query(view, place))
      COMMENT \(literal(view.meaning));
      """
    ]
  }

  private func expression(_ column: ColumnSchema, in table: WarehouseTable) -> String {
    guard table.isPartitioned, column == table.date else { return identifier(column.name) }
    return "toDate(extract(_path, \(literal(table.datePattern))))"
  }

  /// The table function that reads a path or a URI.
  private func source(_ file: String) -> String {
    let function =
      if file.hasPrefix("gs://") {
        "gcs"
      } else if ["s3://", "https://", "http://"].contains(where: file.hasPrefix) {
        "s3"
      } else {
        "file"
      }
    return "\(function)(\(literal(file)), 'Parquet')"
  }
}
