import Parquet
import Tables
import TestSupport
import Testing

/// The rule is worked out by hand here: a dictionary is written where its values, and the bits of
/// the greatest index for every row, take fewer bytes than the values of all rows.
@Suite("A chunk has a dictionary where it is smaller")
struct DictionaryTests {
  /// Ways to draw the number of a row among a count of distinct ones.
  enum Order: CaseIterable {
    /// All distinct ones first, and then again.
    case distinctFirst
    /// One number for as long as may be.
    case distinctLast
    case shuffled
  }

  @Test(
    "of numbers, however late that shows",
    arguments: [
      (rows: 20_000, distinct: 10), (20_000, 8_000), (20_000, 15_590), (20_000, 15_640),
      (20_000, 20_000), (9_000, 8_500), (40_000, 18_000), (40_000, 30_580), (40_000, 30_640),
    ] as [(rows: Int, distinct: Int)],
    Order.allCases
  )
  func decision(counts: (rows: Int, distinct: Int), order: Order) throws {
    var random = SeededGenerator(seed: UInt64(counts.distinct))
    var places = (0..<counts.rows).map { row in
      switch order {
      case .distinctFirst, .shuffled: row % counts.distinct
      case .distinctLast: max(0, row - (counts.rows - counts.distinct))
      }
    }
    if order == .shuffled { places.shuffle(using: &random) }
    let values = (0..<counts.distinct).map { _ in Int64(bitPattern: random.next()) }
    let cells = places.enumerated().map { $0 % 1000 == 999 ? nil : values[$1] }
    let table = integers(cells)
    let found = cells.compactMap { $0 }
    let distinct = Set(found).count
    let width = String(distinct - 1, radix: 2).count
    let isSmaller = distinct * 64 + found.count * width < found.count * 64
    for rowGroupRowCount in [counts.rows, 1 << 20] {
      var options = WriterOptions(codec: .uncompressed)
      options.rowGroupRowCount = rowGroupRowCount
      let file = try WrittenFile(table, options)
      let hasDictionary = file.chunks()[0][3]?[11] != nil
      #expect(hasDictionary == isSmaller)
      #expect(try decoded(file.bytes)[0] == table.columns[0].cellTexts)
    }
  }

  @Test("in every row group anew")
  func rowGroups() throws {
    var random = SeededGenerator(seed: 1)
    var options = WriterOptions(codec: .uncompressed)
    options.rowGroupRowCount = 20_000
    let groups: [Int] = [20_000, 10, 9_000, 20_000]
    let cells = groups.flatMap { distinct -> [Int64?] in
      let values = (0..<distinct).map { _ in Int64(bitPattern: random.next()) }
      return (0..<20_000).map { values[$0 % distinct] }
    }
    let table = integers(cells)
    let file = try WrittenFile(table, options)
    let found = groups.indices.map { file.chunks($0)[0][3]?[11] != nil }
    #expect(found == [false, true, true, false])
    #expect(try decoded(file.bytes)[0] == table.columns[0].cellTexts)
  }

  @Test("and texts too, also many of them", arguments: [10, 5000, 9000, 20_000])
  func manyTexts(distinct: Int) throws {
    var random = SeededGenerator(seed: UInt64(distinct))
    let words = (0..<distinct).map { number in
      number == 0 ? "" : "\(number)" + String(repeating: "é", count: number % 23)
    }
    var rows = (0..<20_000).map { $0 % distinct }
    rows.shuffle(using: &random)
    let table = texts(rows.map { $0 % 101 == 7 ? nil : words[$0] })
    let found = table.columns[0].cellTexts.compactMap { $0 }
    let dictionary = Set(found).reduce(0) { $0 + 4 + $1.utf8.count }
    let width = String(Set(found).count - 1, radix: 2).count
    let plain = found.reduce(0) { $0 + 4 + $1.utf8.count }
    for limit in [dictionary - 1, dictionary] {
      var options = WriterOptions(codec: .uncompressed)
      options.dictionaryByteCount = limit
      let file = try WrittenFile(table, options)
      let isSmaller = dictionary <= limit && dictionary * 8 + found.count * width < plain * 8
      #expect((file.chunks()[0][3]?[11] != nil) == isSmaller, "\(limit) bytes")
      #expect(try decoded(file.bytes)[0] == table.columns[0].cellTexts, "\(limit) bytes")
    }
  }
}
