internal import Bytes
internal import Tables

/// Texts that were interned and staged.
struct StagedTexts {
  let rows: Range<Int>
  /// How many of them are not null.
  let valueCount: Int
  /// What those take in PLAIN encoding.
  let byteCount: Int

  var end: Int { rows.upperBound }
  var rowCount: Int { rows.count }
}

extension ChunkBuffer {
  /// How many rows a page has at most; of texts that are not interned, their bytes count too.
  ///
  /// A page ends after ``WriterOptions/pageRowCount`` rows, or where the next row would take it over
  /// ``WriterOptions/pageByteCount``; an index counts as four bytes, and runs as if they were not
  /// shortened.
  var fittingRowCount: Int {
    if column.type == .string, !isInterned { return options.pageRowCount }
    let valueBits = isInterned ? 32 : Swift.max(1, valueWidth * 8)
    let rowBits = valueBits + (column.isNullable ? 1 : 0)
    return Swift.min(options.pageRowCount, Swift.max(1, options.pageByteCount * 8 / rowBits))
  }

  /// Stages numbers, one per row, and returns how many are not null.
  mutating func stage(_ values: Span<Int64>, nulls: Span<Bool>) throws(ParquetError) -> Int {
    var row = 0
    var count = 0
    while row < values.count {
      let end = Swift.min(values.count, row + pageRowLimit - stagedRowCount)
      let staged = integers.count
      let part = values.extracting(row..<end)
      if column.isNullable {
        stageNullable(part, nulls: nulls.extracting(row..<end))
      } else {
        unsafe part.withUnsafeBufferPointer { unsafe integers.append(contentsOf: $0) }
      }
      count += integers.count - staged
      try didStage(end - row)
      row = end
    }
    return count
  }

  private mutating func stageNullable(_ values: Span<Int64>, nulls: Span<Bool>) {
    guard stageLevels(nulls) < values.count else {
      unsafe values.withUnsafeBufferPointer { unsafe integers.append(contentsOf: $0) }
      return
    }
    for row in values.indices where !nulls[row] { integers.append(values[row]) }
  }

  /// Stages the levels of cells, and returns how many are not null.
  private mutating func stageLevels(_ nulls: Span<Bool>) -> Int {
    var nullCount = 0
    for row in nulls.indices { nullCount += nulls[row] ? 1 : 0 }
    let start = levels.count
    levels.append(contentsOf: repeatElement(1, count: nulls.count))
    if nullCount > 0 {
      for row in nulls.indices where nulls[row] { levels[start + row] = 0 }
    }
    return nulls.count - nullCount
  }

  /// Stages texts that are interned, to the end of the page or to the text that takes the
  /// dictionary over its limit.
  ///
  /// - Returns: What was staged.
  mutating func stageInterned(
    _ cells: Column,
    rows: Range<Int>
  ) throws(ParquetError) -> StagedTexts {
    let end = Swift.min(rows.upperBound, rows.lowerBound + pageRowLimit - stagedRowCount)
    let nulls = cells.nulls
    let texts = cells.texts
    // Held apart, so that neither is checked for other owners at every text.
    var staged: [UInt32] = []
    swap(&staged, &indices)
    var byteCount = 0
    let first = staged.count
    var row = rows.lowerBound
    // The group of rows whose texts are prepared.
    var group = row..<row
    while row < end {
      if words.isLarge, row >= group.upperBound {
        group = row..<Swift.min(row + TextInterner.groupCount, end)
        words.prepare(texts, rows: group)
      }
      if column.isNullable {
        levels.append(nulls[row] ? 0 : 1)
        if nulls[row] {
          row += 1
          continue
        }
      }
      let text = texts[row]
      let number = row - group.lowerBound
      row += 1
      try Self.checkLength(of: text)
      byteCount += 4 + text.count
      let count = words.count
      let place =
        group.isEmpty ? words.intern(text) : words.intern(text, prepared: number)
      staged.append(place)
      textBounds.add(text, at: place)
      guard words.count > count else { continue }
      guard text.isUTF8 else { throw ParquetError(.text, "a text is not UTF-8") }
      if words.bytes.count > options.dictionaryByteCount { break }
    }
    let valueCount = staged.count - first
    swap(&staged, &indices)
    try didStage(row - rows.lowerBound)
    return StagedTexts(rows: rows.lowerBound..<row, valueCount: valueCount, byteCount: byteCount)
  }

