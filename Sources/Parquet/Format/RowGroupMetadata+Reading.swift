extension CompactReader {
  /// A row group of the footer.
  @_lifetime(self: copy self)
  mutating func rowGroup(limits: ReaderLimits) throws(ParquetError) -> RowGroupMetadata {
    var group = RowGroupMetadata()
    var seen: Set<Int> = []
    var last = 0
    while let (field, wire) = try nextField(after: &last) {
      switch (field, wire) {
      case (1, WireType.list):
        let count = try list(of: WireType.structure)
        guard count <= limits.columnCount else {
          throw ParquetError(.limit, "a row group has \(count) columns")
        }
        group.columns = []
        for _ in 0..<count { group.columns.append(try chunk()) }
      case (2, WireType.int64): _ = try int64()
      case (3, WireType.int64): group.rowCount = try int64()
      case (4, WireType.list):
        let count = try list(of: WireType.structure)
        guard count <= limits.columnCount else {
          throw ParquetError(.limit, "a row group has \(count) sorting columns")
        }
        group.sortingColumns = []
        for _ in 0..<count { group.sortingColumns.append(try sortingColumn()) }
      default:
        try skip(wire)
        continue
      }
      seen.insert(field)
    }
    guard seen.isSuperset(of: 1...3) else { throw error("a row group lacks a required field") }
    return group
  }

  @_lifetime(self: copy self)
  private mutating func sortingColumn() throws(ParquetError) -> SortingColumn {
    var sorting = SortingColumn()
    var last = 0
    while let (field, wire) = try nextField(after: &last) {
      switch (field, wire) {
      case (1, WireType.int32): sorting.column = try int32()
      case (2, WireType.booleanTrue), (2, WireType.booleanFalse):
        sorting.isDescending = wire == WireType.booleanTrue
      case (3, WireType.booleanTrue), (3, WireType.booleanFalse):
        sorting.hasNullsFirst = wire == WireType.booleanTrue
      default: try skip(wire)
      }
    }
    return sorting
  }

  @_lifetime(self: copy self)
  private mutating func chunk() throws(ParquetError) -> ChunkMetadata {
    var chunk: ChunkMetadata?
    var indexes = (offset: IndexLocation(), column: IndexLocation())
    var last = 0
    while let (field, wire) = try nextField(after: &last) {
      switch (field, wire) {
      case (1, WireType.binary):
        throw ParquetError(.unsupported, "a column's pages are in another file")
      case (3, WireType.structure): chunk = try chunkMetadata()
      case (4, WireType.int64): indexes.offset.offset = try int64()
      case (5, WireType.int32): indexes.offset.byteCount = try int32()
      case (6, WireType.int64): indexes.column.offset = try int64()
      case (7, WireType.int32): indexes.column.byteCount = try int32()
      case (8, WireType.structure), (9, WireType.binary):
        throw ParquetError(.unsupported, "a column is encrypted")
      default: try skip(wire)
      }
    }
    guard var chunk else { throw error("a column chunk has no metadata") }
    if indexes.offset.byteCount > 0 { chunk.offsetIndex = indexes.offset }
    if indexes.column.byteCount > 0 { chunk.columnIndex = indexes.column }
    return chunk
  }

  @_lifetime(self: copy self)
  private mutating func chunkMetadata() throws(ParquetError) -> ChunkMetadata {
    var chunk = ChunkMetadata()
    var seen: Set<Int> = []
    var last = 0
    while let (field, wire) = try nextField(after: &last) {
      switch (field, wire) {
      case (1, WireType.int32): chunk.type = try int32()
      case (2, WireType.list): try skip(wire)
      case (3, WireType.list):
        chunk.path = []
        for _ in 0..<(try list(of: WireType.binary)) { chunk.path.append(try binary()) }
      case (4, WireType.int32): chunk.codec = try int32()
      case (5, WireType.int64): chunk.valueCount = try int64()
      case (6, WireType.int64): chunk.uncompressedByteCount = try int64()
      case (7, WireType.int64): chunk.compressedByteCount = try int64()
      case (9, WireType.int64): chunk.dataPageOffset = try int64()
      case (11, WireType.int64): chunk.dictionaryPageOffset = try int64()
      case (12, WireType.structure): chunk.statistics = try statistics()
      default:
        try skip(wire)
        continue
      }
      seen.insert(field)
    }
    guard seen.isSuperset(of: [1, 2, 3, 4, 5, 6, 7, 9]) else {
      throw error("a column chunk lacks a required field")
    }
    return chunk
  }

  @_lifetime(self: copy self)
  private mutating func statistics() throws(ParquetError) -> ChunkStatistics {
    var statistics = ChunkStatistics()
    var last = 0
    while let (field, wire) = try nextField(after: &last) {
      switch (field, wire) {
      case (3, WireType.int64): statistics.nullCount = try int64()
      case (5, WireType.binary): statistics.maximum = try binary()
      case (6, WireType.binary): statistics.minimum = try binary()
      case (7, WireType.booleanTrue), (7, WireType.booleanFalse):
        statistics.isMaximumExact = wire == WireType.booleanTrue
      case (8, WireType.booleanTrue), (8, WireType.booleanFalse):
        statistics.isMinimumExact = wire == WireType.booleanTrue
      case (9, WireType.int64): statistics.nanCount = try int64()
      default: try skip(wire)
      }
    }
    return statistics
  }
}
