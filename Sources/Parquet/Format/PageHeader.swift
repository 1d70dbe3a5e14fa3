/// What stands before the bytes of a page (`PageHeader`).
struct PageHeader: Equatable {
  /// The number of a ``PageType``.
  var type: Int32 = 0
  var uncompressedByteCount: Int32 = 0
  var compressedByteCount: Int32 = 0
  /// CRC-32 of the bytes as they are in the file.
  var checksum: UInt32?
  /// How many values there are, nulls among them; of a dictionary, how many entries.
  var valueCount: Int32 = 0
  var encoding: Int32 = 0
  /// How a data page of version 1 encodes its definition levels.
  var levelEncoding: Int32 = Encoding.rle
  /// What a data page of version 2 says beyond.
  var version2: Version2?

  /// The fields of `DataPageHeaderV2` that version 1 has not.
  struct Version2: Equatable {
    var nullCount: Int32 = 0
    var rowCount: Int32 = 0
    var definitionByteCount: Int32 = 0
    var repetitionByteCount: Int32 = 0
    var isCompressed = true
  }
}

extension CompactWriter {
  /// Writes the header of a dictionary page or of a data page of version 1.
  mutating func write(_ header: PageHeader) {
    field(1, header.type)
    field(2, header.uncompressedByteCount)
    field(3, header.compressedByteCount)
    if let checksum = header.checksum { field(4, Int32(bitPattern: checksum)) }
    if header.type == PageType.dictionary {
      beginStruct(7)
      field(1, header.valueCount)
      field(2, header.encoding)
      endStruct()
    } else {
      beginStruct(5)
      field(1, header.valueCount)
      field(2, header.encoding)
      field(3, header.levelEncoding)
      field(4, Encoding.rle)
      endStruct()
    }
    endStruct()
  }
}

extension CompactReader {
  /// The header of a page.
  ///
  /// - Throws: ``ParquetError`` also for a type of page that holds neither data nor a dictionary.
  @_lifetime(self: copy self)
  mutating func pageHeader() throws(ParquetError) -> PageHeader {
    var header = PageHeader()
    var type: Int32?
    var sizes: (uncompressed: Int32?, compressed: Int32?) = (nil, nil)
    var kind: Int32?
    var last = 0
    while let (field, wire) = try nextField(after: &last) {
      switch (field, wire) {
      case (1, WireType.int32): type = try int32()
      case (2, WireType.int32): sizes.uncompressed = try int32()
      case (3, WireType.int32): sizes.compressed = try int32()
      case (4, WireType.int32): header.checksum = UInt32(bitPattern: try int32())
      case (5, WireType.structure):
        try dataPageHeader(&header)
        kind = PageType.data
      case (7, WireType.structure):
        try dictionaryPageHeader(&header)
        kind = PageType.dictionary
      case (8, WireType.structure):
        try dataPageHeaderV2(&header)
        kind = PageType.dataV2
      default: try skip(wire)
      }
    }
    guard let type, let uncompressed = sizes.uncompressed, let compressed = sizes.compressed else {
      throw error("a page header lacks a required field")
    }
    guard [PageType.data, PageType.dictionary, PageType.dataV2].contains(type) else {
      throw ParquetError(.unsupported, "there is a page of the type \(type)")
    }
    guard type == kind else { throw error("a page header lacks the part for its type") }
    guard uncompressed >= 0, compressed >= 0, header.valueCount >= 0 else {
      throw error("a page header has a negative size or count")
    }
    header.type = type
    header.uncompressedByteCount = uncompressed
    header.compressedByteCount = compressed
    return header
  }

  @_lifetime(self: copy self)
  private mutating func dataPageHeader(_ header: inout PageHeader) throws(ParquetError) {
    var found: (count: Int32?, encoding: Int32?, levels: Int32?) = (nil, nil, nil)
    var last = 0
    while let (field, wire) = try nextField(after: &last) {
      switch (field, wire) {
      case (1, WireType.int32): found.count = try int32()
      case (2, WireType.int32): found.encoding = try int32()
      case (3, WireType.int32): found.levels = try int32()
      default: try skip(wire)
      }
    }
    guard let count = found.count, let encoding = found.encoding, let levels = found.levels else {
      throw error("a data page header lacks a required field")
    }
    header.valueCount = count
    header.encoding = encoding
    header.levelEncoding = levels
  }

  @_lifetime(self: copy self)
  private mutating func dictionaryPageHeader(_ header: inout PageHeader) throws(ParquetError) {
    var found: (count: Int32?, encoding: Int32?) = (nil, nil)
    var last = 0
    while let (field, wire) = try nextField(after: &last) {
      switch (field, wire) {
      case (1, WireType.int32): found.count = try int32()
      case (2, WireType.int32): found.encoding = try int32()
      default: try skip(wire)
      }
    }
    guard let count = found.count, let encoding = found.encoding else {
      throw error("a dictionary page header lacks a required field")
    }
    header.valueCount = count
    header.encoding = encoding
  }

  @_lifetime(self: copy self)
  private mutating func dataPageHeaderV2(_ header: inout PageHeader) throws(ParquetError) {
    var version2 = PageHeader.Version2()
    var seen: Set<Int> = []
    var last = 0
    while let (field, wire) = try nextField(after: &last) {
      switch (field, wire) {
      case (1, WireType.int32): header.valueCount = try int32()
      case (2, WireType.int32): version2.nullCount = try int32()
      case (3, WireType.int32): version2.rowCount = try int32()
      case (4, WireType.int32): header.encoding = try int32()
      case (5, WireType.int32): version2.definitionByteCount = try int32()
      case (6, WireType.int32): version2.repetitionByteCount = try int32()
      case (7, WireType.booleanTrue), (7, WireType.booleanFalse):
        version2.isCompressed = wire == WireType.booleanTrue
      default:
        try skip(wire)
        continue
      }
      seen.insert(field)
    }
    guard seen.isSuperset(of: 1...6) else {
      throw error("a data page header of version 2 lacks a required field")
    }
    guard version2.definitionByteCount >= 0, version2.repetitionByteCount >= 0 else {
      throw error("a page header has a negative size")
    }
    header.version2 = version2
  }
}
