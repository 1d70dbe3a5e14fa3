internal import Bytes

extension ChunkDecoder {
  /// Appends `count` values in PLAIN encoding, which `bytes` hold and nothing else.
  ///
  /// - Throws: ``ParquetError`` where they do not, where a text is not UTF-8, or a timestamp out of
  ///   range.
  mutating func decodePlain(_ bytes: Span<UInt8>, count: Int) throws(ParquetError) {
    let size: Int
    switch leaf.type {
    case .boolean: size = (count + 7) / 8
    case .byteArray:
      try decodeTexts(bytes, count: count)
      return
    default: size = count * (leaf.type.width ?? 0)
    }
    guard bytes.count == size else {
      throw ParquetError(.page, "\(count) values have \(size) bytes, and there are \(bytes.count)")
    }
    switch leaf.type {
    case .boolean:
      let start = integers.count
      integers.append(contentsOf: repeatElement(0, count: count))
      var target = integers.mutableSpan
      for place in 0..<count {
        target[start + place] = Int64(bytes[place >> 3] >> UInt8(place & 7) & 1)
      }
    case .int32:
      for place in 0..<count {
        integers.append(leaf.convert(int32: bytes.littleEndian32(at: place * 4)) ?? 0)
      }
    case .int64: try decodeInt64(bytes, count: count)
    case .float:
      for place in 0..<count {
        doubles.append(Double(Float(bitPattern: bytes.littleEndian32(at: place * 4))))
      }
    case .double:
      let start = doubles.count
      doubles.append(contentsOf: repeatElement(0, count: count))
      var target = doubles.mutableSpan
      for place in 0..<count {
        target[start + place] = Double(bitPattern: bytes.littleEndian64(at: place * 8))
      }
    case .byteArray, .int96, .fixedLengthByteArray: break
    }
  }

  private mutating func decodeInt64(_ bytes: Span<UInt8>, count: Int) throws(ParquetError) {
    guard leaf.conversion == .milliseconds else {
      let start = integers.count
      integers.append(contentsOf: repeatElement(0, count: count))
      var target = integers.mutableSpan
      for place in 0..<count {
        target[start + place] = Int64(bitPattern: bytes.littleEndian64(at: place * 8))
      }
      return
    }
    for place in 0..<count {
      guard let micros = leaf.convert(int64: bytes.littleEndian64(at: place * 8)) else {
        throw ParquetError(.value, "a timestamp is out of range")
      }
      integers.append(micros)
    }
  }

  private mutating func decodeTexts(_ bytes: Span<UInt8>, count: Int) throws(ParquetError) {
    guard count <= bytes.count / 4 else {
      throw ParquetError(.page, "\(count) texts are not in \(bytes.count) bytes")
    }
    if textEnds.isEmpty {
      let byteCount = Swift.min(bytes.count - count * 4, textByteLimit)
      textBytes.reserveCapacity(byteCount)
      textEnds.reserveCapacity(count)
    }
    let isASCII = bytes.isASCII
    var offset = 0
    for _ in 0..<count {
      guard bytes.count - offset >= 4 else {
        throw ParquetError(.page, "the page ends within a text")
      }
      let length = Int(bytes.littleEndian32(at: offset))
      guard length <= bytes.count - offset - 4 else {
        throw ParquetError(.page, "a text of \(length) bytes runs past the end of its page")
      }
      let text = bytes.extracting(offset + 4..<offset + 4 + length)
      guard isASCII || text.isUTF8 else { throw ParquetError(.text, "a text is not UTF-8") }
      try appendText(text)
      offset += 4 + length
    }
    guard offset == bytes.count else {
      throw ParquetError(.page, "there are bytes after the values")
    }
  }
}

extension Array {
  /// Moves the last `valueCount` elements to the places of their levels, `filler` between them.
  ///
  /// - Complexity: O(*n*) in the levels.
  mutating func spread(_ levels: Span<UInt32>, valueCount: Int, filler: Element) {
    let start = count - valueCount
    append(contentsOf: repeatElement(filler, count: levels.count - valueCount))
    var value = start + valueCount
    for place in stride(from: levels.count - 1, through: 0, by: -1) {
      if levels[place] == 0 {
        self[start + place] = filler
      } else {
        value -= 1
        self[start + place] = self[value]
      }
    }
  }
}

extension [Int] {
  /// Does the same for ends of texts, where a null cell ends where the text before it does.
  mutating func spreadEnds(_ levels: Span<UInt32>, valueCount: Int) {
    let start = count - valueCount
    let first = start == 0 ? 0 : self[start - 1]
    append(contentsOf: repeatElement(0, count: levels.count - valueCount))
    var value = start + valueCount
    for place in stride(from: levels.count - 1, through: 0, by: -1) {
      if levels[place] == 0 {
        self[start + place] = value == start ? first : self[value - 1]
      } else {
        value -= 1
        self[start + place] = self[value]
      }
    }
  }
}
