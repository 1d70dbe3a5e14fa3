import Parquet
import Testing

@Suite("A hostile page is refused")
struct HostilePageTests {
  typealias Page = CraftedFile.Page

  @Test("in its header", arguments: headersCases)
  func headers(_ hostile: HostileCase) { hostile.check(.plain) }

  @Test("in its levels and plain values", arguments: plainCases)
  func plain(_ hostile: HostileCase) { hostile.check(.plain) }

  @Test("in its dictionary and indices", arguments: dictionaryCases)
  func dictionary(_ hostile: HostileCase) { hostile.check(.dictionary) }

  @Test("of version 2", arguments: version2Cases)
  func version2(_ hostile: HostileCase) { hostile.check(.version2) }

  @Test("in its runs of booleans", arguments: booleansCases)
  func booleans(_ hostile: HostileCase) { hostile.check(.booleans) }

  @Test("in its gzip", arguments: gzipCases)
  func gzip(_ hostile: HostileCase) {
    var file = CraftedFile.plain
    file.isRequired()
    file.metadata[4] = .int32(2)
    file.pages = [Self.compressed(Self.goodGzip, size: 32)]
    hostile.check(file)
  }

  static let headersCases: [HostileCase] = [
    HostileCase("without a type", .thrift) { $0.pages[0].header[1] = nil },
    HostileCase("of a type that there is not", .unsupported) { $0.pages[0].header[1] = .int32(9) },
    HostileCase("of an index page", .unsupported) { $0.pages[0].header[1] = .int32(1) },
    HostileCase("without the part for its type", .thrift) { $0.pages[0].header[5] = nil },
    HostileCase("with the part for another type", .thrift) { $0.pages[0].header[1] = .int32(3) },
    HostileCase("without sizes", .thrift) { $0.pages[0].fillsSizes = false },
    HostileCase("of -1 bytes", .thrift) { $0.pages[0].header[3] = .int32(-1) },
    HostileCase("of -1 bytes uncompressed", .thrift) { $0.pages[0].header[2] = .int32(-1) },
    HostileCase("of 2^31 - 1 bytes", .page) { $0.pages[0].header[3] = .int32(Int64(Int32.max)) },
    HostileCase("of 2^31 - 1 bytes uncompressed", .limit) {
      $0.pages[0].header[2] = .int32(Int64(Int32.max))
    },
    HostileCase("of other sizes though not compressed", .page) {
      $0.pages[0].header[2] = .int32(5)
    },
    HostileCase("with the checksum of other bytes", .checksum) {
      $0.pages[0].header[4] = .int32(1)
    },
    HostileCase("of 20 MB", .thrift) {
      $0.pages[0].header[40] = .binary([UInt8](repeating: 0x61, count: 20_000_000))
    },
  ]

