internal import Tables

/// How one warehouse writes SQL.
///
/// Statements are whole: with what ends them, and without a line feed.
protocol Dialect: Sendable {
  /// How the script is run, and what it needs, in lines.
  func introduction(_ place: Place) -> [String]

  /// A name as an identifier.
  func identifier(_ name: String) -> String

  /// A text as a literal.
  func literal(_ text: String) -> String

  /// The type of a column.
  func name(of type: ColumnType) -> String

  /// Whether there are tables that files are loaded into, and not only views over files.
  var hasTables: Bool { get }

  /// Makes what all tables are made in.
  func makeNamespace(_ place: Place) -> [String]

  /// Makes a table where it is missing.
  func make(_ table: WarehouseTable, _ place: Place) -> [String]

  /// Puts the rows of the files in the place of those of the tables.
  func load(_ tables: [WarehouseTable], _ place: Place) -> [String]

  /// Makes a view, or makes it anew.
  func make(_ view: WarehouseView, _ place: Place) -> [String]

  /// Where views over the files themselves are; `nil` where a warehouse has none.
  func placeOfFiles(_ place: Place) -> Place?

  /// Makes a view over the files of a table, or makes it anew.
  func readInPlace(_ table: WarehouseTable, _ place: Place) -> [String]
}

extension Dialect {
  var hasTables: Bool { true }

  func identifier(_ name: String) -> String { Quoting.doubling(name, "\"") }

  func literal(_ text: String) -> String { Quoting.doubling(text, "'") }

  func placeOfFiles(_ place: Place) -> Place? { nil }

  func readInPlace(_ table: WarehouseTable, _ place: Place) -> [String] { [] }

  func makeNamespace(_ place: Place) -> [String] {
    ["CREATE SCHEMA IF NOT EXISTS \(identifier(place.namespace));"]
  }

  func make(_ view: WarehouseView, _ place: Place) -> [String] {
    [
      "CREATE OR REPLACE VIEW \(qualified(view.name, place)) AS\n\(query(view, place));",
      "COMMENT ON VIEW \(qualified(view.name, place)) IS \(literal(view.meaning));",
    ]
  }
}

// MARK: - Parts of statements

extension Dialect {
  /// The name of a table or a view, with that of what it is in.
  func qualified(_ name: String, _ place: Place) -> String {
    "\(identifier(place.namespace)).\(identifier(name))"
  }

  /// Names as identifiers, in one line.
  func list(_ columns: [ColumnSchema]) -> String {
    columns.map { identifier($0.name) }.joined(separator: ", ")
  }

  /// The columns of a table with their types, each in a line; what `remark` says follows.
  func definitions(
    _ table: WarehouseTable,
    remark: (ColumnSchema) -> String = { _ in "" }
  ) -> String {
    table.schema.columns.map { column in
      let type = name(of: column.type) + (column.isNullable ? "" : " NOT NULL")
      return "  \(identifier(column.name)) \(type)\(remark(column))"
    }.joined(separator: ",\n")
  }

  /// The comments of a table and its columns, as statements of their own.
  func comments(_ table: WarehouseTable, _ place: Place) -> [String] {
    let target = qualified(table.name, place)
    return ["COMMENT ON TABLE \(target) IS \(literal(Meanings.of(table)));"]
      + table.schema.columns.map { column in
        let meaning = literal(Meanings.of(column, in: table))
        return "COMMENT ON COLUMN \(target).\(identifier(column.name)) IS \(meaning);"
      }
  }

  /// The columns of a table with what each is, and its name where that is not the same.
  func selection(_ table: WarehouseTable, _ expression: (ColumnSchema) -> String) -> String {
    table.schema.columns.map { column in
      let name = identifier(column.name)
      let source = expression(column)
      return source == name ? "  \(name)" : "  \(source) AS \(name)"
    }.joined(separator: ",\n")
  }

  /// The joined rows of a view.
  func query(_ view: WarehouseView, _ place: Place) -> String {
    let columns = view.columns.map { column in
      "  \(column.isOfState ? "s" : "o").\(identifier(column.name)) AS \(identifier(column.name))"
    }.joined(separator: ",\n")
    let key = identifier(view.key)
    return """
      SELECT
      \(columns)
      FROM \(qualified(view.observations.name, place)) AS o
      JOIN \(qualified(view.states.name, place)) AS s ON s.\(key) = o.\(key)
      """
  }
}
