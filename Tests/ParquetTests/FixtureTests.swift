import Bytes
import Foundation
import Parquet
import Tables
import Testing

/// Files of other writers, made by `Fixtures/make_fixtures.py`.
@Suite("Files of other writers")
struct FixtureTests {
  /// What is expected of a fixture: the file of its cells, or words of the error that refuses it.
  struct Expectation: Decodable {
    var cells: String?
    var refused: String?
  }

  /// A column of expected cells.
  struct ExpectedColumn: Decodable {
    var name: String
    var type: String
    var cells: [String?]
  }

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures")

  static func expectations() throws -> [(name: String, expectation: Expectation)] {
    let data = try Data(contentsOf: folder.appending(path: "fixtures.json"))
    let all = try JSONDecoder().decode([String: Expectation].self, from: data)
    return all.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  static func source(_ name: String) throws -> MemoryBytes {
    MemoryBytes(Array(try Data(contentsOf: folder.appending(path: "\(name).parquet"))))
  }

  @Test("are read cell by cell")
  func cells() throws {
    var count = 0
    for (name, expectation) in try Self.expectations() {
      guard let cells = expectation.cells else { continue }
      let data = try Data(contentsOf: Self.folder.appending(path: "\(cells).json"))
      let expected = try JSONDecoder().decode([ExpectedColumn].self, from: data)
      let reader = try ParquetReader(Self.source(name))
      #expect(reader.schema.columns.map(\.name) == expected.map(\.name), "\(name)")
      #expect(reader.schema.columns.map(\.type.rawValue) == expected.map(\.type), "\(name)")
      #expect(reader.rowCount == expected[0].cells.count, "\(name)")
      var found = expected.map { _ in [String?]() }
      for group in reader.rowGroups.indices {
        let table = try reader.read(rowGroup: group)
        for (place, column) in table.columns.enumerated() { found[place] += column.cellTexts }
      }
      #expect(try batchedCells(reader, maximumRowCount: 7) == found, "\(name)")
      for (column, cells) in zip(expected, found) {
        #expect(cells == column.cells, "\(name), column \(column.name)")
      }
      count += 1
    }
    #expect(count >= 10)
  }

  @Test("are refused by name where they use what is not read")
  func refused() throws {
    var count = 0
    for (name, expectation) in try Self.expectations() {
      guard let words = expectation.refused else { continue }
      let error = #expect(throws: ParquetError.self, "\(name)") {
        let reader = try ParquetReader(Self.source(name))
        for group in reader.rowGroups.indices { _ = try reader.read(rowGroup: group) }
      }
      #expect(error?.code == .unsupported, "\(name)")
      #expect(error?.description.contains(words) == true, "\(name): \(error?.description ?? "")")
      count += 1
    }
    #expect(count >= 10)
  }

  @Test("have the bounds of their cells")
  func statistics() throws {
    let names = ["pyarrow_gzip", "duckdb_gzip", "polars_gzip"]
    for name in names {
      let reader = try ParquetReader(Self.source(name))
      let column = try #require(reader.schema.index(of: "number"))
      for group in reader.rowGroups.indices {
        let cells = try reader.read(rowGroup: group, columns: [column]).columns[0].integers
        let statistics = reader.rowGroups[group].statistics[column]
        #expect(statistics.minimum == cells.min().map { .integer($0) }, "\(name)")
        #expect(statistics.maximum == cells.max().map { .integer($0) }, "\(name)")
      }
    }
  }
}
