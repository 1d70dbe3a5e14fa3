extension Hybrid {
  /// Replaces `output` by the `count` values of `bitWidth` bits that `bytes` begin with.
  ///
  /// - Returns: How many bytes they took.
  /// - Throws: ``ParquetError`` where a run is empty or longer than needed, a value is too wide, or
  ///   the bytes end early.
  /// - Complexity: O(*n*) in `count`, which the caller has to bound: few bytes can hold many values.
  static func decode(
    _ bytes: Span<UInt8>,
    count: Int,
    bitWidth: Int,
    into output: inout [UInt32]
  ) throws(ParquetError) -> Int {
    output.removeAll(keepingCapacity: true)
    var offset = 0
    while output.count < count {
      let needed = count - output.count
      let header = try varint(bytes, &offset)
      let length = Int(header >> 1)
      guard length > 0 else { throw ParquetError(.encoding, "a run is empty") }
      if header & 1 == 0 {
        guard length <= needed else {
          throw ParquetError(.encoding, "a run of \(length) values where \(needed) remain")
        }
        let value = try runValue(bytes, &offset, bitWidth: bitWidth)
        output.append(contentsOf: repeatElement(value, count: length))
      } else {
        let taken = length > needed / 8 ? needed : length * 8
        let available = bytes.count - offset
        // The last group may be cut to the bytes that its values need.
        let whole = length.multipliedReportingOverflow(by: bitWidth)
        let size = whole.overflow || whole.partialValue > available ? available : whole.partialValue
        guard size >= (taken * bitWidth + 7) / 8 else {
          throw ParquetError(.encoding, "a bit-packed run is cut short")
        }
        unpack(
          bytes.extracting(offset..<offset + size),
          count: taken,
          bitWidth: bitWidth,
          into: &output
        )
        offset += size
      }
    }
    return offset
  }

  private static func runValue(
    _ bytes: Span<UInt8>,
    _ offset: inout Int,
    bitWidth: Int
  ) throws(ParquetError) -> UInt32 {
    let size = (bitWidth + 7) / 8
    guard size <= bytes.count - offset else {
      throw ParquetError(.encoding, "a run is cut short")
    }
    var value: UInt64 = 0
    for place in 0..<size { value |= UInt64(bytes[offset + place]) << UInt64(place * 8) }
    guard value >> UInt64(bitWidth) == 0 else {
      throw ParquetError(.encoding, "a run has the value \(value), wider than \(bitWidth) bits")
    }
    offset += size
    return UInt32(truncatingIfNeeded: value)
  }

  /// Appends `count` values; `bytes` hold them all.
  private static func unpack(
    _ bytes: Span<UInt8>,
    count: Int,
    bitWidth: Int,
    into output: inout [UInt32]
  ) {
    let mask: UInt64 = (1 << UInt64(bitWidth)) - 1
    let start = output.count
    output.append(contentsOf: repeatElement(0, count: count))
    var target = output.mutableSpan
    // A value of up to 32 bits is within the eight bytes from where it begins, if there are as many.
    let whole = bitWidth == 0 ? 0 : Swift.max(0, Swift.min(count, (bytes.count - 7) * 8 / bitWidth))
    var bit = 0
    for place in 0..<whole {
      let word = bytes.littleEndian64(at: bit >> 3) >> UInt64(bit & 7)
      target[start + place] = UInt32(truncatingIfNeeded: word & mask)
      bit += bitWidth
    }
    for place in whole..<count {
      var word: UInt64 = 0
      for index in 0..<(bit & 7 + bitWidth + 7) / 8 {
        word |= UInt64(bytes[bit >> 3 + index]) << UInt64(index * 8)
      }
      target[start + place] = UInt32(truncatingIfNeeded: word >> UInt64(bit & 7) & mask)
      bit += bitWidth
    }
  }

  private static func varint(
    _ bytes: Span<UInt8>,
    _ offset: inout Int
  ) throws(ParquetError) -> UInt32 {
    var value: UInt64 = 0
    for place in 0..<5 {
      guard offset < bytes.count else { throw ParquetError(.encoding, "a run is cut short") }
      let digit = bytes[offset]
      offset += 1
      value |= UInt64(digit & 0x7F) << UInt64(place * 7)
      if digit < 0x80 {
        guard value <= UInt64(UInt32.max) else { break }
        return UInt32(value)
      }
    }
    throw ParquetError(.encoding, "the length of a run has more than 32 bits")
  }
}
