internal import Bytes

// Values as few bytes, for records whose order their values do not matter to.

extension [UInt8] {
  /// Appends a number in LEB128: one byte for each seven bits.
  package mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }

  /// Appends a number of either sign: few bytes where it is near zero.
  package mutating func append(zigzag value: Int64) {
    append(varint: UInt64(bitPattern: value << 1 ^ value >> 63))
  }

  /// Appends a text and how long it is.
  package mutating func append(counted text: Span<UInt8>) {
    append(varint: UInt64(text.count))
    append(text)
  }

  /// Appends a number, or that there is none.
  package mutating func append(optional number: Double?) {
    append(UInt8(number == nil ? 0 : 1))
    if let number { append(bigEndian: number.bitPattern) }
  }
}

/// Reads what was appended, from front to back; what is not there is damage.
package struct CompactCursor: ~Escapable {
  private let bytes: Span<UInt8>
  private var offset = 0

  @_lifetime(copy bytes)
  package init(_ bytes: Span<UInt8>) { self.bytes = bytes }

  package var isAtEnd: Bool { offset == bytes.count }

  /// - Throws: ``DamagedRun``.
  package mutating func byte() throws -> UInt8 {
    guard offset < bytes.count else { throw DamagedRun() }
    offset += 1
    return bytes[offset - 1]
  }

  /// - Throws: ``DamagedRun``.
  package mutating func varint() throws -> UInt64 {
    var value: UInt64 = 0
    var shift: UInt64 = 0
    while shift < 64 {
      let byte = try byte()
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
      shift += 7
    }
    throw DamagedRun()
  }

  /// - Throws: ``DamagedRun``.
  package mutating func zigzag() throws -> Int64 {
    let bits = try varint()
    return Int64(bitPattern: bits >> 1) ^ -Int64(bitPattern: bits & 1)
  }

  /// - Throws: ``DamagedRun``.
  package mutating func text() throws -> String {
    let count = try varint()
    guard count <= bytes.count - offset else { throw DamagedRun() }
    defer { offset += Int(count) }
    return String(decoding: bytes.extracting(offset..<offset + Int(count)))
  }

  /// - Throws: ``DamagedRun``.
  package mutating func optionalDouble() throws -> Double? {
    guard try byte() != 0 else { return nil }
    var bits: UInt64 = 0
    for _ in 0..<8 { bits = bits << 8 | UInt64(try byte()) }
    return Double(bitPattern: bits)
  }
}
