import Bytes
import Parquet
import Tables

/// A file of the writer, taken apart without the module under test.
struct WrittenFile {
  let bytes: [UInt8]
  let footer: Thrift

  init(_ table: Table, _ options: WriterOptions = WriterOptions()) throws {
    bytes = try encoded(table, options)
    let length = bytes.suffix(8).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    footer = Thrift.structure(parsing: Array(bytes.dropLast(8).suffix(length)))
  }

  /// The chunks (`ColumnChunk`) of a row group.
  func chunks(_ group: Int = 0) -> [Thrift] { footer[4]?.elements[group][1]?.elements ?? [] }

  /// The `ColumnIndex` of a chunk.
  func columnIndex(_ chunk: Thrift) -> Thrift? { structure(at: chunk[6]?.integer) }

  /// The `OffsetIndex` of a chunk.
  func offsetIndex(_ chunk: Thrift) -> Thrift? { structure(at: chunk[4]?.integer) }

  /// The struct at an offset of the file.
  func structure(at offset: Int?) -> Thrift? {
    offset.map { Thrift.structure(parsing: Array(bytes[$0...])) }
  }
}

/// A table of one nullable column of texts.
func texts(_ cells: [String?]) -> Table {
  var table = Table(TableSchema(name: "texts", [ColumnSchema("x", .string, nullable: true)]))
  for cell in cells { table.columns[0].append(cell) }
  return table
}

/// A table of one nullable column of doubles.
func doubles(_ cells: [Double?]) -> Table {
  var table = Table(TableSchema(name: "doubles", [ColumnSchema("x", .double, nullable: true)]))
  for cell in cells { table.columns[0].append(cell) }
  return table
}

/// A table of one nullable column of whole numbers.
func integers(_ cells: [Int64?]) -> Table {
  var table = Table(TableSchema(name: "integers", [ColumnSchema("x", .int64, nullable: true)]))
  for cell in cells { table.columns[0].append(cell) }
  return table
}
