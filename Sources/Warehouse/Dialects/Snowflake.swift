internal import Tables

/// Snowflake: tables with cluster keys, loaded from a stage.
///
/// Names are in capitals, so that they may be written without quotes.
struct Snowflake: Dialect {
  private static let stage = "hooksift_files"

  func introduction(_ place: Place) -> [String] {
    [
      "Tables of hooksift for Snowflake: snowsql -f this script.",
      "The files must be in a bucket that Snowflake may read, at the --location; add the STORAGE_INTEGRATION to the stage.",
      "Each night: hooksift schema --dialect snowflake --only load; readers see the tables of before until all are loaded.",
    ]
  }

  func identifier(_ name: String) -> String { Quoting.doubling(name.uppercased(), "\"") }

  func literal(_ text: String) -> String { Quoting.escaping(text, "'") }

  func name(of type: ColumnType) -> String {
    switch type {
    case .int64: "BIGINT"
    case .double: "DOUBLE"
    case .boolean: "BOOLEAN"
    case .string: "VARCHAR"
    case .timestamp: "TIMESTAMP_LTZ(6)"
    case .date: "DATE"
    }
  }

  func makeNamespace(_ place: Place) -> [String] {
    [
      "CREATE SCHEMA IF NOT EXISTS \(identifier(place.namespace));",
      """
      CREATE STAGE IF NOT EXISTS \(qualified(Self.stage, place))
        URL = \(literal(place.files + "/"))
        FILE_FORMAT = (TYPE = PARQUET USE_LOGICAL_TYPE = TRUE);
      """,
    ]
  }

  func make(_ table: WarehouseTable, _ place: Place) -> [String] {
    let columns = definitions(table) { " COMMENT \(literal(Meanings.of($0, in: table)))" }
    return [
      """
      CREATE TABLE IF NOT EXISTS \(qualified(table.name, place)) (
      \(columns)
      )
      CLUSTER BY (\(list(table.clusterKey)))
      COMMENT = \(literal(Meanings.of(table)));
      """
    ]
  }

  func load(_ tables: [WarehouseTable], _ place: Place) -> [String] {
    let statements = tables.flatMap { table in
      ["DELETE FROM \(qualified(table.name, place));", copy(table, place)]
    }
    return ["BEGIN;"] + statements + ["COMMIT;"]
  }

  /// Columns go by their names, but the date of a partition, which is in the path alone.
  private func copy(_ table: WarehouseTable, _ place: Place) -> String {
    let target = qualified(table.name, place)
    let files = "@\(qualified(Self.stage, place))/\(table.root)"
    let format = "FILE_FORMAT = (TYPE = PARQUET USE_LOGICAL_TYPE = TRUE) FORCE = TRUE"
    guard table.isPartitioned, let date = table.date else {
      return """
        COPY INTO \(target)
        FROM \(files)
        \(format) MATCH_BY_COLUMN_NAME = CASE_INSENSITIVE;
        """
    }
    let pattern = literal(String(table.datePattern.dropFirst()))
    let columns = selection(table) { column in
      column == date
        ? "TO_DATE(REGEXP_SUBSTR(METADATA$FILENAME, \(pattern), 1, 1, 'e'))"
        : "$1:\(Quoting.doubling(column.name, "\""))::\(name(of: column.type))"
    }
    return """
      COPY INTO \(target) (\(list(table.schema.columns)))
      FROM (
      SELECT
      \(columns)
      FROM \(files)/
      )
      \(format);
      """
  }

  func make(_ view: WarehouseView, _ place: Place) -> [String] {
    [
      """
      CREATE OR REPLACE VIEW \(qualified(view.name, place))
      COMMENT = \(literal(view.meaning)) AS
      \(query(view, place));
      """
    ]
  }
}
