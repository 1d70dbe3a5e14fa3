/// What a footer says of a file (`FileMetaData`), as far as this module uses it.
struct FileMetadata {
  var schema: [SchemaElement] = []
  var rowCount: Int64 = 0
  var rowGroups: [RowGroupMetadata] = []
  var createdBy = ""
  /// Whether the bounds of each column are in the order of its type; `nil` where nothing is said.
  var hasTypeOrder: [Bool]?
}

/// One node of a schema (`SchemaElement`).
struct SchemaElement {
  var name: [UInt8] = []
  var type: Int32?
  var repetition: Int32?
  var childCount: Int32?
  var convertedType: Int32?
  var logicalType: LogicalType?
}

/// What the values of a column stand for (`LogicalType`).
enum LogicalType: Equatable {
  case string
  case enumeration
  case json
  case date
  case timestamp(isUTC: Bool, unit: TimeUnit)
  case integer(bitWidth: Int, isSigned: Bool)
  /// An annotation with a number that this module does not read.
  case other(Int)
}

/// The unit of a timestamp (`TimeUnit`).
enum TimeUnit: Int {
  case milliseconds = 1
  case microseconds = 2
  case nanoseconds = 3
}

/// Some rows of a file (`RowGroup`).
struct RowGroupMetadata {
  var rowCount: Int64 = 0
  var columns: [ChunkMetadata] = []
  var sortingColumns: [SortingColumn] = []
}

/// A column that the rows of a row group are sorted by (`SortingColumn`).
struct SortingColumn: Equatable {
  var column: Int32 = 0
  var isDescending = false
  var hasNullsFirst = true
}

/// The cells of one column in one row group (`ColumnChunk` and `ColumnMetaData`).
struct ChunkMetadata {
  var type: Int32 = 0
  /// The names from the root down; one for a flat column.
  var path: [[UInt8]] = []
  var codec: Int32 = 0
  var valueCount: Int64 = 0
  var uncompressedByteCount: Int64 = 0
  var compressedByteCount: Int64 = 0
  var dataPageOffset: Int64 = 0
  var dictionaryPageOffset: Int64?
  var statistics: ChunkStatistics?
  /// How many data pages there are; known to the writer alone.
  var dataPageCount = 0
  var columnIndex: IndexLocation?
  var offsetIndex: IndexLocation?
}

/// Where a page index lies.
struct IndexLocation {
  var offset: Int64 = 0
  var byteCount: Int32 = 0
}

/// Counts and bounds of values (`Statistics`), bounds in the PLAIN encoding of their type.
struct ChunkStatistics {
  var nullCount: Int64?
  var nanCount: Int64?
  var minimum: [UInt8]?
  var maximum: [UInt8]?
  var isMinimumExact: Bool?
  var isMaximumExact: Bool?
}
