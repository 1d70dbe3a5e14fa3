import Bytes
import Parquet
import Tables
import Testing

/// One way a file can be wrong.
struct HostileCase: CustomTestStringConvertible, Sendable {
  let name: String
  let code: ParquetError.Code
  let make: @Sendable (inout CraftedFile) -> Void

  init(
    _ name: String,
    _ code: ParquetError.Code,
    _ make: @escaping @Sendable (inout CraftedFile) -> Void
  ) {
    self.name = name
    self.code = code
    self.make = make
  }

  var testDescription: String { name }

  /// The error that reading the whole of `file` ends with.
  func check(_ file: CraftedFile, limits: ReaderLimits = ReaderLimits()) {
    var file = file
    make(&file)
    let bytes = file.bytes
    let error = #expect(throws: ParquetError.self) { try decoded(bytes, limits: limits) }
    #expect(error?.code == code, "\(error?.description ?? "no error")")
  }
}

@Suite("A hostile file is refused")
struct HostileFileTests {
  @Test(
    "where it differs from a valid one",
    arguments: [
      (.plain, ["1", nil, "2", "3"]),
      (.dictionary, ["b", "a", nil, "b"]),
      (.version2, [nil, "5", "6", "7"]),
      (.booleans, ["0", "1", "1", "0"]),
    ] as [(CraftedFile, [String?])]
  )
  func valid(file: CraftedFile, cells: [String?]) throws {
    #expect(try decoded(file.bytes) == [cells])
  }

  @Test("in its container", arguments: containerCases)
  func container(_ hostile: HostileCase) { hostile.check(.plain) }

  @Test("in its Thrift", arguments: thriftCases)
  func thrift(_ hostile: HostileCase) { hostile.check(.plain) }

  @Test("in its schema", arguments: schemaCases)
  func schema(_ hostile: HostileCase) { hostile.check(.plain) }

  @Test("in its metadata", arguments: metadataCases)
  func metadata(_ hostile: HostileCase) { hostile.check(.plain) }

  static let containerCases: [HostileCase] = [
    HostileCase("no bytes", .container) { $0.change = { $0 = [] } },
    HostileCase("eleven bytes", .container) { $0.change = { $0 = Array("PAR1\0\0\0PAR1".utf8) } },
    HostileCase("the first magic", .container) { $0.change = { $0[0] = 0 } },
    HostileCase("the last magic", .container) { $0.change = { $0[$0.count - 1] = 0 } },
    HostileCase("an encrypted footer", .unsupported) {
      $0.change = { $0[$0.count - 1] = UInt8(ascii: "E") }
    },
    HostileCase("a footer of no bytes", .container) {
      $0.change = { for place in 5...8 { $0[$0.count - place] = 0 } }
    },
    HostileCase("a footer beyond the file", .container) { $0.change = { $0[$0.count - 7] = 1 } },
    HostileCase("a footer of 4 GiB", .container) {
      $0.change = { for place in 5...8 { $0[$0.count - place] = 0xFF } }
    },
    HostileCase("bytes after the footer's struct", .thrift) { $0.afterFooter = [0] },
  ]

  static let thriftCases: [HostileCase] = [
    HostileCase("an endless number", .thrift) {
      $0.footer[1] = .raw(5, [UInt8](repeating: 0x80, count: 100))
    },
    HostileCase("a number of 65 bits", .thrift) {
      $0.footer[3] = .raw(6, [UInt8](repeating: 0x80, count: 9) + [2])
    },
    HostileCase("a number of 33 bits in 32", .thrift) { $0.metadata[4] = .int32(1 << 40) },
    HostileCase("a list of 2^31 elements", .thrift) {
      $0.footer[4] = .raw(9, [0xFC] + Thrift.varint(1 << 31))
    },
    HostileCase("a list of 2^64 - 1 elements", .thrift) {
      $0.footer[4] = .raw(9, [0xFC] + Thrift.varint(.max))
    },
    HostileCase("a map of 2^31 pairs", .thrift) {
      $0.footer[30] = .raw(11, Thrift.varint(1 << 31) + [0x55])
    },
    HostileCase("a text of 4 GB", .thrift) {
      $0.footer[6] = .raw(8, Thrift.varint(4_000_000_000) + [0x61])
    },
    HostileCase("200,000 structs in each other", .thrift) {
      $0.footer[30] = .raw(12, [UInt8](repeating: 0x1C, count: 200_000))
    },
    HostileCase("200,000 lists in each other", .thrift) {
      $0.footer[30] = .raw(9, [UInt8](repeating: 0x19, count: 200_000))
    },
    HostileCase("a list of elements of no type", .thrift) { $0.footer[30] = .raw(9, [0x10, 0]) },
    HostileCase("a wire type that there is not", .thrift) { $0.footer[30] = .raw(14, []) },
    HostileCase("row groups that are numbers", .thrift) {
      $0.footer[4] = .list(5, [.int32(1)])
    },
    HostileCase("a required field of another type", .thrift) { $0.footer[3] = .text("4") },
    HostileCase("a million empty row groups", .thrift) {
      $0.footer[4] = .emptyStructs(1_000_000)
    },
    HostileCase("more row groups than may be", .limit) {
      $0.footer[4] = .emptyStructs(1_000_001)
    },
    HostileCase("no version", .thrift) { $0.footer[1] = .some(nil) },
    HostileCase("no schema", .thrift) { $0.footer[2] = .some(nil) },
    HostileCase("no row count", .thrift) { $0.footer[3] = .some(nil) },
    HostileCase("no row groups", .thrift) { $0.footer[4] = .some(nil) },
    HostileCase("no chunks", .thrift) { $0.group[1] = .some(nil) },
    HostileCase("no rows of a row group", .thrift) { $0.group[3] = .some(nil) },
    HostileCase("no chunk metadata", .thrift) { $0.chunk[3] = .some(nil) },
    HostileCase("no codec", .thrift) { $0.metadata[4] = .some(nil) },
    HostileCase("no data page offset", .thrift) { $0.metadata[9] = .some(nil) },
    HostileCase("no name", .thrift) { $0.element[4] = .some(nil) },
  ]

