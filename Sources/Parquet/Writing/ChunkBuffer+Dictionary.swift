internal import Bytes
internal import Tables

extension ChunkBuffer {
  /// Below how many distinct numbers interning is cheap enough not to be put off.
  private static let doubtfulCount = 8192

  /// The body of the dictionary page; empty where there is none.
  var dictionary: [UInt8] {
    guard isInterned else { return [] }
    guard column.type != .string else { return words.bytes }
    var bytes: [UInt8] = []
    if valueWidth == 4 {
      bytes.appendPlain32(numbers.values.span)
    } else {
      bytes.appendPlain(numbers.values.span)
    }
    return bytes
  }

  /// Decides after the last row whether the values are interned: only where that takes fewer bytes.
  ///
  /// - Complexity: O(*n*) where the pages are not yet of that form.
  mutating func settle() throws(ParquetError) {
    try finishPage()
    isSettled = true
    if form == .undecided {
      // There are as many distinct values as were counted, or more.
      if isDictionarySmaller(count: estimate?.count ?? 0, rows: valueCount) {
        try reform(to: .interned)
      } else {
        form = .plain
      }
      estimate = nil
    }
    guard form == .interned else { return }
    let plain = column.type == .string ? plainByteCount : valueCount * valueWidth
    let isSmaller =
      valueCount > 0 && distinctByteCount <= options.dictionaryByteCount
      && distinctByteCount * 8 + valueCount * Hybrid.bitWidth(of: UInt32(distinctCount - 1))
        < plain * 8
    if !isSmaller { try reform(to: .plain) }
  }

  /// Changes the form of a column of numbers where it is clear or likely that no dictionary pays.
  ///
  /// It is clear where that many distinct numbers are too many for a full row group; it is likely
  /// where most of many numbers are distinct, and then interning is put off and they are counted.
  mutating func reconsider() throws(ParquetError) {
    guard !isSettled else { return }
    let rows = options.rowGroupRowCount
    switch form {
    case .plain: return
    case .undecided:
      let least = estimate?.count ?? 0
      if isDictionarySmaller(count: least, rows: rows) { return }
      form = .plain
      estimate = nil
    case .interned:
      let count = numbers.count
      if count > 0, !isDictionarySmaller(count: count, rows: rows) {
        try reform(to: .plain)
      } else if count > Self.doubtfulCount, count * 2 > pagedValueCount {
        try reform(to: .undecided)
      }
    }
  }

  /// Whether `count` distinct numbers among `rows` may take fewer bytes as a dictionary.
  private func isDictionarySmaller(count: Int, rows: Int) -> Bool {
    guard count > 0 else { return true }
    let width = Hybrid.bitWidth(of: UInt32(count - 1))
    return count * valueWidth <= options.dictionaryByteCount
      && count * valueWidth + rows * width / 8 < rows * valueWidth
  }

  /// Encodes all rows anew.
  ///
  /// - Complexity: O(*n*) in the bytes of the cells.
  mutating func reform(to other: Form) throws(ParquetError) {
    try finishPage()
    guard form != other else { return }
    let source = (isInterned: isInterned, numbers: numbers.values, words: words)
    let old = pages
    pages = []
    pagedRowCount = 0
    pagedValueCount = 0
    form = other
    numbers = IntegerInterner()
    words = TextInterner()
    estimate = other == .undecided ? DistinctEstimate(rowCount: options.rowGroupRowCount) : nil
    for page in old {
      var decoder = try PageReplay(page, isNullable: column.isNullable)
      if column.type == .string {
        try decoder.decodeIndices()
        try replay(decoder, of: source.words)
      } else {
        if source.isInterned {
          try decoder.decodeIndices()
          decoder.take(from: source.numbers)
        } else {
          decoder.decodePlain(width: valueWidth)
        }
        _ = try stage(decoder.integers.span, nulls: decoder.nulls.span)
      }
    }
    try finishPage()
  }

  private mutating func replay(
    _ page: PageReplay,
    of words: TextInterner
  ) throws(ParquetError) {
    var value = 0
    for row in 0..<page.rowCount {
      if column.isNullable, page.nulls[row] {
        try stageNull()
      } else {
        try stage(words[page.indices[value]])
        value += 1
      }
    }
  }
}
