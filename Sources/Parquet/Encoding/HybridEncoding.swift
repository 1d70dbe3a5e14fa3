/// The encoding of levels and dictionary indices: runs, and groups of eight values bit by bit.
///
/// - SeeAlso: parquet-format, `Encodings.md`, *Run Length Encoding / Bit-Packing Hybrid*.
enum Hybrid {
  /// The most groups of a bit-packed run, which keep its header to one byte.
  static let maximumGroupCount = 63

  /// The bits that the values up to `maximum` need, one at the least.
  static func bitWidth(of maximum: UInt32) -> Int {
    Swift.max(1, UInt32.bitWidth - maximum.leadingZeroBitCount)
  }
}

extension [UInt8] {
  /// Appends `values`, each of `bitWidth` bits, in the hybrid encoding.
  ///
  /// A run is written as one where eight or more values of it remain after the group before it is
  /// full; all else is bit-packed, and only the last group may be filled up with zeros.
  ///
  /// - Complexity: O(*n*).
  mutating func appendHybrid<Value: FixedWidthInteger & UnsignedInteger>(
    _ values: Span<Value>,
    bitWidth: Int
  ) {
    var pending = 0
    var start = 0
    while start < values.count {
      let value = values[start]
      var end = start + 1
      while end < values.count, values[end] == value { end += 1 }
      let fill = (pending - start) & 7
      if end - start >= fill + 8 {
        appendBitPacked(values.extracting(pending..<start + fill), bitWidth: bitWidth)
        appendVarint(UInt64(end - start - fill) << 1)
        for byte in 0..<(bitWidth + 7) / 8 {
          append(UInt8(truncatingIfNeeded: UInt32(value) >> UInt32(byte * 8)))
        }
        pending = end
      }
      start = end
    }
    appendBitPacked(values.extracting(pending..<values.count), bitWidth: bitWidth)
  }

  private mutating func appendBitPacked<Value: FixedWidthInteger & UnsignedInteger>(
    _ values: Span<Value>,
    bitWidth: Int
  ) {
    var start = 0
    while start < values.count {
      let groups = Swift.min((values.count - start + 7) / 8, Hybrid.maximumGroupCount)
      let end = Swift.min(start + groups * 8, values.count)
      append(UInt8(groups << 1 | 1))
      appendBits(values.extracting(start..<end), groups: groups, bitWidth: bitWidth)
      start = end
    }
  }

  private mutating func appendBits<Value: FixedWidthInteger & UnsignedInteger>(
    _ values: Span<Value>,
    groups: Int,
    bitWidth: Int
  ) {
    var offset = count
    append(contentsOf: repeatElement(0, count: groups * bitWidth))
    unsafe withUnsafeMutableBytes { target in
      var bits: UInt64 = 0
      var held = 0
      for index in values.indices {
        bits |= UInt64(values[index]) << UInt64(held)
        held += bitWidth
        if held >= 32 {
          let word = UInt32(truncatingIfNeeded: bits).littleEndian
          unsafe target.storeBytes(of: word, toByteOffset: offset, as: UInt32.self)
          offset += 4
          bits >>= 32
          held -= 32
        }
      }
      while held > 0 {
        unsafe target[offset] = UInt8(truncatingIfNeeded: bits)
        offset += 1
        bits >>= 8
        held -= 8
      }
    }
  }

  private mutating func appendVarint(_ value: UInt64) {
    var rest = value
    while rest > 0x7F {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }
}
