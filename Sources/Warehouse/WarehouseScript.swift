/// A warehouse that a script is written for.
package enum Warehouse: String, CaseIterable, Sendable {
  case duckdb
  case clickhouse
  case postgres
  case bigquery
  case snowflake
  case spark

  var dialect: any Dialect {
    switch self {
    case .duckdb: DuckDB()
    case .clickhouse: ClickHouse()
    case .postgres: PostgreSQL()
    case .bigquery: BigQuery()
    case .snowflake: Snowflake()
    case .spark: Spark()
    }
  }

  /// Where a warehouse in a cloud finds files, until one says where they are.
  package var placeholder: String? {
    switch self {
    case .bigquery: "gs://your-bucket/hooksift-out"
    case .snowflake: "s3://your-bucket/hooksift-out"
    case .duckdb, .clickhouse, .postgres, .spark: nil
    }
  }

  /// What in paths stands for other characters.
  private var patternCharacters: String { self == .postgres ? "" : "*?[]{}\\" }

  /// Checks that the names and paths can be written in a script.
  ///
  /// - Parameter place: The names and paths.
  /// - Throws: ``Place/Unwritable``.
  package func check(_ place: Place) throws(Place.Unwritable) {
    try place.check(patternCharacters: patternCharacters)
  }
}

/// SQL that makes the tables of a workspace in a warehouse, loads them, and joins them.
package struct WarehouseScript: Sendable {
  /// A part of a script.
  package enum Part: String, CaseIterable, Sendable {
    /// The tables, where they are missing.
    case tables
    /// All rows of the files, in the place of those that are in the tables.
    case load
    /// Views that join observations with their states.
    case views
    /// Views over the files themselves, so that nothing is loaded.
    case files
  }

  private let warehouse: Warehouse
  private let place: Place
  private let missing: Set<String>

  /// - Parameters:
  ///   - warehouse: What reads it.
  ///   - place: Where the tables are made, and where the files are.
  ///   - missing: The names of tables that have no files yet.
  package init(_ warehouse: Warehouse, _ place: Place, missing: Set<String> = []) {
    self.warehouse = warehouse
    self.place = place
    self.missing = missing
  }

  /// The text of some parts; `nil` where the warehouse has none of them.
  package func text(_ parts: Set<Part>) -> String? {
    let dialect = warehouse.dialect
    let sections = Part.allCases.filter(parts.contains).compactMap { part in
      section(part, dialect).map { "-- \($0.title)\n\n\($0.statements.joined(separator: "\n"))\n" }
    }
    guard !sections.isEmpty else { return nil }
    let introduction = dialect.introduction(place).map { $0.isEmpty ? "--" : "-- \($0)" }
    return introduction.joined(separator: "\n") + "\n\n" + sections.joined(separator: "\n")
  }

  private func section(
    _ part: Part,
    _ dialect: any Dialect
  ) -> (title: String, statements: [String])? {
    let all = WarehouseTable.all
    let present = all.filter { !missing.contains($0.name) }
    let absent = all.filter { missing.contains($0.name) }
      .map { "-- \($0.name) has no files yet; print this again when it has." }
    switch part {
    case .tables where dialect.hasTables:
      let statements = dialect.makeNamespace(place) + all.flatMap { dialect.make($0, place) }
      return ("The tables, where they are missing.", statements)
    case .load where dialect.hasTables:
      let statements = dialect.load(present, place) + absent
      return ("All rows of the files, in the place of those that are in the tables.", statements)
    case .views where dialect.hasTables:
      let statements = WarehouseView.all.flatMap { dialect.make($0, place) }
      return ("Observations joined with their states.", statements)
    case .files:
      guard let place = dialect.placeOfFiles(place) else { return nil }
      let statements =
        dialect.makeNamespace(place) + present.flatMap { dialect.readInPlace($0, place) } + absent
        + joins(dialect, place)
      return ("Views over the files themselves: nothing is loaded.", statements)
    case .tables, .load, .views: return nil
    }
  }

  /// The views that join, where all that they join has files.
  private func joins(_ dialect: any Dialect, _ place: Place) -> [String] {
    WarehouseView.all.filter { view in
      !missing.contains(view.observations.name) && !missing.contains(view.states.name)
    }.flatMap { dialect.make($0, place) }
  }
}
