internal import Bytes

extension [UInt8] {
  /// Appends values of eight bytes each in PLAIN encoding.
  mutating func appendPlain(_ values: Span<Int64>) {
    let start = count
    append(contentsOf: repeatElement(0, count: values.count * 8))
    unsafe withUnsafeMutableBytes { target in
      for place in values.indices {
        unsafe target.storeBytes(
          of: values[place].littleEndian,
          toByteOffset: start + place * 8,
          as: Int64.self
        )
      }
    }
  }

  /// Appends the low four bytes of each value in PLAIN encoding.
  mutating func appendPlain32(_ values: Span<Int64>) {
    let start = count
    append(contentsOf: repeatElement(0, count: values.count * 4))
    unsafe withUnsafeMutableBytes { target in
      for place in values.indices {
        unsafe target.storeBytes(
          of: UInt32(truncatingIfNeeded: values[place]).littleEndian,
          toByteOffset: start + place * 4,
          as: UInt32.self
        )
      }
    }
  }

  /// Appends booleans, 0 or 1, in PLAIN encoding: a bit each, least significant first.
  mutating func appendPlainBits(_ values: Span<Int64>) {
    var start = 0
    while start < values.count {
      var byte: UInt8 = 0
      for place in 0..<Swift.min(8, values.count - start) {
        byte |= UInt8(truncatingIfNeeded: values[start + place]) << UInt8(place)
      }
      append(byte)
      start += 8
    }
  }

  /// Appends a text in PLAIN encoding: its length in four bytes and its bytes.
  mutating func appendPlain(_ text: Span<UInt8>) {
    append(littleEndian: UInt32(text.count))
    append(text)
  }
}

extension Span<UInt8> {
  /// The number in the four bytes at `offset`, least significant first.
  @inline(__always)
  func littleEndian32(at offset: Int) -> UInt32 {
    precondition(offset >= 0 && offset <= count - 4)
    return unsafe UInt32(
      littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt32.self)
    )
  }

  /// The number in the eight bytes at `offset`, least significant first.
  @inline(__always)
  func littleEndian64(at offset: Int) -> UInt64 {
    precondition(offset >= 0 && offset <= count - 8)
    return unsafe UInt64(
      littleEndian: bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
    )
  }

  /// The text in PLAIN encoding at `offset`, which is known to be whole.
  @inline(__always)
  @_lifetime(copy self)
  func plainText(at offset: Int) -> Span<UInt8> {
    let length = Int(littleEndian32(at: offset))
    return extracting(offset + 4..<offset + 4 + length)
  }

  /// Whether all bytes are below 0x80.
  ///
  /// - Complexity: O(*n*), eight bytes at a time.
  var isASCII: Bool {
    var offset = 0
    while offset + 8 <= count {
      if littleEndian64(at: offset) & 0x8080_8080_8080_8080 != 0 { return false }
      offset += 8
    }
    while offset < count {
      if self[offset] >= 0x80 { return false }
      offset += 1
    }
    return true
  }

  /// Whether the bytes are UTF-8.
  ///
  /// - Complexity: O(*n*), eight bytes at a time where they are ASCII.
  var isUTF8: Bool {
    var offset = 0
    while offset + 8 <= count {
      if littleEndian64(at: offset) & 0x8080_8080_8080_8080 != 0 { break }
      offset += 8
    }
    while offset < count, self[offset] < 0x80 { offset += 1 }
    if offset == count { return true }
    do {
      _ = try UTF8Span(validating: extracting(offset..<count))
      return true
    } catch {
      return false
    }
  }
}
