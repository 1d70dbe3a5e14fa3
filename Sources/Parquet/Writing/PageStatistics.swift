internal import Bytes
internal import Tables

/// Finds the bounds of pages.
struct PageStatistics {
  /// Per entry of a dictionary of texts, the number of the page it was last met in.
  private var lastPages: [UInt32]
  private var pageNumber: UInt32 = 0
  /// The bits that the indices of the page scanned last need.
  private(set) var indexWidth = 1

  init(_ buffer: ChunkBuffer) {
    let count = buffer.isInterned && buffer.column.type == .string ? buffer.distinctCount : 0
    lastPages = [UInt32](repeating: 0, count: count)
  }

  /// The bounds of the values with the indices in `range`.
  ///
  /// - Complexity: O(*n*); a text is compared once a page, however often it occurs there.
  mutating func scanIndices(
    _ range: Range<Int>,
    of buffer: ChunkBuffer,
    into page: inout EncodedChunk.Page
  ) {
    let indices = buffer.indices.span.extracting(range)
    var maximum: UInt32 = 0
    for place in indices.indices { maximum = Swift.max(maximum, indices[place]) }
    indexWidth = Hybrid.bitWidth(of: maximum)
    switch buffer.column.type {
    case .string: scanWords(indices, of: buffer.words, into: &page)
    case .double: Self.scanDoubles(indices, of: buffer.numbers.values.span, into: &page)
    case .int64, .timestamp, .date, .boolean:
      Self.scanNumbers(indices, of: buffer.numbers.values.span, into: &page)
    }
  }

  /// The bounds of values that are not interned.
  ///
  /// - Complexity: O(*n*).
  func scanIntegers(
    _ values: Span<Int64>,
    of column: ColumnSchema,
    into page: inout EncodedChunk.Page
  ) {
    guard values.count > 0 else { return }
    if column.type == .double {
      var bounds = DoubleBounds()
      for place in values.indices { bounds.add(values[place]) }
      bounds.store(in: &page)
      return
    }
    var low = values[0]
    var high = low
    for place in values.indices {
      low = Swift.min(low, values[place])
      high = Swift.max(high, values[place])
    }
    page.bounds = .integers(low, high)
  }

  /// The bounds of the texts in PLAIN encoding at `range`.
  ///
  /// - Complexity: O(*n*) in their bytes.
  func scanTexts(
    _ range: Range<Int>,
    of buffer: ChunkBuffer,
    into page: inout EncodedChunk.Page
  ) {
    guard !range.isEmpty else { return }
    let texts = buffer.texts.span
    var low = range.lowerBound
    var high = low
    var offset = low
    while offset < range.upperBound {
      let text = texts.plainText(at: offset)
      if text.comparedBytes(texts.plainText(at: high)) > 0 {
        high = offset
      } else if text.comparedBytes(texts.plainText(at: low)) < 0 {
        low = offset
      }
      offset += 4 + text.count
    }
    page.bounds = .texts(low, high)
  }

  private mutating func scanWords(
    _ indices: Span<UInt32>,
    of words: TextInterner,
    into page: inout EncodedChunk.Page
  ) {
    guard indices.count > 0 else { return }
    pageNumber += 1
    var low = indices[0]
    var high = low
    for place in indices.indices {
      let index = indices[place]
      guard lastPages[Int(index)] != pageNumber else { continue }
      lastPages[Int(index)] = pageNumber
      let text = words[index]
      if text.comparedBytes(words[high]) > 0 {
        high = index
      } else if text.comparedBytes(words[low]) < 0 {
        low = index
      }
    }
    page.bounds = .texts(words.starts[Int(low)], words.starts[Int(high)])
  }

  private static func scanNumbers(
    _ indices: Span<UInt32>,
    of values: Span<Int64>,
    into page: inout EncodedChunk.Page
  ) {
    guard indices.count > 0 else { return }
    var low = values[Int(indices[0])]
    var high = low
    for place in indices.indices {
      let value = values[Int(indices[place])]
      low = Swift.min(low, value)
      high = Swift.max(high, value)
    }
    page.bounds = .integers(low, high)
  }

  private static func scanDoubles(
    _ indices: Span<UInt32>,
    of values: Span<Int64>,
    into page: inout EncodedChunk.Page
  ) {
    var bounds = DoubleBounds()
    for place in indices.indices { bounds.add(values[Int(indices[place])]) }
    bounds.store(in: &page)
  }
}

/// The bounds of doubles, given by their bits.
private struct DoubleBounds {
  private var low = Double.infinity
  private var high = -Double.infinity
  private var numberCount = 0
  private var nanCount = 0

  @inline(__always)
  mutating func add(_ bits: Int64) {
    let value = Double(bitPattern: UInt64(bitPattern: bits))
    if value.isNaN {
      nanCount += 1
    } else {
      numberCount += 1
      if value < low { low = value }
      if value > high { high = value }
    }
  }

  func store(in page: inout EncodedChunk.Page) {
    page.nanCount = nanCount
    if numberCount > 0 { page.bounds = .doubles(low, high) }
  }
}
