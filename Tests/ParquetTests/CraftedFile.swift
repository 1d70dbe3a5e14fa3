/// A file of one column `x` and one row group, of which any part can be made wrong.
struct CraftedFile: Sendable {
  /// A page, given by the fields of its header and its body.
  struct Page: Sendable {
    var header: [Int: Thrift]
    var body: [UInt8]
    /// Whether the body's size is filled in where the header has none.
    var fillsSizes = true

    static func data(_ count: Int64, _ encoding: Int64, _ body: [UInt8]) -> Page {
      let part: [Int: Thrift] = [
        1: .int32(count), 2: .int32(encoding), 3: .int32(3), 4: .int32(3),
      ]
      return Page(header: [1: .int32(0), 5: .structure(part)], body: body)
    }

    static func dataV2(
      _ counts: (values: Int64, nulls: Int64, rows: Int64),
      _ encoding: Int64,
      levels: [UInt8],
      _ values: [UInt8],
      levelByteCount: Int64? = nil,
      repetitionByteCount: Int64 = 0
    ) -> Page {
      let part: [Int: Thrift] = [
        1: .int32(counts.values), 2: .int32(counts.nulls), 3: .int32(counts.rows),
        4: .int32(encoding), 5: .int32(levelByteCount ?? Int64(levels.count)),
        6: .int32(repetitionByteCount), 7: .boolean(false),
      ]
      return Page(header: [1: .int32(3), 8: .structure(part)], body: levels + values)
    }

    static func dictionary(_ count: Int64, _ body: [UInt8]) -> Page {
      let part: [Int: Thrift] = [1: .int32(count), 2: .int32(0)]
      return Page(header: [1: .int32(2), 7: .structure(part)], body: body)
    }

    var bytes: [UInt8] {
      var header = header
      if fillsSizes {
        header[2] = header[2] ?? .int32(Int64(body.count))
        header[3] = header[3] ?? .int32(Int64(body.count))
      }
      return Thrift.structure(header).bytes + body
    }
  }

  var rowCount: Int64 = 4
  var pages: [Page]
  /// Fields that replace those of a valid file; those of the values `nil` are left out.
  var root: [Int: Thrift?] = [:]
  var element: [Int: Thrift?] = [:]
  var metadata: [Int: Thrift?] = [:]
  var chunk: [Int: Thrift?] = [:]
  var group: [Int: Thrift?] = [:]
  var footer: [Int: Thrift?] = [:]
  /// Schema elements after that of the column.
  var moreElements: [Thrift] = []
  /// Bytes between the pages and the footer, and after the footer's struct.
  var afterPages: [UInt8] = []
  var afterFooter: [UInt8] = []
  var change: @Sendable (inout [UInt8]) -> Void = { _ in }

  /// A nullable column of four whole numbers in two pages: 1, null, 2 and 3.
  static var plain: CraftedFile {
    CraftedFile(pages: [
      .data(3, 0, [2, 0, 0, 0, 0x03, 0b101] + number(1) + number(2)),
      .data(1, 0, [2, 0, 0, 0, 0x02, 1] + number(3)),
    ])
  }

  /// A nullable column of four texts by a dictionary: b, a, null and b.
  static var dictionary: CraftedFile {
    var file = CraftedFile(pages: [
      .dictionary(2, text("b") + text("a")),
      .data(4, 8, [2, 0, 0, 0, 0x03, 0b1011, 1, 0x03, 0b010]),
    ])
    file.isText()
    return file
  }

  /// A nullable column of four whole numbers in a page of version 2: null, 5, 6 and 7.
  static var version2: CraftedFile {
    CraftedFile(pages: [
      .dataV2((4, 1, 4), 0, levels: [0x03, 0b1110], number(5) + number(6) + number(7))
    ])
  }

  /// A column of four booleans in runs, none of them null.
  static var booleans: CraftedFile {
    var file = CraftedFile(pages: [.data(4, 3, [2, 0, 0, 0, 0x03, 0b0110])])
    file.element = [1: .int32(0), 3: .int32(0)]
    file.metadata[1] = .int32(0)
    return file
  }

  mutating func isText() {
    element[1] = .int32(6)
    element[6] = .int32(0)
    metadata[1] = .int32(6)
  }

  mutating func isRequired() { element[3] = .int32(0) }

  static func number(_ value: Int64) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> Int64($0 * 8)) }
  }

  static func text(_ text: String) -> [UInt8] {
    [UInt8(text.utf8.count), 0, 0, 0] + Array(text.utf8)
  }

  var bytes: [UInt8] {
    var file = Array("PAR1".utf8)
    let dictionary = pages.first.flatMap { $0.header[7] == nil ? nil : $0.bytes.count }
    let body = pages.flatMap(\.bytes)
    file += body + afterPages
    let metadata = merged(
      [
        1: .int32(2), 2: .list(5, [.int32(0)]), 3: .list(8, [.text("x")]), 4: .int32(0),
        5: .int64(rowCount), 6: .int64(Int64(body.count)), 7: .int64(Int64(body.count)),
        9: .int64(Int64(4 + (dictionary ?? 0))),
      ].merging(dictionary == nil ? [:] : [11: .int64(4)]) { $1 },
      self.metadata
    )
    let chunk = merged([2: .int64(0), 3: metadata], self.chunk)
    let group = merged(
      [1: .list(12, [chunk]), 2: .int64(Int64(body.count)), 3: .int64(rowCount)],
      self.group
    )
    let root = merged([4: .text("root"), 5: .int32(Int64(1 + moreElements.count))], self.root)
    let element = merged([1: .int32(2), 3: .int32(1), 4: .text("x")], self.element)
    let footer = merged(
      [
        1: .int32(1), 2: .list(12, [root, element] + moreElements), 3: .int64(rowCount),
        4: .list(12, [group]),
      ],
      self.footer
    )
    let tail = footer.bytes + afterFooter
    file += tail + (0..<4).map { UInt8(truncatingIfNeeded: tail.count >> ($0 * 8)) }
    file += Array("PAR1".utf8)
    change(&file)
    return file
  }

  private func merged(_ fields: [Int: Thrift], _ changes: [Int: Thrift?]) -> Thrift {
    .structure(changes.reduce(into: fields) { $0[$1.key] = $1.value })
  }
}