  static let plainCases: [HostileCase] = [
    HostileCase("no values, again and again", .page) {
      let empty = Page.data(0, 0, [0, 0, 0, 0])
      $0.pages = [Page](repeating: empty, count: 1000) + $0.pages
    },
    HostileCase("-1 values", .thrift) {
      $0.pages[0] = .data(-1, 0, $0.pages[0].body)
    },
    HostileCase("fewer rows than the row group", .page) { $0.pages.removeLast() },
    HostileCase("more rows than the row group", .page) { $0.pages.append($0.pages[1]) },
    HostileCase("2^31 - 1 rows in a run", .page) {
      $0.pages[0] = .data(Int64(Int32.max), 0, [6, 0, 0, 0, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 0])
    },
    HostileCase("an encoding that is not read", .unsupported) {
      $0.pages[0] = .data(3, 5, $0.pages[0].body)
    },
    HostileCase("runs though not of booleans", .unsupported) {
      $0.pages[0] = .data(3, 3, $0.pages[0].body)
    },
    HostileCase("levels that are bit-packed alone", .unsupported) {
      let part: [Int: Thrift] = [1: .int32(3), 2: .int32(0), 3: .int32(4), 4: .int32(4)]
      $0.pages[0].header[5] = .structure(part)
    },
    HostileCase("an empty page", .page) { $0.pages[0].body = [] },
    HostileCase("levels longer than the page", .page) { $0.pages[0].body[0] = 0xFF },
    HostileCase("levels of 4 GiB", .page) {
      for place in 0..<4 { $0.pages[0].body[place] = 0xFF }
    },
    HostileCase("levels of no bytes", .encoding) {
      $0.pages[0].body.replaceSubrange(0..<6, with: [0, 0, 0, 0])
    },
    HostileCase("a byte after the levels", .page) {
      $0.pages[0].body.replaceSubrange(0..<6, with: [3, 0, 0, 0, 0x03, 0b101, 0])
    },
    HostileCase("a run of no levels", .encoding) { $0.pages[0].body[4] = 0 },
    HostileCase("a group of no levels", .encoding) { $0.pages[0].body[4] = 1 },
    HostileCase("a run of too many levels", .encoding) { $0.pages[0].body[4] = 8 },
    HostileCase("a level of 2", .encoding) {
      $0.pages[0].body[4] = 6
      $0.pages[0].body[5] = 2
    },
    HostileCase("a run whose length never ends", .encoding) {
      let endless = [UInt8](repeating: 0x80, count: 6)
      $0.pages[0].body.replaceSubrange(0..<6, with: [6, 0, 0, 0] + endless)
    },
    HostileCase("a value too few", .page) { $0.pages[0].body.removeLast(8) },
    HostileCase("a byte too few", .page) { $0.pages[0].body.removeLast() },
    HostileCase("a byte too many", .page) { $0.pages[0].body.append(0) },
    HostileCase("a text beyond the page", .page) {
      $0.isText()
      $0.isRequired()
      $0.pages = [.data(4, 0, [0xFF, 0, 0, 0] + [UInt8](repeating: 0, count: 12))]
    },
    HostileCase("a text of 4 GiB", .page) {
      $0.isText()
      $0.isRequired()
      $0.pages = [.data(4, 0, [UInt8](repeating: 0xFF, count: 16))]
    },
    HostileCase("a text that is not UTF-8", .text) {
      $0.isText()
      $0.isRequired()
      let texts = [[0xC3], [0x28], [0x61], [0x62]].map { [1, 0, 0, 0] + $0 as [UInt8] }
      $0.pages = [.data(4, 0, texts.flatMap(\.self))]
    },
    HostileCase("milliseconds that are no microseconds", .value) {
      $0.isRequired()
      $0.element[6] = .int32(9)
      $0.pages = [.data(4, 0, [UInt8](repeating: 0x7F, count: 32))]
    },
  ]

  static let dictionaryCases: [HostileCase] = [
    HostileCase("none", .page) {
      $0.pages.removeFirst()
    },
    HostileCase("two", .page) { $0.pages.insert($0.pages[0], at: 1) },
    HostileCase("one after the data", .page) { $0.pages.append($0.pages[0]) },
    HostileCase("one in an encoding that is not read", .unsupported) {
      $0.pages[0].header[7] = .structure([1: .int32(2), 2: .int32(8)])
    },
    HostileCase("one of more entries than bytes", .page) {
      $0.pages[0] = .dictionary(Int64(Int32.max), $0.pages[0].body)
    },
    HostileCase("one of -1 entries", .thrift) { $0.pages[0] = .dictionary(-1, []) },
    HostileCase("one with bytes after its entries", .page) { $0.pages[0].body.append(0) },
    HostileCase("one with a text that is not UTF-8", .text) { $0.pages[0].body[4] = 0xFF },
    HostileCase("one of booleans", .page) {
      $0.element = [1: .int32(0)]
      $0.metadata[1] = .int32(0)
    },
    HostileCase("an index beyond it", .page) {
      $0.pages[1].body.replaceSubrange(6..<9, with: [2, 0x03, 0b10_0001])
      $0.pages[1].body.append(0)
    },
    HostileCase("indices of 33 bits", .page) { $0.pages[1].body[6] = 33 },
    HostileCase("indices of 255 bits", .page) { $0.pages[1].body[6] = 255 },
    HostileCase("indices without a width", .page) { $0.pages[1].body.removeLast(3) },
    HostileCase("indices that end early", .encoding) { $0.pages[1].body.removeLast() },
    HostileCase("indices with a byte after them", .page) { $0.pages[1].body.append(0) },
    HostileCase("2^31 groups of indices", .encoding) {
      $0.pages[1].body.replaceSubrange(7..<9, with: [0xFF, 0xFF, 0xFF, 0xFF, 0x0F])
    },
    HostileCase("an index wider than the width", .encoding) {
      $0.pages[1].body.replaceSubrange(7..<9, with: [6, 2])
    },
  ]

