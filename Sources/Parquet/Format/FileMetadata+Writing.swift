internal import Tables

extension ColumnType {
  /// The type that values of this one are stored as.
  var physicalType: PhysicalType {
    switch self {
    case .int64, .timestamp: .int64
    case .double: .double
    case .boolean: .boolean
    case .string: .byteArray
    case .date: .int32
    }
  }
}

extension CompactWriter {
  /// Writes the footer's struct of a file of ours.
  mutating func write(_ metadata: FileMetadata, of schema: TableSchema) {
    field(1, Int32(1))
    list(2, of: WireType.structure, count: schema.columns.count + 1)
    beginElement()
    field(4, schema.name.isEmpty ? "schema" : schema.name)
    field(5, Int32(schema.columns.count))
    endStruct()
    for column in schema.columns { write(column) }
    field(3, metadata.rowCount)
    list(4, of: WireType.structure, count: metadata.rowGroups.count)
    for (ordinal, rowGroup) in metadata.rowGroups.enumerated() {
      write(rowGroup, ordinal: ordinal, of: schema)
    }
    field(6, metadata.createdBy)
    list(7, of: WireType.structure, count: schema.columns.count)
    for _ in schema.columns {
      beginElement()
      emptyStruct(1)
      endStruct()
    }
    endStruct()
  }

  private mutating func write(_ column: ColumnSchema) {
    beginElement()
    field(1, column.type.physicalType.rawValue)
    field(3, column.isNullable ? Repetition.optional : Repetition.required)
    field(4, column.name)
    switch column.type {
    case .int64, .double, .boolean: break
    case .string:
      field(6, ConvertedType.utf8)
      beginStruct(10)
      emptyStruct(1)
      endStruct()
    case .date:
      field(6, ConvertedType.date)
      beginStruct(10)
      emptyStruct(6)
      endStruct()
    case .timestamp:
      field(6, ConvertedType.timestampMicros)
      beginStruct(10)
      beginStruct(8)
      field(1, true)
      beginStruct(2)
      emptyStruct(2)
      endStruct()
      endStruct()
      endStruct()
    }
    endStruct()
  }

  private mutating func write(_ group: RowGroupMetadata, ordinal: Int, of schema: TableSchema) {
    beginElement()
    list(1, of: WireType.structure, count: group.columns.count)
    for (chunk, column) in zip(group.columns, schema.columns) { write(chunk, of: column) }
    field(2, group.columns.reduce(0) { $0 + $1.uncompressedByteCount })
    field(3, group.rowCount)
    if !group.sortingColumns.isEmpty {
      list(4, of: WireType.structure, count: group.sortingColumns.count)
      for sorting in group.sortingColumns {
        beginElement()
        field(1, sorting.column)
        field(2, sorting.isDescending)
        field(3, sorting.hasNullsFirst)
        endStruct()
      }
    }
    if let first = group.columns.first {
      field(5, first.dictionaryPageOffset ?? first.dataPageOffset)
    }
    field(6, group.columns.reduce(0) { $0 + $1.compressedByteCount })
    if let ordinal = Int16(exactly: ordinal) { field(7, int16: ordinal) }
    endStruct()
  }

  private mutating func write(_ chunk: ChunkMetadata, of column: ColumnSchema) {
    let hasDictionary = chunk.dictionaryPageOffset != nil
    let dataEncoding = hasDictionary ? Encoding.rleDictionary : Encoding.plain
    beginElement()
    field(2, Int64(0))
    beginStruct(3)
    field(1, chunk.type)
    var encodings = hasDictionary ? [Encoding.rleDictionary, Encoding.plain] : [Encoding.plain]
    if column.isNullable { encodings.append(Encoding.rle) }
    list(2, of: WireType.int32, count: encodings.count)
    for encoding in encodings { element(encoding) }
    list(3, of: WireType.binary, count: 1)
    element(Array(column.name.utf8))
    field(4, chunk.codec)
    field(5, chunk.valueCount)
    field(6, chunk.uncompressedByteCount)
    field(7, chunk.compressedByteCount)
    field(9, chunk.dataPageOffset)
    if let offset = chunk.dictionaryPageOffset { field(11, offset) }
    if let statistics = chunk.statistics { write(statistics) }
    list(13, of: WireType.structure, count: hasDictionary ? 2 : 1)
    if hasDictionary { writeEncodingCount(PageType.dictionary, Encoding.plain, count: 1) }
    writeEncodingCount(PageType.data, dataEncoding, count: chunk.dataPageCount)
    endStruct()
    if let index = chunk.offsetIndex {
      field(4, index.offset)
      field(5, index.byteCount)
    }
    if let index = chunk.columnIndex {
      field(6, index.offset)
      field(7, index.byteCount)
    }
    endStruct()
  }

  private mutating func writeEncodingCount(_ page: Int32, _ encoding: Int32, count: Int) {
    beginElement()
    field(1, page)
    field(2, encoding)
    field(3, Int32(count))
    endStruct()
  }

  private mutating func write(_ statistics: ChunkStatistics) {
    beginStruct(12)
    if let count = statistics.nullCount { field(3, count) }
    if let maximum = statistics.maximum { field(5, maximum) }
    if let minimum = statistics.minimum { field(6, minimum) }
    if let isExact = statistics.isMaximumExact { field(7, isExact) }
    if let isExact = statistics.isMinimumExact { field(8, isExact) }
    if let count = statistics.nanCount { field(9, count) }
    endStruct()
  }
}
