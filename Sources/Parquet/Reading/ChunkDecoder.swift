internal import Bytes
internal import Tables

/// Gathers the cells of a chunk from its pages, until they are taken.
struct ChunkDecoder {
  /// The most cells that memory is taken for before they are seen.
  private static let maximumReservedRowCount = 1 << 20
  /// A cell takes a word, or the end of a text does, and a byte says whether it is null.
  static let rowByteCount = 9

  let leaf: Leaf
  /// How many rows the chunk shall have.
  let expectedRowCount: Int
  /// How many rows were decoded.
  private(set) var rowCount = 0
  /// How many of them were taken.
  var takenRowCount = 0
  /// How many bytes the texts may have together, those of the dictionary while it is decoded.
  private(set) var textByteLimit = 0

  var integers: [Int64] = []
  var doubles: [Double] = []
  var textBytes: [UInt8] = []
  var textEnds: [Int] = []
  var nulls: [Bool] = []
  /// How many of the cells in the storage were taken.
  var head = 0

  private(set) var dictionary: Dictionary?
  /// The definition levels of the page being decoded.
  private var levels: [UInt32] = []
  /// The dictionary indices of the page being decoded.
  private(set) var indices: [UInt32] = []

  /// The values that indices stand for, in the column's storage.
  struct Dictionary {
    var count = 0
    var integers: [Int64] = []
    var doubles: [Double] = []
    var textBytes: [UInt8] = []
    /// Where each text begins, and where the last one ends.
    var textStarts: [Int] = []
  }

  init(_ leaf: Leaf, rowCount: Int, reserving reservedRowCount: Int) {
    self.leaf = leaf
    expectedRowCount = rowCount
    let reserved = Swift.min(rowCount, reservedRowCount, Self.maximumReservedRowCount)
    switch leaf.schema.type {
    case .int64, .timestamp, .date, .boolean: integers.reserveCapacity(reserved)
    case .double: doubles.reserveCapacity(reserved)
    case .string: textEnds.reserveCapacity(reserved)
    }
    if leaf.schema.isNullable { nulls.reserveCapacity(reserved) }
  }

  /// How many rows were decoded and not yet taken.
  var pendingRowCount: Int { rowCount - takenRowCount }

  /// How many bytes the cells take that are in memory.
  var cellByteCount: Int { (pendingRowCount + head) * Self.rowByteCount + textBytes.count }

  /// How many bytes the cells and the dictionary take.
  var byteCount: Int {
    guard let dictionary else { return cellByteCount }
    return cellByteCount + dictionary.count * Self.rowByteCount + dictionary.textBytes.count
  }

  /// Whether another page is needed for `count` rows: there are none, or fewer whose cells take
  /// less than `byteCount`.
  func isShort(of count: Int, byteCount: Int) -> Bool {
    pendingRowCount == 0 || pendingRowCount < count && cellByteCount < byteCount
  }

  /// Makes sure that a page has no more rows than the chunk shall have, and that its cells take no
  /// more memory than `budget`.
  mutating func admit(_ header: PageHeader, budget: Int) throws(ParquetError) {
    var cells = 0
    // A dictionary that is too large has texts that are, or more bytes than a page may have.
    if header.type != PageType.dictionary {
      guard Int(header.valueCount) <= expectedRowCount - rowCount else {
        throw ParquetError(.page, "the pages hold more than \(expectedRowCount) rows")
      }
      cells = Int(header.valueCount) * Self.rowByteCount
    }
    guard cells <= budget else {
      throw ParquetError(.limit, "the cells of the row group take too much memory")
    }
    textByteLimit = textBytes.count + budget - cells
  }

  /// Decodes a page that was admitted.
  ///
  /// - Parameters:
  ///   - header: Its header.
  ///   - outer: The definition levels of a page of version 2, else nothing.
  ///   - body: The uncompressed rest of the page.
  /// - Throws: ``ParquetError`` where the page is not valid; the decoder is then of no use.
  mutating func decode(
    _ header: PageHeader,
    levels outer: Span<UInt8>,
    _ body: Span<UInt8>
  ) throws(ParquetError) {
    if header.type == PageType.dictionary {
      try decodeDictionary(header, body)
      return
    }
    let count = Int(header.valueCount)
    guard count > 0 else { throw ParquetError(.page, "the page has no values") }
    var values = body
    var valueCount = count
    if leaf.schema.isNullable {
      var block = outer
      if header.version2 == nil {
        let split = try levelBlock(of: header, body)
        block = body.extracting(split.levels)
        values = body.extracting(split.values)
      }
      valueCount = try decodeLevels(block, count: count)
    } else if outer.count > 0 {
      throw ParquetError(.page, "a column that is not nullable has definition levels")
    }
    if let version2 = header.version2 {
      guard Int(version2.rowCount) == count, Int(version2.nullCount) == count - valueCount else {
        throw ParquetError(.page, "the page has other counts of rows or nulls than it says")
      }
    }
    try decodeValues(values, encoding: header.encoding, count: valueCount)
    if valueCount < count { spreadNulls(count: count, valueCount: valueCount) }
    if leaf.schema.isNullable, valueCount == count {
      nulls.append(contentsOf: repeatElement(false, count: count))
    }
    rowCount += count
  }

