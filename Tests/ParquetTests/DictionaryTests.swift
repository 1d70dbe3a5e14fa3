import Parquet
import Tables
import TestSupport
import Testing

/// The rule is worked out by hand here: a dictionary is written where its numbers, and the bits of
/// the greatest index for every row, take fewer bytes than eight for every row.
@Suite("Numbers have a dictionary where it is smaller")
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
    "however late that shows",
    arguments: [
      (rows: 50_000, distinct: 10), (50_000, 20_000), (50_000, 37_400), (50_000, 37_600),
      (50_000, 50_000), (9_000, 8_500), (130_000, 60_000), (130_000, 95_468), (130_000, 95_470),
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
    options.rowGroupRowCount = 30_000
    let groups: [Int] = [30_000, 10, 12_000, 30_000]
    let cells = groups.flatMap { distinct -> [Int64?] in
      let values = (0..<distinct).map { _ in Int64(bitPattern: random.next()) }
      return (0..<30_000).map { values[$0 % distinct] }
    }
    let table = integers(cells)
    let file = try WrittenFile(table, options)
    let found = groups.indices.map { file.chunks($0)[0][3]?[11] != nil }
    #expect(found == [false, true, true, false])
    #expect(try decoded(file.bytes)[0] == table.columns[0].cellTexts)
  }
}
