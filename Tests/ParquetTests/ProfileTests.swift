import CZlib
import Parquet
import Tables
import Testing

@Suite("The portable profile")
struct ProfileTests {
  @Test("has both annotations of every type")
  func schema() throws {
    let types: [ColumnType] = [.int64, .double, .boolean, .string, .timestamp, .date]
    let columns = types.map { ColumnSchema($0.rawValue, $0, nullable: $0 == .date) }
    let file = try WrittenFile(Table(TableSchema(name: "types", columns)))
    let elements = try #require(file.footer[2]?.elements)
    #expect(elements[0] == .structure([4: .text("types"), 5: .int32(6)]))
    let micros = Thrift.structure([1: .boolean(true), 2: .structure([2: .empty])])
    let expected: [[Int: Thrift]] = [
      [1: .int32(2)],
      [1: .int32(5)],
      [1: .int32(0)],
      [1: .int32(6), 6: .int32(0), 10: .structure([1: .empty])],
      [1: .int32(2), 6: .int32(10), 10: .structure([8: micros])],
      [1: .int32(1), 6: .int32(6), 10: .structure([6: .empty])],
    ]
    for (place, fields) in expected.enumerated() {
      let rest: [Int: Thrift] = [
        3: .int32(place == 5 ? 1 : 0), 4: .text(types[place].rawValue),
      ]
      #expect(elements[place + 1] == .structure(fields.merging(rest) { $1 }))
    }
    #expect(file.footer[1] == .int32(1))
    #expect(file.footer[6] == .text(WriterOptions.defaultCreatedBy))
    #expect(file.footer[7]?.elements == columns.map { _ in .structure([1: .empty]) })
  }

  @Test("has a dictionary only where that takes fewer bytes")
  func dictionaryDecision() throws {
    // d distinct numbers among n: 8 d + n × bits / 8 against 8 n.
    let cases: [(distinct: Int, rows: Int, hasDictionary: Bool)] = [
      (1, 1, false), (1, 2, true), (4, 4, false), (4, 5, true), (15, 16, false), (15, 17, true),
      (100, 112, false), (100, 113, true),
    ]
    for (distinct, rows, hasDictionary) in cases {
      let file = try WrittenFile(integers((0..<rows).map { Int64($0 % distinct) }))
      let metadata = try #require(file.chunks()[0][3])
      #expect((metadata[11] != nil) == hasDictionary, "\(distinct) of \(rows)")
      let encodings: [Thrift] = hasDictionary ? [.int32(8), .int32(0)] : [.int32(0)]
      #expect(metadata[2]?.elements == encodings + [.int32(3)])
      #expect(metadata[13]?.elements.count == (hasDictionary ? 2 : 1))
    }
  }

  /// Runs of levels, 1 and 0 by turns, and their encoding.
  static let levelCases: [(runs: [Int], bytes: [UInt8])] = [
    ([1], [0x03, 0b1]),
    ([7], [0x03, 0b111_1111]),
    ([8], [16, 1]),
    ([20, 9], [40, 1, 18, 0]),
    ([200], [0x90, 0x03, 1]),
    // After two values a run has to fill six more and leave eight.
    ([1, 1, 14], [0x03, 0b1111_1101, 16, 1]),
    ([1, 1, 13], [0x05, 0b1111_1101, 0b0111_1111]),
    ([1, 1, 14, 1], [0x03, 0b1111_1101, 16, 1, 0x03, 0]),
    // 64 groups are two runs.
    ([Int](repeating: 1, count: 512), [127] + [UInt8](repeating: 0x55, count: 63) + [0x03, 0x55]),
  ]

  @Test("encodes levels in runs and groups", arguments: levelCases)
  func levels(runs: [Int], bytes: [UInt8]) throws {
    let cells = runs.enumerated().flatMap { place, count in
      [Int64?](repeating: place % 2 == 0 ? 7 : nil, count: count)
    }
    var options = WriterOptions(codec: .uncompressed)
    options.dictionaryByteCount = 0
    let file = try WrittenFile(integers(cells), options)
    let header = try #require(file.structure(at: 4))
    let start = 4 + header.bytes.count
    #expect(Array(file.bytes[start...].prefix(4)) == [UInt8(bytes.count), 0, 0, 0])
    #expect(Array(file.bytes[(start + 4)...].prefix(bytes.count)) == bytes)
  }