  /// Stages texts that are interned and come again and again, as far as ``stageInterned(_:rows:)`` does.
  ///
  /// - Returns: What was staged.
  mutating func stageInterned(
    _ selection: ColumnSelection,
    rows: Range<Int>,
    _ known: inout KnownTextCells
  ) throws(ParquetError) -> StagedTexts {
    let limit = Swift.min(rows.upperBound, rows.lowerBound + pageRowLimit - stagedRowCount)
    var end = rows.lowerBound
    while end < limit {
      let cell = Int(selection.places[end])
      end += 1
      if known.isUnknown(cell) {
        known.learn(cell, try intern(selection.column, cell))
        if words.bytes.count > options.dictionaryByteCount { break }
      }
      if let place = known.newPlace(of: cell, inPage: textBounds.pageNumber) {
        textBounds.add(selection.column.texts[cell], at: place)
      }
    }
    let staged = rows.lowerBound..<end
    let cells = selection.places.span.extracting(staged)
    let first = indices.count
    if column.isNullable { known.appendLevels(of: cells, to: &levels) }
    let byteCount = known.appendPlaces(of: cells, to: &indices)
    let valueCount = indices.count - first
    try didStage(end - rows.lowerBound)
    return StagedTexts(rows: staged, valueCount: valueCount, byteCount: byteCount)
  }

  /// The place of a cell's text in the dictionary, and its bytes in PLAIN encoding; `nil` where it is null.
  private mutating func intern(
    _ cells: Column,
    _ cell: Int
  ) throws(ParquetError) -> (place: UInt32, byteCount: Int)? {
    if cells.isNull(cell) { return nil }
    let text = cells.texts[cell]
    try Self.checkLength(of: text)
    guard text.isUTF8 else { throw ParquetError(.text, "a text is not UTF-8") }
    return (words.intern(text), 4 + text.count)
  }

  static func checkLength(of text: Span<UInt8>) throws(ParquetError) {
    guard text.count <= maximumTextByteCount else {
      throw ParquetError(.limit, "a text of \(text.count) bytes is too long for a page")
    }
  }

  /// Stages a null cell of a column of texts.
  mutating func stageNull() throws(ParquetError) {
    levels.append(0)
    try didStage(1)
  }

  /// Stages a text that is not interned.
  mutating func stage(_ text: Span<UInt8>) throws(ParquetError) {
    let levelBytes = column.isNullable ? stagedRowCount / 8 + 5 : 0
    if stagedRowCount > 0, texts.count + 4 + text.count + levelBytes > options.pageByteCount {
      try finishPage()
    }
    if column.isNullable { levels.append(1) }
    texts.appendPlain(text)
    textBounds.add(text)
    try didStage(1)
  }

  @inline(__always)
  private mutating func didStage(_ count: Int) throws(ParquetError) {
    stagedRowCount += count
    if stagedRowCount >= pageRowLimit { try finishPage() }
  }

  /// Makes a page of the staged rows, where there are any.
  ///
  /// - Complexity: O(*n*) in the bytes of the page; in those of the chunk where its form changes.
  mutating func finishPage() throws(ParquetError) {
    guard stagedRowCount > 0 else { return }
    var page = EncodedPage()
    page.firstRow = pagedRowCount
    page.rowCount = stagedRowCount
    let isText = column.type == .string
    if isText {
      page.bounds = textBounds.take()
    } else {
      page.note(integers.span, of: column.type)
      if isInterned { numbers.intern(integers, into: &indices) }
      estimate?.insert(integers)
    }
    page.bytes = encodedBody(nullCount: &page.nullCount)
    pages.append(page)
    pagedRowCount += stagedRowCount
    pagedValueCount += stagedRowCount - page.nullCount
    stagedRowCount = 0
    levels.removeAll(keepingCapacity: true)
    integers.removeAll(keepingCapacity: true)
    indices.removeAll(keepingCapacity: true)
    texts.removeAll(keepingCapacity: true)
    if !isText { try reconsider() }
  }

  private func encodedBody(nullCount: inout Int) -> [UInt8] {
    var bytes: [UInt8] = []
    if column.isNullable {
      var count = 0
      for level in levels { count += Int(level) }
      nullCount = levels.count - count
      bytes.append(littleEndian: UInt32(0))
      bytes.appendHybrid(levels.span, bitWidth: 1)
      bytes.setLength(at: 0)
    }
    if isInterned {
      var maximum: UInt32 = 0
      for index in indices { maximum = Swift.max(maximum, index) }
      let width = Hybrid.bitWidth(of: maximum)
      bytes.append(UInt8(width))
      bytes.appendHybrid(indices.span, bitWidth: width)
    } else {
      switch column.type {
      case .string:
        bytes.reserveCapacity(bytes.count + texts.count)
        bytes.append(texts.span)
      case .boolean: bytes.appendPlainBits(integers.span)
      case .date: bytes.appendPlain32(integers.span)
      case .int64, .timestamp, .double: bytes.appendPlain(integers.span)
      }
    }
    return bytes
  }
}

extension [UInt8] {
  /// Sets the four bytes at `offset` to how many bytes follow them.
  fileprivate mutating func setLength(at offset: Int) {
    let length = UInt32(count - offset - 4)
    for place in 0..<4 {
      self[offset + place] = UInt8(truncatingIfNeeded: length >> UInt32(place * 8))
    }
  }
}
