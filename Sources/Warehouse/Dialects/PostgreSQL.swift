internal import Tables

/// PostgreSQL, which reads no Parquet: it is loaded by `psql` from what `hooksift export` writes.
struct PostgreSQL: Dialect {
  func introduction(_ place: Place) -> [String] {
    [
      "Tables of hooksift for PostgreSQL: psql -X < this script, where hooksift is and the workspace can be read.",
      "Each night: hooksift schema --dialect postgres --only load | psql -X; readers see the tables of before until all are loaded.",
    ]
  }

  func name(of type: ColumnType) -> String {
    switch type {
    case .int64: "bigint"
    case .double: "double precision"
    case .boolean: "boolean"
    case .string: "text"
    case .timestamp: "timestamp with time zone"
    case .date: "date"
    }
  }

  func make(_ table: WarehouseTable, _ place: Place) -> [String] {
    let target = qualified(table.name, place)
    return [
      "CREATE TABLE IF NOT EXISTS \(target) (\n\(definitions(table))\n);", index(table, place),
    ] + comments(table, place)
  }

  /// An index over what rows are sorted by first: hashed where that is a text, which may be too long for an ordered one.
  private func index(_ table: WarehouseTable, _ place: Place) -> String {
    let key = table.clusterKey
    let name = identifier(([table.name] + key.map(\.name)).joined(separator: "_") + "_idx")
    let method = key.contains { $0.type == .string } ? "hash" : "btree"
    return
      "CREATE INDEX IF NOT EXISTS \(name) ON \(qualified(table.name, place)) USING \(method) (\(list(key)));"
  }

  func load(_ tables: [WarehouseTable], _ place: Place) -> [String] {
    let names = tables.map { qualified($0.name, place) }.joined(separator: ", ")
    let copies = tables.map { table in
      let command = literal(export(table, place))
      let target = "\(qualified(table.name, place)) (\(list(table.schema.columns)))"
      return "\\copy \(target) from program \(command) with (format csv, header)"
    }
    // Without it, psql would commit what came of an export that failed.
    return ["\\set ON_ERROR_STOP on", "BEGIN;"] + (tables.isEmpty ? [] : ["TRUNCATE \(names);"])
      + copies + ["COMMIT;"]
  }

  /// The command that writes a table as CSV with texts as they are, whatever a configuration says.
  private func export(_ table: WarehouseTable, _ place: Place) -> String {
    "hooksift export \(table.name) --config /dev/null --output \(Quoting.shell(place.workspace))"
      + " --format csv --formulas raw --replace-nul"
  }
}
