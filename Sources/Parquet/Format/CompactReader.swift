internal import Bytes

/// Reads structs in Thrift's compact protocol from bytes that may be hostile.
///
/// Nothing is allocated from a length before the bytes behind it are known to be there; what is
/// skipped is skipped to a depth of ``maximumDepth`` only.
///
/// - SeeAlso: Apache Thrift, *Thrift Compact protocol encoding*.
struct CompactReader: ~Escapable {
  /// How deep structs and lists that are skipped may nest.
  static let maximumDepth = 32

  private let bytes: Span<UInt8>
  /// The offset in the file of the first of the bytes.
  private let base: Int
  /// How many bytes were read.
  private(set) var offset = 0

  @_lifetime(copy bytes)
  init(_ bytes: Span<UInt8>, base: Int) {
    self.bytes = bytes
    self.base = base
  }

  /// An error at the place of reading.
  func error(_ message: String) -> ParquetError {
    ParquetError(.thrift, message, byteOffset: base + offset)
  }

  /// The number and type of the next field of a struct; `nil` at the struct's end.
  ///
  /// `last` is the number of the field before, zero at first, and becomes that of this field.
  @_lifetime(self: copy self)
  mutating func nextField(
    after last: inout Int
  ) throws(ParquetError) -> (field: Int, type: UInt8)? {
    let header = try byte()
    guard header != 0 else { return nil }
    let delta = Int(header >> 4)
    if delta > 0 {
      last += delta
    } else {
      last = Int(try integer(bits: 16))
    }
    guard last <= Int(Int16.max) else { throw error("a field has the number \(last)") }
    return (last, header & 0xF)
  }

  @_lifetime(self: copy self)
  mutating func int32() throws(ParquetError) -> Int32 {
    Int32(truncatingIfNeeded: try integer(bits: 32))
  }

  @_lifetime(self: copy self)
  mutating func int64() throws(ParquetError) -> Int64 { try integer(bits: 64) }

  @_lifetime(self: copy self)
  mutating func int8() throws(ParquetError) -> Int8 { Int8(bitPattern: try byte()) }

  /// The bytes of a binary or a string.
  @_lifetime(self: copy self)
  mutating func binary() throws(ParquetError) -> [UInt8] {
    let range = try binaryRange()
    var value: [UInt8] = []
    value.append(bytes.extracting(range))
    return value
  }

  /// How many elements the list has whose header is next.
  ///
  /// - Throws: ``ParquetError`` also where they are not of `type`, or more than bytes remain.
  @_lifetime(self: copy self)
  mutating func list(of type: UInt8) throws(ParquetError) -> Int {
    let (count, found) = try listHeader()
    let isBoolean = type == WireType.booleanTrue && found == WireType.booleanFalse
    guard count == 0 || found == type || isBoolean else {
      throw error("a list has elements of the wire type \(found), not \(type)")
    }
    return count
  }

  /// Skips a value of a field.
  @_lifetime(self: copy self)
  mutating func skip(_ type: UInt8) throws(ParquetError) {
    try skip(type, depth: 0)
  }

  @_lifetime(self: copy self)
  private mutating func skip(_ type: UInt8, depth: Int) throws(ParquetError) {
    guard depth < Self.maximumDepth else { throw error("structs nest too deep") }
    switch type {
    case WireType.booleanTrue, WireType.booleanFalse: break
    case WireType.int8: try advance(1)
    case WireType.int16, WireType.int32, WireType.int64: _ = try varint()
    case WireType.double: try advance(8)
    case WireType.uuid: try advance(16)
    case WireType.binary: _ = try binaryRange()
    case WireType.list, WireType.set:
      let (count, element) = try listHeader()
      for _ in 0..<count { try skipElement(element, depth: depth + 1) }
    case WireType.map:
      let count = try length(perElement: 2)
      guard count > 0 else { return }
      let types = try byte()
      for _ in 0..<count {
        try skipElement(types >> 4, depth: depth + 1)
        try skipElement(types & 0xF, depth: depth + 1)
      }
    case WireType.structure:
      var last = 0
      while let (_, type) = try nextField(after: &last) { try skip(type, depth: depth + 1) }
    default: throw error("there is no wire type \(type)")
    }
  }

  /// Skips an element of a list or a map, where a boolean takes a byte.
  @_lifetime(self: copy self)
  private mutating func skipElement(_ type: UInt8, depth: Int) throws(ParquetError) {
    if type == WireType.booleanTrue || type == WireType.booleanFalse {
      try advance(1)
    } else {
      try skip(type, depth: depth)
    }
  }

  @_lifetime(self: copy self)
  private mutating func listHeader() throws(ParquetError) -> (count: Int, type: UInt8) {
    let header = try byte()
    let short = Int(header >> 4)
    if short < 15 {
      guard short <= bytes.count - offset else { throw error("a list is longer than its struct") }
      return (short, header & 0xF)
    }
    return (try length(perElement: 1), header & 0xF)
  }

  @_lifetime(self: copy self)
  private mutating func binaryRange() throws(ParquetError) -> Range<Int> {
    let count = try length(perElement: 1)
    let range = offset..<offset + count
    offset += count
    return range
  }

  /// A count of elements of at least so many bytes each, all of which are there.
  @_lifetime(self: copy self)
  private mutating func length(perElement byteCount: UInt64) throws(ParquetError) -> Int {
    let count = try varint()
    guard count <= UInt64(bytes.count - offset) / byteCount else {
      throw error("a length of \(count) runs past the end")
    }
    return Int(count)
  }

  @_lifetime(self: copy self)
  private mutating func integer(bits: Int) throws(ParquetError) -> Int64 {
    let value = try varint()
    guard bits == 64 || value >> UInt64(bits) == 0 else {
      throw error("a number has more than \(bits) bits")
    }
    return Int64(bitPattern: value >> 1) ^ -Int64(value & 1)
  }

  /// A number in base 128, least significant digit first, of at most ten bytes and 64 bits.
  @_lifetime(self: copy self)
  private mutating func varint() throws(ParquetError) -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while true {
      let digit = try byte()
      guard shift < 63 || digit <= 1 else { throw error("a number has more than 64 bits") }
      value |= UInt64(digit & 0x7F) << shift
      if digit < 0x80 { return value }
      shift += 7
    }
  }

  @_lifetime(self: copy self)
  private mutating func advance(_ count: Int) throws(ParquetError) {
    guard count <= bytes.count - offset else { throw error("the struct is cut short") }
    offset += count
  }

  @_lifetime(self: copy self)
  private mutating func byte() throws(ParquetError) -> UInt8 {
    guard offset < bytes.count else { throw error("the struct is cut short") }
    let value = bytes[offset]
    offset += 1
    return value
  }
}
