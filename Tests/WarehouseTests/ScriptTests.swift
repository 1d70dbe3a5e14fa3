// Internals can be seen in debug builds alone.
#if DEBUG
  import Foundation
  import Lake
  import TestSupport
  import Testing

  @testable import Warehouse

  @Suite("Scripts")
  struct ScriptTests {
    static let place = Place(namespace: "hooksift", workspace: "/srv/it's")

    /// All that is written for one table, and for one view.
    static func text(_ warehouse: Warehouse) -> String {
      let dialect = warehouse.dialect
      let place =
        warehouse.placeholder.map {
          Place(namespace: "hooksift", workspace: "/srv/it's", files: $0)
        }
        ?? place
      let table = WarehouseTable(.observations)
      var statements = dialect.makeNamespace(place)
      if dialect.hasTables {
        statements += dialect.make(table, place) + dialect.load([table], place)
      }
      if let files = dialect.placeOfFiles(place) { statements += dialect.readInPlace(table, files) }
      statements += dialect.make(WarehouseView.all[1], place)
      return statements.joined(separator: "\n") + "\n"
    }

    @Test("observations, as reviewed", arguments: Warehouse.allCases)
    func golden(warehouse: Warehouse) throws {
      let expected = try Fixture.bytes("\(warehouse.rawValue).sql")
      #expect(Self.text(warehouse) == String(decoding: expected, as: UTF8.self))
    }

    @Test("tables without files are made, and named where they would be loaded")
    func missing() throws {
      let script = WarehouseScript(
        .duckdb,
        Self.place,
        missing: ["trait_values", "segment_states"]
      )
      let tables = try #require(script.text([.tables]))
      #expect(tables.contains("\"hooksift\".\"trait_values\" ("))
      let load = try #require(script.text([.load]))
      #expect(load.contains("-- trait_values has no files yet"))
      #expect(!load.contains("INSERT INTO \"hooksift\".\"trait_values\""))
      let files = try #require(script.text([.files]))
      #expect(!files.contains("\"trait_values\" AS"))
      #expect(files.contains("\"observation_flags\" AS"))
      #expect(!files.contains("\"observation_segments\" AS"))
    }

    @Test(
      "parts that a warehouse does not have",
      arguments: [
        (.clickhouse, .files), (.postgres, .files), (.bigquery, .files), (.snowflake, .files),
        (.spark, .tables), (.spark, .load), (.spark, .views),
      ] as [(Warehouse, WarehouseScript.Part)]
    )
    func absent(warehouse: Warehouse, part: WarehouseScript.Part) {
      #expect(WarehouseScript(warehouse, Self.place).text([part]) == nil)
      #expect(
        WarehouseScript(warehouse, Self.place).text(Set(WarehouseScript.Part.allCases)) != nil
      )
    }

    @Test("a slash at the end of a place is none too many")
    func slash() {
      let place = Place(namespace: "hooksift", workspace: "/a", files: "s3://b/c//")
      #expect(place.file("lake") == "s3://b/c/lake")
    }
  }
#endif
