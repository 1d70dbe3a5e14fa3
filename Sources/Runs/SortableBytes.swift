package import Bytes

// Values as bytes that sort as the values do, so that records are compared by `memcmp`.

extension [UInt8] {
  /// Appends eight bytes that sort as the numbers do.
  package mutating func append(sortable value: Int64) {
    append(bigEndian: UInt64(bitPattern: value) ^ 1 << 63)
  }

  /// Appends four bytes that sort as the numbers do.
  package mutating func append(sortable value: Int32) {
    let bits = UInt32(bitPattern: value) ^ 1 << 31
    for shift in stride(from: 24, through: 0, by: -8) {
      append(UInt8(truncatingIfNeeded: bits >> UInt32(shift)))
    }
  }

  /// Appends bytes that sort as the numbers do, null first.
  package mutating func append(sortable value: Int64?) {
    guard let value else { return append(UInt8(0)) }
    append(UInt8(1))
    append(sortable: value)
  }

  /// Appends bytes that sort as the texts do and end where the text does: zero is followed by `FF`, the end is two zeros.
  package mutating func append(sortable text: Span<UInt8>) {
    var start = 0
    while let zero = text.firstOffset(of: 0, from: start) {
      append(text.extracting(start...zero))
      append(UInt8(0xFF))
      start = zero + 1
    }
    append(text.extracting(start..<text.count))
    append(UInt8(0))
    append(UInt8(0))
  }

  /// Appends a digest's bytes, which sort as digests do.
  package mutating func append(sortable digest: Digest128) { append(digest) }
}

/// Reads what was appended sortable, from front to back.
package struct SortableCursor: ~Escapable {
  private let bytes: Span<UInt8>
  private var offset = 0

  @_lifetime(copy bytes)
  package init(_ bytes: Span<UInt8>) { self.bytes = bytes }

  package mutating func byte() -> UInt8 {
    offset += 1
    return bytes[offset - 1]
  }

  package mutating func int64() -> Int64 { Int64(bitPattern: word() ^ 1 << 63) }

  package mutating func int32() -> Int32 {
    var bits: UInt32 = 0
    for _ in 0..<4 { bits = bits << 8 | UInt32(byte()) }
    return Int32(bitPattern: bits ^ 1 << 31)
  }

  package mutating func optionalInt64() -> Int64? { byte() == 0 ? nil : int64() }

  package mutating func digest() -> Digest128 { Digest128(high: word(), low: word()) }

  /// Replaces `text` by the next text.
  package mutating func text(into text: inout [UInt8]) {
    text.removeAll(keepingCapacity: true)
    while let zero = bytes.firstOffset(of: 0, from: offset), zero + 1 < bytes.count {
      text.append(bytes.extracting(offset..<zero))
      offset = zero + 2
      if bytes[zero + 1] == 0 { return }
      text.append(UInt8(0))
    }
  }

  private mutating func word() -> UInt64 {
    var word: UInt64 = 0
    for _ in 0..<8 { word = word << 8 | UInt64(byte()) }
    return word
  }
}