  static let version2Cases: [HostileCase] = [
    HostileCase("without a required field", .thrift) {
      $0.pages[0].header[8] = .structure([1: .int32(4), 2: .int32(1), 3: .int32(4)])
    },
    HostileCase("with repetition levels", .page) {
      let values = CraftedFile.number(5) + CraftedFile.number(6) + CraftedFile.number(7)
      $0.pages[0] = .dataV2((4, 1, 4), 0, levels: [3, 14], values, repetitionByteCount: 2)
    },
    HostileCase("with levels longer than the page", .page) {
      $0.pages[0] = .dataV2((4, 1, 4), 0, levels: [3, 14], [], levelByteCount: 100)
    },
    HostileCase("with levels of -1 bytes", .thrift) {
      $0.pages[0] = .dataV2((4, 1, 4), 0, levels: [3, 14], [], levelByteCount: -1)
    },
    HostileCase("with other nulls than it says", .page) {
      let values = CraftedFile.number(5) + CraftedFile.number(6) + CraftedFile.number(7)
      $0.pages[0] = .dataV2((4, 2, 4), 0, levels: [3, 14], values)
    },
    HostileCase("with other rows than values", .page) {
      let values = CraftedFile.number(5) + CraftedFile.number(6) + CraftedFile.number(7)
      $0.pages[0] = .dataV2((4, 1, 3), 0, levels: [3, 14], values)
    },
    HostileCase("with levels of a column that has none", .page) { $0.isRequired() },
  ]

  static let booleansCases: [HostileCase] = [
    HostileCase("a length beyond the page", .page) { $0.pages[0].body[0] = 3 },
    HostileCase("a length short of the page", .page) { $0.pages[0].body[0] = 1 },
    HostileCase("no length", .page) { $0.pages[0].body = [1, 0, 0] },
    HostileCase("bytes after the runs", .page) {
      $0.pages[0].body[0] = 3
      $0.pages[0].body.append(0)
    },
    HostileCase("plain bytes for fewer values", .page) { $0.pages = [.data(4, 0, [])] },
  ]

  static let gzipCases: [HostileCase] = [
    HostileCase("cut short", .compression) {
      $0.pages = [compressed(Array(goodGzip.dropLast(9)), size: 32)]
    },
    HostileCase("with a wrong checksum", .compression) {
      var bytes = goodGzip
      bytes[bytes.count - 5] ^= 1
      $0.pages = [compressed(bytes, size: 32)]
    },
    HostileCase("with a wrong length", .compression) {
      var bytes = goodGzip
      bytes[bytes.count - 1] ^= 1
      $0.pages = [compressed(bytes, size: 32)]
    },
    HostileCase("with a byte after it", .compression) {
      $0.pages = [compressed(goodGzip + [0], size: 32)]
    },
    HostileCase("that is not gzip", .compression) {
      $0.pages = [compressed([UInt8](repeating: 7, count: 32), size: 32)]
    },
    HostileCase("of no bytes", .compression) { $0.pages = [compressed([], size: 32)] },
    HostileCase("of more than its header says", .compression) {
      $0.pages = [compressed(goodGzip, size: 31)]
    },
    HostileCase("of less than its header says", .compression) {
      $0.pages = [compressed(goodGzip, size: 33)]
    },
    HostileCase("of 200 MB in 31 bytes", .compression) {
      $0.pages = [compressed(goodGzip, size: 200 << 20)]
    },
  ]

  /// The whole numbers 1 to 4 in PLAIN encoding, by zlib at level 9.
  static let goodGzip: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 100, 128, 0, 38, 40, 205, 12, 165, 89, 160, 52, 0, 0, 38,
    105, 156, 32, 0, 0, 0,
  ]

  /// The same in two members.
  static let twoMembers: [UInt8] = [
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 100, 128, 0, 38, 40, 13, 0, 185, 221, 246, 0, 16, 0, 0, 0,
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 99, 102, 128, 0, 22, 40, 13, 0, 93, 241, 57, 65, 16, 0, 0, 0,
  ]

  static func compressed(_ bytes: [UInt8], size: Int64) -> Page {
    var page = Page.data(4, 0, bytes)
    page.header[2] = .int32(size)
    return page
  }

  @Test("but not gzip of one member or more", arguments: [goodGzip, twoMembers])
  func validGzip(bytes: [UInt8]) throws {
    var file = CraftedFile.plain
    file.isRequired()
    file.metadata[4] = .int32(2)
    file.pages = [Self.compressed(bytes, size: 32)]
    #expect(try decoded(file.bytes) == [["1", "2", "3", "4"]])
  }
}
