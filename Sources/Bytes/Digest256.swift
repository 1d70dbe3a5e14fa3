internal import Crypto

/// The 32 bytes of a SHA-256 digest or code, kept as four machine words.
package struct Digest256: Hashable, Comparable, Sendable {
  /// Bytes 0–7, 8–15, 16–23 and 24–31, each read big-endian, so that words sort as the bytes do.
  @usableFromInline var words: SIMD4<UInt64>

  @inlinable
  package init(words: SIMD4<UInt64>) { self.words = words }

  /// The digest of which `bytes` are the 32 bytes; `nil` at any other count.
  package init?(bytes: Span<UInt8>) {
    guard bytes.count == 32 else { return nil }
    let raw = unsafe bytes.bytes
    words = SIMD4(
      raw.bigEndian(at: 0),
      raw.bigEndian(at: 8),
      raw.bigEndian(at: 16),
      raw.bigEndian(at: 24)
    )
  }

  /// The digest that 64 lower-case hexadecimal digits name; `nil` for anything else.
  package init?(hexadecimal digits: Span<UInt8>) {
    guard digits.count == 64, let first = Hexadecimal.word(of: digits, at: 0),
      let second = Hexadecimal.word(of: digits, at: 16),
      let third = Hexadecimal.word(of: digits, at: 32),
      let fourth = Hexadecimal.word(of: digits, at: 48)
    else { return nil }
    words = SIMD4(first, second, third, fourth)
  }

  /// SHA-256 (FIPS 180-4) of `bytes`.
  ///
  /// - Complexity: O(*n*).
  package init(hashing bytes: Span<UInt8>) {
    var hasher = SHA256Stream()
    hasher.update(bytes)
    self = hasher.finalize()
  }

  /// SHA-256 (FIPS 180-4) of the bytes of `words`, as they stand in memory.
  ///
  /// - Complexity: O(*n*).
  package init(hashingWords words: Span<UInt64>) {
    var hasher = SHA256()
    unsafe words.withUnsafeBytes { unsafe hasher.update(bufferPointer: $0) }
    self.init(hasher.finalize())
  }

  init(_ digest: SHA256Digest) {
    let found = unsafe digest.withUnsafeBytes { bytes in
      unsafe Digest256(bytes: bytes.bindMemory(to: UInt8.self).span)
    }
    self = found ?? Digest256(words: .zero)
  }

  /// Whether both are the same, in a time that does not depend on where they differ.
  @inlinable
  package func matchesInConstantTime(_ other: Digest256) -> Bool {
    let difference = words ^ other.words
    return difference[0] | difference[1] | difference[2] | difference[3] == 0
  }

  /// The order of the digests' bytes, which is also that of their hexadecimal texts.
  package static func < (left: Digest256, right: Digest256) -> Bool {
    for index in 0..<4 where left.words[index] != right.words[index] {
      return left.words[index] < right.words[index]
    }
    return false
  }

  /// The first 16 bytes, which name a state.
  package var prefix128: Digest128 { Digest128(high: words[0], low: words[1]) }

  /// The 32 bytes.
  package var bytes: [UInt8] {
    var bytes: [UInt8] = []
    for index in 0..<4 { bytes.append(bigEndian: words[index]) }
    return bytes
  }

  /// The 64 lower-case hexadecimal digits.
  package var hexadecimal: String {
    String(decoding: hexadecimalBytes, as: UTF8.self)
  }

  /// The 64 lower-case hexadecimal digits, as ASCII bytes.
  package var hexadecimalBytes: [UInt8] {
    var digits: [UInt8] = []
    digits.reserveCapacity(64)
    for index in 0..<4 { digits.append(hexadecimal: words[index]) }
    return digits
  }
}

/// The first 128 bits of a SHA-256 digest: the name of a canonical state.
package struct Digest128: Hashable, Comparable, Sendable {
  /// Bytes 0–7, read big-endian.
  package let high: UInt64
  /// Bytes 8–15, read big-endian.
  package let low: UInt64

  @inlinable
  package init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// The digest that 32 lower-case hexadecimal digits name; `nil` for anything else.
  package init?(hexadecimal: Span<UInt8>) {
    guard hexadecimal.count == 32, let high = Hexadecimal.word(of: hexadecimal, at: 0),
      let low = Hexadecimal.word(of: hexadecimal, at: 16)
    else { return nil }
    self.init(high: high, low: low)
  }

  @inlinable
  package static func == (left: Digest128, right: Digest128) -> Bool {
    left.high == right.high && left.low == right.low
  }

  /// The order of the digests' bytes, which is also that of their hexadecimal texts.
  @inlinable
  package static func < (left: Digest128, right: Digest128) -> Bool {
    left.high != right.high ? left.high < right.high : left.low < right.low
  }

  /// The 32 lower-case hexadecimal digits, as ASCII bytes.
  package var hexadecimalBytes: [UInt8] {
    var digits: [UInt8] = []
    digits.reserveCapacity(32)
    digits.append(hexadecimal: self)
    return digits
  }
}

/// SHA-256 (FIPS 180-4) of bytes that come in pieces.
package struct SHA256Stream: Sendable {
  private var hasher = SHA256()

  package init() {}

  /// Absorbs `bytes`.
  package mutating func update(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe hasher.update(bufferPointer: UnsafeRawBufferPointer(buffer))
    }
  }

  /// Absorbs the bytes of `buffer`.
  package mutating func update(_ buffer: borrowing ByteBuffer) { update(buffer.span) }

  /// The digest of all that was absorbed.
  package func finalize() -> Digest256 { Digest256(hasher.finalize()) }
}

extension RawSpan {
  /// Eight bytes at `offset`, the most significant first.
  fileprivate func bigEndian(at offset: Int) -> UInt64 {
    UInt64(bigEndian: unsafe unsafeLoadUnaligned(fromByteOffset: offset, as: UInt64.self))
  }
}

extension [UInt8] {
  /// Appends the 16 bytes of a digest.
  package mutating func append(_ digest: Digest128) {
    append(bigEndian: digest.high)
    append(bigEndian: digest.low)
  }

  /// Appends the eight bytes of a number, the most significant first.
  package mutating func append(bigEndian value: UInt64) {
    unsafe Swift.withUnsafeBytes(of: value.bigEndian) { unsafe append(contentsOf: $0) }
  }

  /// Appends the 32 lower-case hexadecimal digits of a digest.
  package mutating func append(hexadecimal digest: Digest128) {
    append(hexadecimal: digest.high)
    append(hexadecimal: digest.low)
  }

  fileprivate mutating func append(hexadecimal word: UInt64) {
    let digits = Hexadecimal.digits(of: word)
    append(bigEndian: digits.0)
    append(bigEndian: digits.1)
  }
}
