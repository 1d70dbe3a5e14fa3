internal import Bytes
internal import Tables

extension ChunkBuffer {
  /// Replaces `chunk` by the encoded pages of all rows.
  ///
  /// A page ends after ``WriterOptions/pageRowCount`` rows, or where the next row would take it over
  /// ``WriterOptions/pageByteCount``; runs count as if they were not shortened.
  ///
  /// - Precondition: ``settle()`` was called after the last row.
  /// - Complexity: O(*n*) in the bytes of the cells.
  func encode(into chunk: inout EncodedChunk, options: WriterOptions) {
    chunk.removeAll()
    var indexWidth = 0
    if isInterned {
      chunk.dictionaryCount = distinctCount
      chunk.dictionary = dictionaryBytes()
      indexWidth = Hybrid.bitWidth(of: UInt32(distinctCount - 1))
    }
    var statistics = PageStatistics(self)
    var row = 0
    var value = 0
    var textOffset = 0
    while row < rowCount {
      let page = nextPage(
        from: row,
        textOffset: textOffset,
        indexWidth: indexWidth,
        options: options
      )
      let start = chunk.bytes.count
      if column.isNullable {
        chunk.bytes.append(littleEndian: UInt32(0))
        chunk.bytes.appendHybrid(levels.span.extracting(row..<page.end), bitWidth: 1)
        chunk.bytes.setLength(at: start)
      }
      let values = value..<value + page.valueCount
      var encoded = EncodedChunk.Page()
      if isInterned {
        statistics.scanIndices(values, of: self, into: &encoded)
        appendIndices(values, width: statistics.indexWidth, to: &chunk.bytes)
      } else if column.type == .string {
        statistics.scanTexts(textOffset..<page.textEnd, of: self, into: &encoded)
        chunk.bytes.append(texts.span.extracting(textOffset..<page.textEnd))
      } else {
        statistics.scanIntegers(integers.span.extracting(values), of: column, into: &encoded)
        appendPlain(integers.span.extracting(values), to: &chunk.bytes)
      }
      encoded.firstRow = row
      encoded.rowCount = page.end - row
      encoded.nullCount = encoded.rowCount - page.valueCount
      encoded.range = start..<chunk.bytes.count
      chunk.pages.append(encoded)
      row = page.end
      value = values.upperBound
      textOffset = page.textEnd
    }
  }

  /// The bytes in PLAIN encoding that bounds of texts are offsets in.
  var plainTexts: Span<UInt8> {
    @_lifetime(borrow self)
    get { isInterned ? words.bytes.span : texts.span }
  }

  private func dictionaryBytes() -> [UInt8] {
    guard column.type != .string else { return words.bytes }
    var bytes: [UInt8] = []
    if valueWidth == 4 {
      bytes.appendPlain32(numbers.values.span)
    } else {
      bytes.appendPlain(numbers.values.span)
    }
    return bytes
  }

  private func nextPage(
    from row: Int,
    textOffset: Int,
    indexWidth: Int,
    options: WriterOptions
  ) -> (end: Int, valueCount: Int, textEnd: Int) {
    if column.type == .string, !isInterned {
      return nextTextPage(from: row, textOffset: textOffset, options: options)
    }
    let valueBits = isInterned ? indexWidth : Swift.max(1, valueWidth * 8)
    let rowBits = valueBits + (column.isNullable ? 1 : 0)
    let rows = Swift.min(options.pageRowCount, Swift.max(1, options.pageByteCount * 8 / rowBits))
    let end = Swift.min(row + rows, rowCount)
    return (end, valueCount(in: row..<end), 0)
  }

  private func nextTextPage(
    from row: Int,
    textOffset: Int,
    options: WriterOptions
  ) -> (end: Int, valueCount: Int, textEnd: Int) {
    var end = row
    var values = 0
    var offset = textOffset
    let limit = Swift.min(row + options.pageRowCount, rowCount)
    while end < limit {
      let isNull = column.isNullable && levels[end] == 0
      if !isNull {
        let next = offset + 4 + Int(texts.span.littleEndian32(at: offset))
        let levelBytes = column.isNullable ? (end - row) / 8 + 5 : 0
        if end > row, next - textOffset + levelBytes > options.pageByteCount { break }
        offset = next
        values += 1
      }
      end += 1
    }
    return (end, values, offset)
  }

  private func valueCount(in rows: Range<Int>) -> Int {
    guard column.isNullable else { return rows.count }
    let levels = levels.span.extracting(rows)
    var count = 0
    for row in levels.indices { count += Int(levels[row]) }
    return count
  }

  private func appendIndices(_ values: Range<Int>, width: Int, to bytes: inout [UInt8]) {
    bytes.append(UInt8(width))
    bytes.appendHybrid(indices.span.extracting(values), bitWidth: width)
  }

  private func appendPlain(_ values: Span<Int64>, to bytes: inout [UInt8]) {
    switch column.type {
    case .boolean: bytes.appendPlainBits(values)
    case .date: bytes.appendPlain32(values)
    case .int64, .timestamp, .double, .string: bytes.appendPlain(values)
    }
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
