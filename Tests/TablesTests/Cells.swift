import Tables
import TestSupport
import Testing

/// The rows of `Fixtures/cells.tsv` as a table.
enum Cells {
  static let schema = TableSchema(
    name: "cells",
    [
      ColumnSchema("text", .string, nullable: true),
      ColumnSchema("whole", .int64, nullable: true),
      ColumnSchema("number", .double, nullable: true),
      ColumnSchema("flag", .boolean, nullable: true),
      ColumnSchema("day", .date, nullable: true),
      ColumnSchema("at", .timestamp, nullable: true),
    ]
  )

  static func table() throws -> Table {
    var table = Table(schema)
    for row in try Fixture.rows("cells.tsv") {
      try #require(row.count == schema.columns.count)
      if row[0] == "-" {
        table.columns[0].appendNull()
      } else {
        table.columns[0].append(String(decoding: Hex.bytes(row[0]), as: UTF8.self))
      }
      table.columns[1].append(Int64(row[1]))
      table.columns[2].append(UInt64(row[2], radix: 16).map { Double(bitPattern: $0) })
      for place in 3..<6 { table.columns[place].append(Int64(row[place])) }
    }
    try #require(table.rowCount == 161)
    return table
  }

  /// A table of one column of texts.
  static func texts(_ texts: [String?], nullable: Bool = true) -> Table {
    let schema = TableSchema(name: "t", [ColumnSchema("a", .string, nullable: nullable)])
    var table = Table(schema)
    for text in texts {
      if nullable { table.columns[0].append(text) } else { table.columns[0].append(text ?? "") }
    }
    return table
  }
}
