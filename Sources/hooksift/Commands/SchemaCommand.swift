import Analysis
import ArgumentParser
import Bytes
import Files
import Lake
import Warehouse

/// `hooksift schema`: SQL for a warehouse.
struct SchemaCommand: TalkingCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema",
    abstract: "Print SQL that makes the tables in a warehouse and loads them.",
    discussion: """
      The script has tables with types, keys and comments; statements that put all rows of the files in the place of those that are there; and the views \
      observation_flags and observation_segments, which join observations with their states. DuckDB gets views over the files themselves too, in \
      a schema of their own (hooksift_files), and Spark nothing but these. Each night --only load is enough.

        hooksift schema --dialect duckdb | duckdb lake.duckdb
        hooksift schema --dialect postgres | psql -X

      Nothing is connected to, and nothing is written. What is said for BigQuery, Snowflake and Spark is checked by a parser of their languages, not by them.
      """
  )

  @Option(help: ArgumentHelp("The warehouse.", valueName: "warehouse"))
  var dialect: Warehouse

  @Option(
    help: ArgumentHelp(
      "A part of the script. Repeatable. (default: all)",
      valueName: "part"
    )
  )
  var only: [WarehouseScript.Part] = []

  @Option(
    help: ArgumentHelp(
      "The schema, database or dataset that the tables are made in.",
      valueName: "name"
    )
  )
  var into = "hooksift"

  @Option(
    help: ArgumentHelp(
      "Where the warehouse finds the files of the workspace, a path or a URI. (default: at --output; a bucket to be named for BigQuery and Snowflake)",
      valueName: "place"
    )
  )
  var location: String?

  @OptionGroup(title: "Common options") var common: CommonOptions

  func validate() throws {
    guard !into.isEmpty else { throw ValidationError("--into: the name is missing") }
    guard location != "" else { throw ValidationError("--location: the place is missing") }
    guard location == nil || dialect != .postgres else {
      throw ValidationError(
        "--location is not for postgres, which reads no files: `hooksift export` does"
      )
    }
  }

  func run() throws {
    let path = try common.outputPath(try common.sources())
    let place = Place(namespace: into, workspace: path, files: location ?? dialect.placeholder)
    do {
      try dialect.check(place)
    } catch {
      throw CommandFailure(.usage, error.description)
    }
    let missing = try Self.tablesWithoutFiles(.reading(path))
    let parts = Set(only.isEmpty ? WarehouseScript.Part.allCases : only)
    guard let text = WarehouseScript(dialect, place, missing: missing).text(parts) else {
      let names = only.map(\.rawValue).joined(separator: ", ")
      throw CommandFailure(.usage, "--only \(names): there is no such part for \(dialect.rawValue)")
    }
    try StandardOutput().write(text.utf8.span)
  }

  /// The names of tables that have no files yet; none where there is no lake yet.
  private static func tablesWithoutFiles(_ workspace: Workspace) throws -> Set<String> {
    guard let lake = try? LakeReader(workspace) else { return [] }
    let names = try WarehouseTable.all.filter { table in
      switch table.origin {
      case .lake(let table): try lake.files(table).isEmpty
      case .summary(let table):
        !FileSystem.exists("\(workspace.directory(.summaries))/\(table.parquetName)")
      }
    }
    return Set(names.map(\.name))
  }
}

extension Warehouse: ExpressibleByArgument {}

extension WarehouseScript.Part: ExpressibleByArgument {}
