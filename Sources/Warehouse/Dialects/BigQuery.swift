internal import Tables

/// BigQuery: tables partitioned by date and clustered, loaded from Cloud Storage.
struct BigQuery: Dialect {
  /// How many columns a table may be clustered by.
  private static let clusterColumns = 4

  func introduction(_ place: Place) -> [String] {
    [
      "Tables of hooksift for BigQuery: bq query --use_legacy_sql=false < this script.",
      "The files must be in Cloud Storage, at the --location: gcloud storage rsync -r HOOKSIFT-OUT/lake \(place.files)/lake, and so for summaries.",
      "While a table is loaded it is empty; each night: hooksift schema --dialect bigquery --only load.",
    ]
  }

  func identifier(_ name: String) -> String { Quoting.escaping(name, "`") }

  func literal(_ text: String) -> String { Quoting.escaping(text, "'") }

  func name(of type: ColumnType) -> String {
    switch type {
    case .int64: "INT64"
    case .double: "FLOAT64"
    case .boolean: "BOOL"
    case .string: "STRING"
    case .timestamp: "TIMESTAMP"
    case .date: "DATE"
    }
  }

  func make(_ table: WarehouseTable, _ place: Place) -> [String] {
    let columns = definitions(table) { column in
      " OPTIONS (description = \(literal(Meanings.of(column, in: table))))"
    }
    let partition = table.date.map { "\nPARTITION BY \(identifier($0.name))" } ?? ""
    let cluster = table.sortKey.filter { $0 != table.date }.prefix(Self.clusterColumns)
    let clustering = cluster.isEmpty ? "" : "\nCLUSTER BY \(list(Array(cluster)))"
    return [
      """
      CREATE TABLE IF NOT EXISTS \(qualified(table.name, place)) (
      \(columns)
      )\(partition)\(clustering)
      OPTIONS (description = \(literal(Meanings.of(table))));
      """
    ]
  }

  func load(_ tables: [WarehouseTable], _ place: Place) -> [String] {
    tables.flatMap { table in
      let target = qualified(table.name, place)
      let root = place.file(table.root)
      let uri = literal(table.isPartitioned ? root + "/*" : root)
      let prefix = table.isPartitioned ? ", hive_partition_uri_prefix = \(literal(root))" : ""
      let partition = table.isPartitioned ? table.date : nil
      let dates = partition.map {
        "\nWITH PARTITION COLUMNS (\(identifier($0.name)) \(name(of: $0.type)))"
      }
      return [
        "TRUNCATE TABLE \(target);",
        """
        LOAD DATA INTO \(target)
        FROM FILES (format = 'PARQUET', uris = [\(uri)]\(prefix))\(dates ?? "");
        """,
      ]
    }
  }

  func make(_ view: WarehouseView, _ place: Place) -> [String] {
    [
      """
      CREATE OR REPLACE VIEW \(qualified(view.name, place))
      OPTIONS (description = \(literal(view.meaning))) AS
      \(query(view, place));
      """
    ]
  }
}
