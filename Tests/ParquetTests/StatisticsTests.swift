import Bytes
import Parquet
import Tables
import Testing

@Suite("Statistics")
struct StatisticsTests {
  /// A text and the bounds of a chunk that it is alone in.
  struct TextBounds: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let text: String
    let minimum: String
    let maximum: String
  }

  static let textCases: [TextBounds] = [
    TextBounds(testDescription: "empty", text: "", minimum: "", maximum: ""),
    TextBounds(
      testDescription: "64 bytes",
      text: repeated("a", 64),
      minimum: repeated("a", 64),
      maximum: repeated("a", 64)
    ),
    TextBounds(
      testDescription: "65 bytes",
      text: repeated("a", 65),
      minimum: repeated("a", 64),
      maximum: repeated("a", 63) + "b"
    ),
    TextBounds(
      testDescription: "a character across byte 64",
      text: repeated("a", 63) + "é",
      minimum: repeated("a", 63),
      maximum: repeated("a", 62) + "b"
    ),
    TextBounds(
      testDescription: "a last character that cannot be raised",
      text: repeated("a", 60) + repeated("\u{10FFFF}", 2),
      minimum: repeated("a", 60) + "\u{10FFFF}",
      maximum: repeated("a", 59) + "b"
    ),
    TextBounds(
      testDescription: "a raised character that would grow",
      text: repeated("a", 62) + "é\u{7F}",
      minimum: repeated("a", 62) + "é",
      maximum: repeated("a", 62) + "ê"
    ),
    TextBounds(
      testDescription: "no character that can be raised",
      text: repeated("\u{7F}", 70),
      minimum: repeated("\u{7F}", 64),
      maximum: repeated("\u{7F}", 70)
    ),
    TextBounds(
      testDescription: "the last characters before the surrogates",
      text: repeated("\u{D7FF}", 30),
      minimum: repeated("\u{D7FF}", 21),
      maximum: repeated("\u{D7FF}", 30)
    ),
  ]

  static func repeated(_ text: String, _ count: Int) -> String {
    String(repeating: text, count: count)
  }

  @Test("cut long texts at a character and round the upper bound up", arguments: textCases)
  func textBounds(_ bounds: TextBounds) throws {
    let file = try WrittenFile(texts([bounds.text]))
    let statistics = try #require(file.chunks()[0][3, 12])
    #expect(statistics[6] == .text(bounds.minimum))
    #expect(statistics[5] == .text(bounds.maximum))
    #expect(statistics[8] == .boolean(bounds.minimum == bounds.text))
    #expect(statistics[7] == .boolean(bounds.maximum == bounds.text))
    let index = try #require(file.columnIndex(file.chunks()[0]))
    #expect(index[2]?.elements == [.text(bounds.minimum)])
    #expect(index[3]?.elements == [.text(bounds.maximum)])
  }

  @Test("sort texts by their bytes")
  func byteOrder() throws {
    // In UTF-16 the second would sort before the first.
    let file = try WrittenFile(texts(["\u{FF5E}", "\u{1F600}", nil, "z", "Z", "ä"]))
    let statistics = try #require(file.chunks()[0][3, 12])
    #expect(statistics[6] == .text("Z"))
    #expect(statistics[5] == .text("\u{1F600}"))
    #expect(statistics[3] == .int64(1))
  }

  @Test(
    "leave NaN out, and write zeros with the sign that covers both",
    arguments: [
      ([1, .nan, -2, nil], -2, 1, 1),
      ([0.0, 0.0], -0.0, 0.0, 0),
      ([-0.0], -0.0, 0.0, 0),
      ([.infinity, -.infinity], -.infinity, .infinity, 0),
    ] as [([Double?], Double, Double, Int64)]
  )
  func doubleBounds(cells: [Double?], low: Double, high: Double, nans: Int64) throws {
    for limit in [0, 1000] {
      var options = WriterOptions()
      options.dictionaryByteCount = limit
      let statistics = try #require(WrittenFile(doubles(cells), options).chunks()[0][3, 12])
      #expect(statistics[6] == .binary(CraftedFile.number(Int64(bitPattern: low.bitPattern))))
      #expect(statistics[5] == .binary(CraftedFile.number(Int64(bitPattern: high.bitPattern))))
      #expect(statistics[9] == .int64(nans))
    }
  }

  @Test("have no bounds of NaN alone, and no column index then")
  func allNaN() throws {
    var options = WriterOptions()
    options.pageRowCount = 2
    let alone = try WrittenFile(doubles([.nan, nil, .nan]), options)
    let statistics = try #require(alone.chunks()[0][3, 12])
    #expect(statistics[5] == nil && statistics[6] == nil)
    #expect(statistics[7] == nil && statistics[8] == nil)
    #expect(statistics[9] == .int64(2))
    #expect(alone.chunks()[0][6] == nil && alone.chunks()[0][7] == nil)
    #expect(alone.offsetIndex(alone.chunks()[0])?[1]?.elements.count == 2)
    let mixed = try WrittenFile(doubles([1, 2, .nan, nil]), options)
    #expect(mixed.chunks()[0][6] == nil)
    #expect(mixed.chunks()[0][3, 12, 5] != nil)
    let apart = try WrittenFile(doubles([1, .nan, nil, nil]), options)
    let index = try #require(apart.columnIndex(apart.chunks()[0]))
    #expect(index[8]?.elements == [.int64(1), .int64(0)])
  }

  @Test("of a page without values are empty")
  func nullPages() throws {
    var options = WriterOptions()
    options.pageRowCount = 2
    let file = try WrittenFile(integers([5, nil, nil, nil, 7, 6]), options)
    let chunk = file.chunks()[0]
    let index = try #require(file.columnIndex(chunk))
    #expect(index[1]?.elements == [.boolean(false), .boolean(true), .boolean(false)])
    let bounds = [5, nil, 6].map { (value: Int64?) in
      Thrift.binary(value.map(CraftedFile.number) ?? [])
    }
    #expect(index[2]?.elements == bounds)
    #expect(index[5]?.elements == [.int64(1), .int64(2), .int64(0)])
    let locations = try #require(file.offsetIndex(chunk)?[1]?.elements)
    #expect(locations.compactMap { $0[3]?.integer } == [0, 2, 4])
    for location in locations {
      let offset = try #require(location[1]?.integer)
      let header = try #require(file.structure(at: offset))
      let size = header.bytes.count + (header[3]?.integer ?? 0)
      #expect(location[2]?.integer == size)
    }
  }

  @Test("of a chunk without values have no bounds, and there is no dictionary")
  func nullChunk() throws {
    let metadata = try #require(try WrittenFile(texts([nil, nil])).chunks()[0][3])
    #expect(metadata[12] == .structure([3: .int64(2)]))
    #expect(metadata[11] == nil)
    #expect(metadata[2]?.elements == [.int32(0), .int32(3)])
  }

  @Test(
    "say whether the pages' bounds ascend",
    arguments: [
      ([1], 1),
      ([1, 1, 1], 1),
      ([1, nil, 2], 1),
      ([3, 2, nil, 1], 2),
      ([1, 3, 2], 0),
      ([nil, nil], 1),
    ] as [([Int64?], Int64)]
  )
  func boundaryOrder(cells: [Int64?], order: Int64) throws {
    var options = WriterOptions()
    options.pageRowCount = 1
    let numbers = try WrittenFile(integers(cells), options)
    #expect(numbers.columnIndex(numbers.chunks()[0])?[4] == .int32(order))
    let words = try WrittenFile(texts(cells.map { $0.map { "word \($0)" } }), options)
    #expect(words.columnIndex(words.chunks()[0])?[4] == .int32(order))
    let reals = try WrittenFile(doubles(cells.map { $0.map { Double($0) - 2 } }), options)
    #expect(reals.columnIndex(reals.chunks()[0])?[4] == .int32(order))
  }

  @Test("are read as they were written")
  func read() throws {
    var table = Table(
      TableSchema(
        name: "all",
        [
          ColumnSchema("n", .int64, nullable: true), ColumnSchema("d", .double),
          ColumnSchema("b", .boolean), ColumnSchema("s", .string), ColumnSchema("t", .timestamp),
          ColumnSchema("day", .date), ColumnSchema("none", .string, nullable: true),
        ]
      )
    )
    for row in 0..<3 {
      table.columns[0].append(row == 1 ? nil : Int64(row))
      table.columns[1].append(Double(row))
      table.columns[2].append(row == 0)
      table.columns[3].append("\(row)" + (row == 2 ? Self.repeated("x", 64) : ""))
      table.columns[4].append(Int64(row - 1))
      table.columns[5].append(Int64(-row))
      table.columns[6].appendNull()
    }
    let reader = try ParquetReader(MemoryBytes(encoded(table)))
    let statistics = reader.rowGroups[0].statistics
    #expect(statistics.map(\.nullCount) == [1, 0, 0, 0, 0, 0, 3])
    let zero = Array("0".utf8)
    let long = Array(("2" + Self.repeated("x", 62) + "y").utf8)
    let minima: [ColumnStatistics.Bound?] = [
      .integer(0), .double(-0.0), .integer(0), .text(zero), .integer(-1), .integer(-2), nil,
    ]
    let maxima: [ColumnStatistics.Bound?] = [
      .integer(2), .double(2), .integer(1), .text(long), .integer(1), .integer(0), nil,
    ]
    #expect(statistics.map(\.minimum) == minima)
    #expect(statistics.map(\.maximum) == maxima)
    #expect(statistics.map(\.isMaximumExact) == [true, true, true, false, true, true, false])
  }
}
