import Bytes
import Files
import Lake
import Parquet
import Tables

/// A cell of a table, whatever its type.
enum Cell: Hashable, Comparable {
  case null
  case integer(Int64)
  case number(UInt64)
  case text([UInt8])

  static func text(_ text: String) -> Cell { .text(Array(text.utf8)) }

  /// Nulls first, text by its bytes.
  static func < (left: Cell, right: Cell) -> Bool {
    switch (left, right) {
    case (.null, .null): false
    case (.null, _): true
    case (.integer(let left), .integer(let right)): left < right
    case (.number(let left), .number(let right)):
      Double(bitPattern: left) < Double(bitPattern: right)
    case (.text(let left), .text(let right)): left.lexicographicallyPrecedes(right)
    default: false
    }
  }

  var integer: Int64 { if case .integer(let value) = self { value } else { 0 } }
  var string: String {
    if case .text(let bytes) = self { String(decoding: bytes, as: UTF8.self) } else { "" }
  }
  var number: Double? { if case .number(let bits) = self { Double(bitPattern: bits) } else { nil } }
}

/// A row by the names of its columns.
typealias Row = [String: Cell]

extension Row {
  /// All rows of a Parquet file, in their order.
  static func read(_ path: String) throws -> [Row] {
    let reader = try ParquetReader(FileSource(path: path))
    var rows: [Row] = []
    for group in reader.rowGroups.indices {
      let table = try reader.read(rowGroup: group)
      for index in 0..<table.rowCount {
        var row: Row = [:]
        for column in table.columns { row[column.schema.name] = column.cell(index) }
        rows.append(row)
      }
    }
    return rows
  }

  func cells(_ names: [String]) -> [Cell] { names.map { self[$0] ?? .null } }

  func picking(_ names: [String]) -> Row { filter { names.contains($0.key) } }
}

extension [Row] {
  /// The rows ascending by these columns.
  func sorted(by names: [String]) -> [Row] {
    sorted { $0.cells(names).lexicographicallyPrecedes($1.cells(names)) }
  }

  func sum(_ name: String) -> Int64 { reduce(0) { $0 + ($1[name]?.integer ?? 0) } }
}

extension Column {
  fileprivate func cell(_ row: Int) -> Cell {
    if isNull(row) { return .null }
    switch schema.type {
    case .double: return .number(doubles[row].bitPattern)
    case .string:
      var bytes: [UInt8] = []
      bytes.append(texts[row])
      return .text(bytes)
    default: return .integer(integers[row])
    }
  }
}
