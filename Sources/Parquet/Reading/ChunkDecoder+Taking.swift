internal import Tables

extension ChunkDecoder {
  /// Takes the first `count` cells that were not taken before.
  ///
  /// - Precondition: There are so many.
  /// - Complexity: O(1) where these are all, else O(*n*) in the bytes of the cells, amortised.
  mutating func take(_ count: Int) -> Column {
    if head == 0, count == pendingRowCount {
      let column = column(integers, doubles, textBytes, textEnds, nulls)
      takenRowCount += count
      integers = []
      doubles = []
      textBytes = []
      textEnds = []
      nulls = []
      return column
    }
    let column = copy(head..<head + count)
    head += count
    takenRowCount += count
    if head >= pendingRowCount { dropTaken() }
    return column
  }

  private func copy(_ range: Range<Int>) -> Column {
    let bytes = textRange(range)
    return column(
      Array(integers[clamping: range]),
      Array(doubles[clamping: range]),
      Array(textBytes[bytes]),
      textEnds[clamping: range].map { $0 - bytes.lowerBound },
      Array(nulls[clamping: range])
    )
  }

  private func column(
    _ integers: [Int64],
    _ doubles: [Double],
    _ textBytes: [UInt8],
    _ textEnds: [Int],
    _ nulls: [Bool]
  ) -> Column {
    switch leaf.schema.type {
    case .int64, .timestamp, .date, .boolean:
      Column(leaf.schema, integers: integers, nulls: nulls)
    case .double:
      Column(leaf.schema, doubles: doubles, nulls: nulls)
    case .string:
      Column(leaf.schema, texts: TextValues(bytes: textBytes, ends: textEnds), nulls: nulls)
    }
  }

  /// Where the bytes of texts are; nothing where the column is not of texts.
  private func textRange(_ range: Range<Int>) -> Range<Int> {
    guard !textEnds.isEmpty, !range.isEmpty else { return 0..<0 }
    let start = range.lowerBound == 0 ? 0 : textEnds[range.lowerBound - 1]
    return start..<textEnds[range.upperBound - 1]
  }

  /// Frees the memory of the cells that were taken.
  private mutating func dropTaken() {
    let byteCount = textRange(0..<head).upperBound
    integers.removeFirst(Swift.min(head, integers.count))
    doubles.removeFirst(Swift.min(head, doubles.count))
    nulls.removeFirst(Swift.min(head, nulls.count))
    textEnds.removeFirst(Swift.min(head, textEnds.count))
    for place in textEnds.indices { textEnds[place] -= byteCount }
    textBytes.removeFirst(byteCount)
    head = 0
  }
}

extension Array {
  /// The elements at `range`, or none where the array has none.
  fileprivate subscript(clamping range: Range<Int>) -> ArraySlice<Element> {
    self[range.clamped(to: indices)]
  }
}
