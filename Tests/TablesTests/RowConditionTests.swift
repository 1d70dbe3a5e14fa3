import Bytes
import Tables
import TestSupport
import Testing

@Suite("Conditions on rows")
struct RowConditionTests {
  /// The comparisons that hold, in the order of their cases: `=`, `!=`, `<`, `<=`, `>`, `>=`.
  static let before = [false, true, true, true, false, false]
  static let same = [true, false, false, true, false, true]
  static let after = [false, true, false, false, true, true]
  static let apart = [false, true, false, false, false, false]

  static func held(_ column: Column, _ value: RowCondition.Value) -> [Bool] {
    RowCondition.Comparison.allCases.map { RowCondition($0, value).holds(column, 0) }
  }

  static func column(_ type: ColumnType, _ append: (inout Column) -> Void) -> Column {
    var column = Column(ColumnSchema("a", type, nullable: true))
    append(&column)
    return column
  }

  static let doubleCases: [(cell: Double, value: Double, held: [Bool])] = [
    (1, 2, before), (2, 2, same), (-0.0, 0, same), (.nan, .nan, same), (.nan, .infinity, after),
    (1, .nan, before), (-.infinity, -1e308, before),
  ]

  @Test("compare doubles, NaN after all", arguments: doubleCases)
  func doubles(cell: Double, value: Double, held: [Bool]) {
    #expect(Self.held(Self.column(.double) { $0.append(cell) }, .double(value)) == held)
  }

  static let integerCases: [(cell: Int64, value: Int64, held: [Bool])] = [
    (1, 2, before), (2, 2, same), (.max, .min, after),
    (9_007_199_254_740_993, 9_007_199_254_740_992, after),
  ]

  @Test("compare integers of all types", arguments: integerCases)
  func integers(cell: Int64, value: Int64, held: [Bool]) {
    for type in [ColumnType.int64, .timestamp, .date] {
      #expect(Self.held(Self.column(type) { $0.append(cell) }, .integer(value)) == held)
    }
  }

  static let textCases: [(cell: String, value: String, held: [Bool])] = [
    ("a", "b", before), ("b", "b", same), ("", "", same), ("b", "", after), ("Z", "a", before),
    // Canonically equivalent, and other bytes.
    ("e\u{301}", "é", before),
    // In UTF-16 it is the other way round.
    ("\u{FF5E}", "🦉", before), ("10", "9", before), ("null", "null", same),
  ]

  @Test("compare texts by their bytes", arguments: textCases)
  func texts(cell: String, value: String, held: [Bool]) {
    let column = Self.column(.string) { $0.append(cell) }
    #expect(Self.held(column, .text(ByteText(value))) == held)
  }

  @Test("take null for equal to null alone")
  func null() {
    let null = Self.column(.string) { $0.appendNull() }
    let text = Self.column(.string) { $0.append("") }
    #expect(Self.held(null, .null) == Self.same)
    #expect(Self.held(text, .null) == Self.apart)
    #expect(Self.held(null, .text(ByteText(""))) == Self.apart)
    #expect(Self.held(Self.column(.int64) { $0.appendNull() }, .integer(0)) == Self.apart)
  }

  @Test("choose the rows for which all of them hold, in the columns asked for")
  func rows() throws {
    let cells = try Cells.table()
    for number in 0..<200 {
      var generator = SeededGenerator.forCase(number)
      let value = Int64(generator.number(-3...3))
      let comparison = generator.one(of: RowCondition.Comparison.allCases)
      let isFlagged = generator.once(in: 2)
      let rows = cells.places(where: [
        (1, RowCondition(comparison, .integer(value))),
        (3, RowCondition(.equal, .integer(isFlagged ? 1 : 0))),
      ])
      let expected = (0..<cells.rowCount).filter { row in
        guard cells.columns[3].integer(row) == (isFlagged ? 1 : 0) else { return false }
        guard let whole = cells.columns[1].integer(row) else { return comparison == .unequal }
        return switch comparison {
        case .equal: whole == value
        case .unequal: whole != value
        case .less: whole < value
        case .lessOrEqual: whole <= value
        case .greater: whole > value
        case .greaterOrEqual: whole >= value
        }
      }
      #expect(rows.map(Int.init) == expected, "seed \(generator.seed)")
      let picked = cells.picking(rows, columns: [4, 0], Cells.schema.picking([4, 0]))
      #expect(picked.rowCount == expected.count)
      for (place, row) in expected.enumerated() {
        #expect(picked.columns[0].integer(place) == cells.columns[4].integer(row))
        #expect(picked.columns[1].isNull(place) == cells.columns[0].isNull(row))
        let found = picked.columns[1].texts
        let wanted = cells.columns[0].texts
        let isSame = found[place].equalBytes(wanted[row])
        #expect(isSame)
      }
    }
  }

  static let pickedColumns: [(places: [Int], sorted: [Int])] = [
    ([0, 1, 2, 3], [0, 1, 2]), ([3, 1, 0], [2, 1]), ([1, 2], []), ([2, 0], [1]), ([], []),
  ]

  @Test("keep the order of a table as far as its columns say it", arguments: pickedColumns)
  func order(places: [Int], sorted: [Int]) {
    let columns = ["a", "b", "c", "d"].map { ColumnSchema($0, .int64) }
    let schema = TableSchema(name: "t", sortedBy: 3, columns).picking(places)
    #expect(schema.sortColumns == sorted)
    #expect(schema.columns.map(\.name) == places.map { columns[$0].name })
    #expect(schema.name == "t")
  }
}