  static let schemaCases: [HostileCase] = [
    HostileCase("no elements", .schema) { $0.footer[2] = .list(12, []) },
    HostileCase("more children than elements", .schema) { $0.root[5] = .int32(2) },
    HostileCase("fewer children than elements", .schema) { $0.root[5] = .int32(0) },
    HostileCase("2^31 - 1 children", .schema) { $0.root[5] = .int32(Int64(Int32.max)) },
    HostileCase("-1 children", .schema) { $0.root[5] = .int32(-1) },
    HostileCase("a root that is a column", .schema) { $0.root[1] = .int32(2) },
    HostileCase("a nested group", .unsupported) { $0.element[5] = .int32(1) },
    HostileCase("50,000 nested groups", .limit) {
      let group = Thrift.structure([3: .int32(1), 4: .text("g"), 5: .int32(1)])
      $0.moreElements = [Thrift](repeating: group, count: 50_000)
    },
    HostileCase("no type", .schema) { $0.element[1] = .some(nil) },
    HostileCase("an unknown type", .schema) { $0.element[1] = .int32(8) },
    HostileCase("an unknown repetition", .schema) { $0.element[3] = .int32(3) },
    HostileCase("a repeated column", .unsupported) { $0.element[3] = .int32(2) },
    HostileCase("two columns of one name", .schema) {
      $0.moreElements = [.structure([1: .int32(2), 3: .int32(1), 4: .text("x")])]
    },
    HostileCase("an empty name", .schema) { $0.element[4] = .text("") },
    HostileCase("a name that is not UTF-8", .schema) { $0.element[4] = .binary([0xC3]) },
    HostileCase("an unknown annotation", .unsupported) {
      $0.element[10] = .structure([77: .empty])
    },
  ]

  static let metadataCases: [HostileCase] = [
    HostileCase("more rows than the row groups have", .metadata) { $0.footer[3] = .int64(5) },
    HostileCase("-1 rows", .metadata) {
      $0.footer[3] = .int64(-1)
      $0.group[3] = .int64(-1)
    },
    HostileCase("2^62 rows", .limit) { $0.group[3] = .int64(1 << 62) },
    HostileCase("more values than rows", .metadata) { $0.metadata[5] = .int64(5) },
    HostileCase("two chunks of one column", .metadata) {
      $0.group[1] = .list(12, [.structure([2: .int64(0)]), .structure([2: .int64(0)])])
      $0.chunk[3] = .some(nil)
      $0.group[1] = .list(12, [])
    },
    HostileCase("a chunk at a negative offset", .metadata) { $0.metadata[9] = .int64(-4) },
    HostileCase("a chunk at the first magic", .metadata) { $0.metadata[9] = .int64(0) },
    HostileCase("a chunk at 2^63 - 1", .metadata) { $0.metadata[9] = .int64(.max) },
    HostileCase("a chunk in the footer", .metadata) { $0.metadata[9] = .int64(100) },
    HostileCase("a chunk of -1 bytes", .metadata) { $0.metadata[7] = .int64(-1) },
    HostileCase("a chunk of 2^63 - 1 bytes", .metadata) { $0.metadata[7] = .int64(.max) },
    HostileCase("a chunk one byte longer than its pages", .metadata) {
      let size = Int64($0.pages.reduce(0) { $0 + $1.bytes.count })
      $0.metadata[7] = .int64(size + 1)
    },
    HostileCase("a chunk with a byte after its pages", .thrift) {
      let size = Int64($0.pages.reduce(0) { $0 + $1.bytes.count })
      $0.afterPages = [0]
      $0.metadata[7] = .int64(size + 1)
    },
    HostileCase("a chunk one byte too short", .page) {
      let size = Int64($0.pages.reduce(0) { $0 + $1.bytes.count })
      $0.metadata[7] = .int64(size - 1)
    },
    HostileCase("a chunk of no bytes", .page) { $0.metadata[7] = .int64(0) },
    HostileCase("a codec that is not read", .unsupported) { $0.metadata[4] = .int32(6) },
    HostileCase("another codec than its pages", .compression) { $0.metadata[4] = .int32(1) },
    HostileCase("a codec that there is not", .unsupported) { $0.metadata[4] = .int32(99) },
    HostileCase("a type other than the schema's", .metadata) { $0.metadata[1] = .int32(1) },
    HostileCase("a path other than the schema's", .metadata) {
      $0.metadata[3] = .list(8, [.text("y")])
    },
    HostileCase("pages in another file", .unsupported) { $0.chunk[1] = .text("/etc/passwd") },
    HostileCase("encryption", .unsupported) { $0.chunk[8] = .structure([1: .empty]) },
    HostileCase("2,000 row groups of the same bytes", .metadata) { file in
      let bytes = file.bytes
      let length = bytes.suffix(8).prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      let footer = Thrift.structure(parsing: Array(bytes.dropLast(8).suffix(length)))
      let group = footer[4]?.elements.first ?? .empty
      file.footer[4] = .list(12, [Thrift](repeating: group, count: 2000))
      file.footer[3] = .int64(8000)
    },
  ]
}
