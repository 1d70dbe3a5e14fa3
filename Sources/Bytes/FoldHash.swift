/// A hash for this process alone: words multiplied to 128 bits and folded.
///
/// It finds the place to look; what is found there is always compared. Never kept, never for secrets.
package struct FoldHash {
  /// The hash of all that was mixed in.
  package private(set) var value: UInt64 = 0x9E37_79B9_7F4A_7C15

  @inline(__always)
  package init() {}

  /// Mixes in a number.
  @inline(__always)
  package mutating func mix(_ word: UInt64) {
    let product = (value ^ word).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
    value = product.high ^ product.low
  }

  /// Mixes in bytes, eight at a time, and their count.
  ///
  /// - Complexity: O(*n*).
  package mutating func mix(_ bytes: Span<UInt8>) {
    mix(UInt64(truncatingIfNeeded: bytes.count))
    let raw = unsafe bytes.bytes
    var offset = 0
    while offset + 8 <= bytes.count {
      mix(raw.word(at: offset))
      offset += 8
    }
    var tail: UInt64 = 0
    while offset < bytes.count {
      tail = tail << 8 | UInt64(bytes[offset])
      offset += 1
    }
    mix(tail)
  }
}

extension RawSpan {
  /// Eight bytes at `offset` in the machine's order.
  @inline(__always)
  fileprivate func word(at offset: Int) -> UInt64 {
    unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self)
  }
}
