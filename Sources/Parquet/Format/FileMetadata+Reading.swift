extension CompactReader {
  /// The footer's struct.
  ///
  /// - Throws: ``ParquetError`` where it is not well-formed or exceeds `limits`.
  @_lifetime(self: copy self)
  mutating func fileMetadata(limits: ReaderLimits) throws(ParquetError) -> FileMetadata {
    var metadata = FileMetadata()
    var seen: Set<Int> = []
    var last = 0
    while let (field, wire) = try nextField(after: &last) {
      switch (field, wire) {
      case (1, WireType.int32): _ = try int32()
      case (2, WireType.list):
        let count = try list(of: WireType.structure)
        guard count - 1 <= limits.columnCount else {
          throw ParquetError(.limit, "the schema has \(count) elements")
        }
        metadata.schema = []
        for _ in 0..<count { metadata.schema.append(try schemaElement()) }
      case (3, WireType.int64): metadata.rowCount = try int64()
      case (4, WireType.list):
        let count = try list(of: WireType.structure)
        guard count <= limits.rowGroupCount else {
          throw ParquetError(.limit, "there are \(count) row groups")
        }
        metadata.rowGroups = []
        for _ in 0..<count { metadata.rowGroups.append(try rowGroup(limits: limits)) }
      case (6, WireType.binary): metadata.createdBy = String(decoding: try binary(), as: UTF8.self)
      case (7, WireType.list): metadata.hasTypeOrder = try columnOrders()
      case (8, WireType.structure):
        throw ParquetError(.unsupported, "the columns are encrypted")
      default:
        try skip(wire)
        continue
      }
      seen.insert(field)
    }
    guard seen.isSuperset(of: 1...4) else { throw error("the footer lacks a required field") }
    return metadata
  }

  @_lifetime(self: copy self)
  private mutating func columnOrders() throws(ParquetError) -> [Bool] {
    let count = try list(of: WireType.structure)
    var orders: [Bool] = []
    for _ in 0..<count {
      var isTypeOrder = false
      var last = 0
      while let (field, wire) = try nextField(after: &last) {
        isTypeOrder = field == 1
        try skip(wire)
      }
      orders.append(isTypeOrder)
    }
    return orders
  }

  @_lifetime(self: copy self)
  private mutating func schemaElement() throws(ParquetError) -> SchemaElement {
    var element = SchemaElement()
    var hasName = false
    var last = 0
    while let (field, wire) = try nextField(after: &last) {
      switch (field, wire) {
      case (1, WireType.int32): element.type = try int32()
      case (3, WireType.int32): element.repetition = try int32()
      case (4, WireType.binary):
        element.name = try binary()
        hasName = true
      case (5, WireType.int32): element.childCount = try int32()
      case (6, WireType.int32): element.convertedType = try int32()
      case (10, WireType.structure): element.logicalType = try logicalType()
      default: try skip(wire)
      }
    }
    guard hasName else { throw error("a schema element has no name") }
    return element
  }

  @_lifetime(self: copy self)
  private mutating func logicalType() throws(ParquetError) -> LogicalType? {
    var logicalType: LogicalType?
    var last = 0
    while let (field, wire) = try nextField(after: &last) {
      switch (field, wire) {
      case (8, WireType.structure): logicalType = try timestampType()
      case (10, WireType.structure): logicalType = try integerType()
      default:
        try skip(wire)
        logicalType =
          switch field {
          case 1: .string
          case 4: .enumeration
          case 6: .date
          case 12: .json
          default: .other(field)
          }
      }
    }
    return logicalType
  }

  @_lifetime(self: copy self)
  private mutating func timestampType() throws(ParquetError) -> LogicalType {
    var isUTC: Bool?
    var unit: TimeUnit?
    var last = 0
    while let (field, wire) = try nextField(after: &last) {
      switch (field, wire) {
      case (1, WireType.booleanTrue), (1, WireType.booleanFalse):
        isUTC = wire == WireType.booleanTrue
      case (2, WireType.structure):
        var inner = 0
        while let (number, type) = try nextField(after: &inner) {
          unit = TimeUnit(rawValue: number)
          try skip(type)
        }
      default: try skip(wire)
      }
    }
    guard let isUTC, let unit else { throw error("a timestamp type lacks a required field") }
    return .timestamp(isUTC: isUTC, unit: unit)
  }

  @_lifetime(self: copy self)
  private mutating func integerType() throws(ParquetError) -> LogicalType {
    var bitWidth: Int8?
    var isSigned: Bool?
    var last = 0
    while let (field, wire) = try nextField(after: &last) {
      switch (field, wire) {
      case (1, WireType.int8): bitWidth = try int8()
      case (2, WireType.booleanTrue), (2, WireType.booleanFalse):
        isSigned = wire == WireType.booleanTrue
      default: try skip(wire)
      }
    }
    guard let bitWidth, let isSigned else { throw error("an integer type lacks a required field") }
    return .integer(bitWidth: Int(bitWidth), isSigned: isSigned)
  }
}