  /// Splits the body of a page of version 1 into definition levels and values.
  private func levelBlock(
    of header: PageHeader,
    _ body: Span<UInt8>
  ) throws(ParquetError) -> (levels: Range<Int>, values: Range<Int>) {
    switch header.levelEncoding {
    case Encoding.rle:
      guard body.count >= 4, Int(body.littleEndian32(at: 0)) <= body.count - 4 else {
        throw ParquetError(.page, "the levels are longer than their page")
      }
      let end = 4 + Int(body.littleEndian32(at: 0))
      return (4..<end, end..<body.count)
    default:
      throw ParquetError(
        .unsupported,
        "levels in the encoding \(Encoding.name(of: header.levelEncoding)) are not read"
      )
    }
  }

  /// Decodes definition levels and returns how many cells are not null.
  private mutating func decodeLevels(
    _ bytes: Span<UInt8>,
    count: Int
  ) throws(ParquetError) -> Int {
    let taken = try Hybrid.decode(bytes, count: count, bitWidth: 1, into: &levels)
    guard taken == bytes.count else {
      throw ParquetError(.page, "there are bytes after the definition levels")
    }
    var sum = 0
    let levels = levels.span
    for place in levels.indices { sum += Int(levels[place]) }
    return sum
  }

  private mutating func decodeDictionary(
    _ header: PageHeader,
    _ body: Span<UInt8>
  ) throws(ParquetError) {
    guard dictionary == nil, rowCount == 0 else {
      throw ParquetError(.page, "a dictionary is not the first page of its chunk")
    }
    guard header.encoding == Encoding.plain || header.encoding == Encoding.plainDictionary else {
      throw ParquetError(
        .unsupported,
        "a dictionary in the encoding \(Encoding.name(of: header.encoding)) is not read"
      )
    }
    guard leaf.type != .boolean else {
      throw ParquetError(.page, "a column of booleans has a dictionary")
    }
    let count = Int(header.valueCount)
    try decodePlain(body, count: count)
    dictionary = Dictionary(
      count: count,
      integers: integers,
      doubles: doubles,
      textBytes: textBytes,
      textStarts: [0] + textEnds
    )
    integers.removeAll(keepingCapacity: false)
    doubles.removeAll(keepingCapacity: false)
    textBytes.removeAll(keepingCapacity: false)
    textEnds.removeAll(keepingCapacity: false)
  }

  private mutating func decodeValues(
    _ bytes: Span<UInt8>,
    encoding: Int32,
    count: Int
  ) throws(ParquetError) {
    switch encoding {
    case Encoding.plain: try decodePlain(bytes, count: count)
    case Encoding.rle where leaf.type == .boolean: try decodeBooleanRuns(bytes, count: count)
    case Encoding.plainDictionary, Encoding.rleDictionary:
      try decodeIndices(bytes, count: count)
    default:
      throw ParquetError(
        .unsupported,
        "values in the encoding \(Encoding.name(of: encoding)) are not read"
      )
    }
  }

  private mutating func decodeBooleanRuns(
    _ bytes: Span<UInt8>,
    count: Int
  ) throws(ParquetError) {
    guard bytes.count >= 4, Int(bytes.littleEndian32(at: 0)) == bytes.count - 4 else {
      throw ParquetError(.page, "the runs of booleans have another length than they say")
    }
    let runs = bytes.extracting(4...)
    guard try Hybrid.decode(runs, count: count, bitWidth: 1, into: &indices) == runs.count else {
      throw ParquetError(.page, "there are bytes after the values")
    }
    for index in indices { integers.append(Int64(index)) }
  }

  private mutating func decodeIndices(
    _ bytes: Span<UInt8>,
    count: Int
  ) throws(ParquetError) {
    guard let dictionary else {
      throw ParquetError(.page, "the page needs a dictionary, and there is none")
    }
    if count == 0, bytes.isEmpty { return }
    guard !bytes.isEmpty, bytes[0] <= 32 else {
      throw ParquetError(.page, "the indices have no width, or more than 32 bits")
    }
    let width = bytes[0]
    let runs = bytes.extracting(1...)
    let taken = try Hybrid.decode(runs, count: count, bitWidth: Int(width), into: &indices)
    guard taken == runs.count else {
      throw ParquetError(.page, "there are bytes after the values")
    }
    var maximum: UInt32 = 0
    for index in indices { maximum = Swift.max(maximum, index) }
    guard count == 0 || Int(maximum) < dictionary.count else {
      throw ParquetError(
        .page,
        "there is an index \(maximum) into a dictionary of \(dictionary.count)"
      )
    }
    try gather(from: dictionary)
  }

  /// Appends a text, if the texts together are not too long.
  @inline(__always)
  mutating func appendText(_ text: Span<UInt8>) throws(ParquetError) {
    guard text.count <= textByteLimit - textBytes.count else {
      throw ParquetError(.limit, "the texts of a chunk have too many bytes")
    }
    textBytes.append(text)
    textEnds.append(textBytes.count)
  }

  /// Moves the last `valueCount` cells apart, so that null ones lie between them.
  private mutating func spreadNulls(count: Int, valueCount: Int) {
    let levels = levels
    switch leaf.schema.type {
    case .int64, .timestamp, .date, .boolean:
      integers.spread(levels.span, valueCount: valueCount, filler: 0)
    case .double: doubles.spread(levels.span, valueCount: valueCount, filler: 0)
    case .string:
      textEnds.spreadEnds(levels.span, valueCount: valueCount)
    }
    for level in levels { nulls.append(level == 0) }
  }
}
