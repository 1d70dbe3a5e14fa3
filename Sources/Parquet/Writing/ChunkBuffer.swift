internal import Bytes
internal import Tables

/// The cells of one column of the row group that is being filled.
///
/// Cells are interned as they come, which costs four bytes a row and one copy of every distinct
/// value. When the distinct values take more than the dictionary may, all go on in PLAIN form.
struct ChunkBuffer {
  /// The longest text that a cell may hold, in bytes: a page of the reader's limit holds it.
  static let maximumTextByteCount = 128 << 20

  let column: ColumnSchema
  let rowGroupRowCount: Int
  let dictionaryByteCount: Int
  private(set) var rowCount = 0
  /// Per row 1, or 0 where the cell is null; empty where the column is not nullable.
  private(set) var levels: [UInt8] = []
  /// How many cells are not null.
  private(set) var valueCount = 0
  /// What all values take in PLAIN encoding, but for booleans.
  private(set) var plainByteCount = 0
  /// Whether the values are `indices` of one of the interners.
  private(set) var isInterned = false
  private(set) var indices: [UInt32] = []
  private(set) var numbers = IntegerInterner()
  private(set) var words = TextInterner()
  /// Values that are not interned; doubles as their bits.
  private(set) var integers: [Int64] = []
  /// Texts that are not interned, in PLAIN encoding.
  private(set) var texts: [UInt8] = []

  init(_ column: ColumnSchema, options: WriterOptions) {
    self.column = column
    rowGroupRowCount = options.rowGroupRowCount
    dictionaryByteCount = options.dictionaryByteCount
    removeAll()
  }

  /// The bytes of one value in PLAIN encoding; of a boolean and a text, none.
  var valueWidth: Int { column.type.physicalType.width ?? 0 }

  /// How many distinct values there are, where they are interned.
  var distinctCount: Int { column.type == .string ? words.count : numbers.count }

  /// What the dictionary takes in PLAIN encoding, where values are interned.
  var distinctByteCount: Int {
    column.type == .string ? words.bytes.count : numbers.count * valueWidth
  }

  /// Removes all rows and keeps the storage.
  mutating func removeAll() {
    rowCount = 0
    valueCount = 0
    plainByteCount = 0
    levels.removeAll(keepingCapacity: true)
    indices.removeAll(keepingCapacity: true)
    integers.removeAll(keepingCapacity: true)
    texts.removeAll(keepingCapacity: true)
    isInterned = column.type != .boolean && dictionaryByteCount > 0
    if column.type == .string { words.removeAll() } else { numbers.removeAll() }
  }

  /// Adds cells of a column of the same schema.
  ///
  /// - Throws: ``ParquetError`` where a text is not UTF-8 or too long, or a date is out of range.
  /// - Complexity: O(*n*) in the bytes of the cells, amortised.
  mutating func append(_ cells: Column, rows: Range<Int>) throws(ParquetError) {
    switch column.type {
    case .string: try appendTexts(cells, rows: rows)
    case .double: appendDoubles(cells, rows: rows)
    case .int64, .timestamp, .date, .boolean: try appendIntegers(cells, rows: rows)
    }
    rowCount += rows.count
  }

  private mutating func appendIntegers(_ cells: Column, rows: Range<Int>) throws(ParquetError) {
    let values = cells.integers
    let nulls = cells.nulls
    let isDate = column.type == .date
    let isBoolean = column.type == .boolean
    for row in rows {
      if column.isNullable, appendLevel(isNull: nulls[row]) { continue }
      var value = values[row]
      if isDate, Int32(exactly: value) == nil {
        throw ParquetError(.value, "the date \(value) days after 1970-01-01 is out of range")
      }
      if isBoolean { value = value == 0 ? 0 : 1 }
      append(value)
    }
  }

  private mutating func appendDoubles(_ cells: Column, rows: Range<Int>) {
    let values = cells.doubles
    let nulls = cells.nulls
    for row in rows {
      if column.isNullable, appendLevel(isNull: nulls[row]) { continue }
      append(Int64(bitPattern: values[row].bitPattern))
    }
  }

  private mutating func appendTexts(_ cells: Column, rows: Range<Int>) throws(ParquetError) {
    let nulls = cells.nulls
    for row in rows {
      if column.isNullable, appendLevel(isNull: nulls[row]) { continue }
      let text = cells.texts[row]
      guard text.count <= Self.maximumTextByteCount else {
        throw ParquetError(.limit, "a text of \(text.count) bytes is too long for a page")
      }
      valueCount += 1
      plainByteCount += 4 + text.count
      if isInterned {
        let count = words.count
        indices.append(words.intern(text))
        guard words.count > count else { continue }
        if words.bytes.count > dictionaryByteCount { endInterning() }
      } else {
        texts.appendPlain(text)
      }
      guard text.isUTF8 else { throw ParquetError(.text, "a text is not UTF-8") }
    }
  }

  /// Notes whether a cell is null, and returns it.
  @inline(__always)
  private mutating func appendLevel(isNull: Bool) -> Bool {
    levels.append(isNull ? 0 : 1)
    return isNull
  }

  @inline(__always)
  private mutating func append(_ value: Int64) {
    valueCount += 1
    guard isInterned else {
      integers.append(value)
      return
    }
    let capacity = numbers.capacity
    indices.append(numbers.intern(value))
    if numbers.capacity != capacity { endInterningIfHopeless() }
  }

  /// Ends interning where no dictionary of so many numbers can pay, however the row group goes on.
  private mutating func endInterningIfHopeless() {
    let bitWidth = Hybrid.bitWidth(of: UInt32(numbers.count - 1))
    let least = numbers.count * valueWidth + rowGroupRowCount * bitWidth / 8
    if least >= rowGroupRowCount * valueWidth || distinctByteCount > dictionaryByteCount {
      endInterning()
    }
  }

  /// Decides whether the values stay interned: only where that takes fewer bytes.
  ///
  /// - Complexity: O(*n*) where they do not.
  mutating func settle() {
    guard isInterned else { return }
    let isSmall = distinctByteCount <= dictionaryByteCount
    if valueCount == 0 || !isSmall {
      endInterning()
      return
    }
    let bitWidth = Hybrid.bitWidth(of: UInt32(distinctCount - 1))
    let plain = column.type == .string ? plainByteCount : valueCount * valueWidth
    if distinctByteCount * 8 + valueCount * bitWidth >= plain * 8 { endInterning() }
  }

  private mutating func endInterning() {
    isInterned = false
    if column.type == .string {
      let words = words
      for index in indices { texts.appendPlain(words[index]) }
    } else {
      let values = numbers.values
      for index in indices { integers.append(values[Int(index)]) }
    }
    indices.removeAll(keepingCapacity: true)
  }
}
