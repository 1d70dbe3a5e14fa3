import Bytes
import Parquet
import Tables
import TestSupport
import Testing

@Suite("No file makes the reader trap or take memory without end")
struct LimitTests {
  @Test("A page of 40 bytes that holds 2^31 - 1 rows is refused")
  func runLengthBomb() {
    var file = CraftedFile.plain
    file.rowCount = Int64(Int32.max)
    file.pages = [.data(Int64(Int32.max), 0, [6, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 0])]
    let bytes = file.bytes
    let error = #expect(throws: ParquetError.self) { try decoded(bytes) }
    #expect(error?.code == .limit)
  }

  @Test("A long text named a million times is refused")
  func dictionaryBomb() {
    var file = CraftedFile.dictionary
    file.isRequired()
    file.rowCount = 1_000_000
    let text = [0, 4, 0, 0] + [UInt8](repeating: 0x61, count: 1024)
    file.pages = [
      .dictionary(1, text),
      .data(1_000_000, 8, [1] + Thrift.varint(2_000_000) + [0]),
    ]
    var limits = ReaderLimits()
    limits.tableByteCount = 10 << 20
    let bytes = file.bytes
    let error = #expect(throws: ParquetError.self) { try decoded(bytes, limits: limits) }
    #expect(error?.code == .limit)
  }

  @Test("Columns that together take too much memory are refused")
  func manyColumns() throws {
    var random = SeededGenerator(seed: 1)
    let bytes = try encoded(Table.random(rowCount: 1000, using: &random))
    var limits = ReaderLimits()
    limits.tableByteCount = 30_000
    let reader = try ParquetReader(MemoryBytes(bytes), limits: limits)
    #expect(try reader.read(rowGroup: 0, columns: [0]).rowCount == 1000)
    let error = #expect(throws: ParquetError.self) { try reader.read(rowGroup: 0) }
    #expect(error?.code == .limit)
  }

  @Test("Indices of no bits name the only entry")
  func noBits() throws {
    var file = CraftedFile.dictionary
    file.isRequired()
    file.pages = [.dictionary(1, CraftedFile.text("only")), .data(4, 8, [0, 8])]
    #expect(try decoded(file.bytes) == [["only", "only", "only", "only"]])
  }

  @Test("Fields that are not known are skipped")
  func unknownFields() throws {
    var file = CraftedFile.plain
    let map = Thrift.raw(11, [1, 0x85, 1, 0x61, 4])
    file.footer[90] = .list(12, [.structure([1: .list(1, [.boolean(true)]), 2: map])])
    file.pages[0].header[30] = .list(9, [.list(5, [.int32(1)]), .list(5, [])])
    file.metadata[70] = .raw(7, [UInt8](repeating: 0, count: 8))
    #expect(try decoded(file.bytes) == [["1", nil, "2", "3"]])
  }

  @Test("Every change of a byte gives an error or a table", arguments: 0..<6)
  func everyByte(file: Int) throws {
    let bytes = try Self.smallFiles()[file]
    var outcomes = (tables: 0, errors: 0)
    for place in bytes.indices {
      let changes: [UInt8] = [1, 2, 4, 8, 0x10, 0x20, 0x40, 0x80, 0xFF, bytes[place]]
      for change in changes where change != 0 {
        var mutated = bytes
        mutated[place] ^= change
        if try Self.readsAsTable(mutated) { outcomes.tables += 1 } else { outcomes.errors += 1 }
      }
    }
    #expect(outcomes.errors > bytes.count)
  }

  @Test("Every truncation gives an error", arguments: 0..<6)
  func everyTruncation(file: Int) throws {
    let bytes = try Self.smallFiles()[file]
    for count in bytes.indices {
      #expect(try !Self.readsAsTable(Array(bytes[..<count])), "\(count) bytes")
    }
  }

  @Test("Random changes of many bytes give an error or a table", arguments: 0..<6)
  func randomChanges(file: Int) throws {
    let bytes = try Self.smallFiles()[file]
    var random = SeededGenerator(seed: UInt64(file))
    var errors = 0
    for _ in 0..<2000 {
      var mutated = bytes
      for _ in 0..<Int.random(in: 2...6, using: &random) {
        let place = Int.random(in: mutated.indices, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: mutated.remove(at: place)
        case 1: mutated.insert(UInt8.random(in: 0...255, using: &random), at: place)
        case 2: mutated[place] = [0, 1, 0x7F, 0x80, 0xFF].randomElement(using: &random) ?? 0
        default: mutated[place] = UInt8.random(in: 0...255, using: &random)
        }
      }
      if try !Self.readsAsTable(mutated) { errors += 1 }
    }
    #expect(errors > 0, "seed \(file)")
  }

  /// Valid files of a few hundred bytes; all but the first without checksums.
  static func smallFiles() throws -> [[UInt8]] {
    var table = Table(
      TableSchema(
        name: "small",
        sortedBy: 1,
        [
          ColumnSchema("n", .int64), ColumnSchema("d", .double, nullable: true),
          ColumnSchema("s", .string, nullable: true), ColumnSchema("t", .timestamp),
        ]
      )
    )
    for row in 0..<20 {
      table.columns[0].append(Int64(row))
      table.columns[1].append(row % 3 == 0 ? nil : Double(row % 4))
      table.columns[2].append(row % 5 == 0 ? nil : "text \(row % 2)")
      table.columns[3].append(Int64(1_767_225_600_000_000 + row % 2))
    }
    var gzip = CraftedFile.plain
    gzip.isRequired()
    gzip.metadata[4] = .int32(2)
    gzip.pages = [HostilePageTests.compressed(HostilePageTests.goodGzip, size: 32)]
    let crafted: [CraftedFile] = [.plain, .dictionary, .version2, .booleans, gzip]
    return [try encoded(table)] + crafted.map(\.bytes)
  }

  /// Whether the bytes are a file, of which every column has every row.
  static func readsAsTable(_ bytes: [UInt8]) throws -> Bool {
    do {
      let reader = try ParquetReader(MemoryBytes(bytes))
      let cells = try decoded(bytes)
      #expect(cells.allSatisfy { $0.count == reader.rowCount })
      return true
    } catch is ParquetError {
      return false
    }
  }
}
