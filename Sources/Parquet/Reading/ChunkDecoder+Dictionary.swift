internal import Tables

extension ChunkDecoder {
  /// Appends the values that the indices stand for, all of which there are.
  ///
  /// - Throws: ``ParquetError`` where the texts are too long together.
  /// - Complexity: O(*n*) in the bytes appended.
  mutating func gather(from dictionary: Dictionary) throws(ParquetError) {
    let indices = indices
    switch leaf.schema.type {
    case .int64, .timestamp, .date, .boolean:
      integers.appendElements(of: dictionary.integers, at: indices, filler: 0)
    case .double:
      doubles.appendElements(of: dictionary.doubles, at: indices, filler: 0)
    case .string:
      try gatherTexts(from: dictionary, at: indices)
    }
  }

  private mutating func gatherTexts(
    from dictionary: Dictionary,
    at indices: [UInt32]
  ) throws(ParquetError) {
    let first = textBytes.count
    var end = first
    let row = textEnds.count
    textEnds.append(contentsOf: repeatElement(0, count: indices.count))
    var ends = textEnds.mutableSpan
    let starts = dictionary.textStarts.span
    let places = indices.span
    for place in places.indices {
      let index = Int(places[place])
      // The sum of 2^31 lengths of as many bytes does not overflow.
      end += starts[index + 1] - starts[index]
      ends[row + place] = end
    }
    guard end - first <= textByteLimit - first else {
      throw ParquetError(.limit, "the texts of a chunk have too many bytes")
    }
    textBytes.appendTexts(of: dictionary.textBytes, starts, at: places, byteCount: end - first)
  }
}

extension Array {
  /// Appends elements of `source`.
  @inline(__always)
  fileprivate mutating func appendElements(
    of source: [Element],
    at places: [UInt32],
    filler: Element
  ) {
    let start = count
    append(contentsOf: repeatElement(filler, count: places.count))
    var target = mutableSpan
    let source = source.span
    let places = places.span
    for place in places.indices { target[start + place] = source[Int(places[place])] }
  }
}

extension [UInt8] {
  /// Appends texts of `byteCount` bytes together, each of the bytes of `source` from its start to
  /// that of the next.
  fileprivate mutating func appendTexts(
    of source: [UInt8],
    _ starts: Span<Int>,
    at places: Span<UInt32>,
    byteCount: Int
  ) {
    let first = count
    append(contentsOf: repeatElement(0, count: byteCount))
    unsafe withUnsafeMutableBytes { target in
      unsafe source.withUnsafeBytes { source in
        guard let target = target.baseAddress, let bytes = source.baseAddress else { return }
        var offset = first
        for place in places.indices {
          let index = Int(places[place])
          let start = starts[index]
          let length = starts[index + 1] - start
          // Sixteen bytes at a time, also beyond the text, where both have as many.
          if offset + length + 16 <= first + byteCount, start + length + 16 <= source.count {
            var copied = 0
            while copied < length {
              unsafe (target + offset + copied).storeBytes(
                of: (bytes + start + copied).loadUnaligned(as: SIMD16<UInt8>.self),
                as: SIMD16<UInt8>.self
              )
              copied += 16
            }
          } else {
            unsafe (target + offset).copyMemory(from: bytes + start, byteCount: length)
          }
          offset += length
        }
      }
    }
  }
}