  @Test("says a checksum and the encoding of every page, and sizes that add up")
  func pages() throws {
    var options = WriterOptions()
    options.pageRowCount = 1000
    let table = texts((0..<10_000).map { $0 % 9 == 0 ? nil : "\($0 % 50)" })
    let file = try WrittenFile(table, options)
    let metadata = try #require(file.chunks()[0][3])
    #expect(metadata[4] == .int32(2))
    var offset = try #require(metadata[11]?.integer)
    var types: [Int] = []
    var sizes = (uncompressed: 0, compressed: 0)
    while sizes.compressed < metadata[7]?.integer ?? 0 {
      let header = try #require(file.structure(at: offset))
      let count = try #require(header[3]?.integer)
      let body = file.bytes[offset + header.bytes.count..<offset + header.bytes.count + count]
      let checksum = unsafe Array(body).withUnsafeBufferPointer {
        unsafe crc32(0, $0.baseAddress, UInt32($0.count))
      }
      #expect(header[4] == .int32(Int64(Int32(truncatingIfNeeded: checksum))))
      types.append(try #require(header[1]?.integer))
      sizes.compressed += header.bytes.count + count
      sizes.uncompressed += header.bytes.count + (header[2]?.integer ?? 0)
      offset += header.bytes.count + count
    }
    #expect(types == [2] + [Int](repeating: 0, count: 10))
    #expect(metadata[6]?.integer == sizes.uncompressed)
    #expect(metadata[7]?.integer == sizes.compressed)
    #expect(file.footer[4]?.elements[0][2]?.integer == sizes.uncompressed)
    #expect(file.footer[4]?.elements[0][6]?.integer == sizes.compressed)
    #expect(file.footer[4]?.elements[0][5]?.integer == 4)
  }

  @Test("leaves a chunk uncompressed where compression saves too little")
  func trial() throws {
    var state: UInt64 = 1
    let noise = (0..<1000).map { _ -> Int64? in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int64(bitPattern: state)
    }
    #expect(try WrittenFile(integers(noise)).chunks()[0][3, 4] == .int32(0))
    let ascending = try WrittenFile(integers((0..<1000).map { $0 }))
    #expect(ascending.chunks()[0][3, 4] == .int32(2))
    let options = WriterOptions(codec: .uncompressed)
    let plain = try WrittenFile(integers((0..<1000).map { $0 }), options)
    #expect(plain.chunks()[0][3, 4] == .int32(0))
  }

  @Test("cuts a page where the next row would make it too long")
  func pageCuts() throws {
    var options = WriterOptions()
    options.pageByteCount = 1000
    options.dictionaryByteCount = 0
    let words = (0..<40).map { String(repeating: "\($0 % 10)", count: $0 == 20 ? 3000 : 90) }
    let file = try WrittenFile(texts(words), options)
    let locations = try #require(file.offsetIndex(file.chunks()[0])?[1]?.elements)
    #expect(locations.compactMap { $0[3]?.integer } == [0, 10, 20, 21, 31])
    let numbers = try WrittenFile(integers((0..<300).map { $0 }), options)
    let cuts = try #require(numbers.offsetIndex(numbers.chunks()[0])?[1]?.elements)
    #expect(cuts.compactMap { $0[3]?.integer } == [0, 123, 246])
  }

  @Test("says what the rows are sorted by")
  func sorting() throws {
    var table = Table(
      TableSchema(
        name: "s",
        sortedBy: 2,
        [ColumnSchema("a", .int64), ColumnSchema("b", .int64), ColumnSchema("c", .int64)]
      )
    )
    for place in 0..<3 { table.columns[place].append(Int64(1)) }
    let group = try #require(try WrittenFile(table).footer[4]?.elements[0])
    let expected = [0, 1].map {
      Thrift.structure([1: .int32($0), 2: .boolean(false), 3: .boolean(true)])
    }
    #expect(group[4]?.elements == expected)
    #expect(group[7] == .int16(0))
  }

  @Test("refuses options out of range")
  func options() {
    let changes: [(inout WriterOptions) -> Void] = [
      { $0.codec = .gzip(level: 10) }, { $0.rowGroupRowCount = 0 }, { $0.pageRowCount = 0 },
      { $0.pageByteCount = 0 }, { $0.dictionaryByteCount = -1 }, { $0.minimumSavedPercent = 101 },
    ]
    for change in changes {
      var options = WriterOptions()
      change(&options)
      let error = #expect(throws: ParquetError.self) { try encoded(integers([1]), options) }
      #expect(error?.code == .limit)
    }
  }
}
