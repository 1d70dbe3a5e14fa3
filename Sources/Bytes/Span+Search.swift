#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

extension Span<UInt8> {
  /// The offset of the first `byte` at or after `start`, or `nil`.
  ///
  /// - Complexity: O(*n*) in the bytes looked at, by the C library's `memchr`.
  package func firstOffset(of byte: UInt8, from start: Int = 0) -> Int? {
    guard start < count else { return nil }
    return unsafe withUnsafeBufferPointer { buffer -> Int? in
      guard let base = buffer.baseAddress,
        let found = unsafe memchr(base + start, Int32(byte), buffer.count - start)
      else { return nil }
      return unsafe UnsafeRawPointer(found) - UnsafeRawPointer(base)
    }
  }

  /// The offset of the last `byte` at or after `start`, or `nil`.
  ///
  /// - Complexity: O(*n*) in the bytes looked at, 16 at a time.
  package func lastOffset(of byte: UInt8, from start: Int = 0) -> Int? {
    unsafe withUnsafeBufferPointer { buffer -> Int? in
      guard let base = buffer.baseAddress else { return nil }
      let raw = unsafe UnsafeRawPointer(base)
      let wanted = SIMD16<UInt8>(repeating: byte)
      var end = buffer.count
      while end - start >= 16 {
        let block = unsafe raw.loadUnaligned(fromByteOffset: end - 16, as: SIMD16<UInt8>.self)
        if any(block .== wanted) { break }
        end -= 16
      }
      while end > start {
        end -= 1
        if unsafe buffer[end] == byte { return end }
      }
      return nil
    }
  }

  /// Whether the bytes are the same.
  ///
  /// - Complexity: O(*n*), by `memcmp`. Not constant-time: never for secrets or digests that prove
  ///   something; see ``Digest256/matchesInConstantTime(_:)``.
  package func equalBytes(_ other: Span<UInt8>) -> Bool {
    count == other.count && comparedBytes(other) == 0
  }

  /// Whether the bytes of `other` stand at `start`.
  ///
  /// - Complexity: O(*n*) in the bytes of `other`, by `memcmp`.
  package func contains(_ other: Span<UInt8>, at start: Int) -> Bool {
    guard other.count <= count - start else { return false }
    return unsafe withUnsafeBufferPointer { mine in
      unsafe other.withUnsafeBufferPointer { theirs in
        guard let known = theirs.baseAddress, let found = mine.baseAddress else { return true }
        return unsafe memcmp(found + start, known, other.count) == 0
      }
    }
  }

  /// Negative, zero or positive as these bytes sort before, with or after `other`: unsigned
  /// bytewise, a prefix before what it is a prefix of.
  ///
  /// - Complexity: O(*n*), by `memcmp`.
  package func comparedBytes(_ other: Span<UInt8>) -> Int {
    let order = unsafe withUnsafeBufferPointer { mine in
      unsafe other.withUnsafeBufferPointer { theirs in
        guard let a = mine.baseAddress, let b = theirs.baseAddress else { return Int32(0) }
        return unsafe memcmp(a, b, Swift.min(mine.count, theirs.count))
      }
    }
    return order == 0 ? count - other.count : Int(order)
  }

  /// How many bytes both begin with.
  package func commonPrefix(with other: Span<UInt8>) -> Int {
    var length = 0
    let limit = Swift.min(count, other.count)
    while length < limit, self[length] == other[length] { length += 1 }
    return length
  }

  /// Whether the bytes are those of an ASCII literal.
  package func equals(_ literal: StaticString) -> Bool {
    guard count == literal.utf8CodeUnitCount else { return false }
    return unsafe withUnsafeBufferPointer { buffer -> Bool in
      guard let base = buffer.baseAddress else { return true }
      return unsafe memcmp(base, literal.utf8Start, buffer.count) == 0
    }
  }
}

extension [UInt8] {
  /// Appends the bytes of `span`.
  ///
  /// - Complexity: O(*n*), amortised; one copy.
  @inlinable
  package mutating func append(_ span: Span<UInt8>) {
    unsafe span.withUnsafeBufferPointer { unsafe append(contentsOf: $0) }
  }

  /// Appends the UTF-8 bytes of a literal.
  @inlinable
  package mutating func append(_ literal: StaticString) {
    unsafe append(
      contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
    )
  }

  /// Appends the decimal digits of `value`.
  package mutating func append(decimal value: Int64) {
    if value < 0 { append(UInt8(ascii: "-")) }
    append(decimal: value.magnitude)
  }

  /// Appends the decimal digits of `value`.
  package mutating func append(decimal value: UInt64) {
    let start = count
    var rest = value
    repeat {
      let (quotient, digit) = rest.quotientAndRemainder(dividingBy: 10)
      append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digit))
      rest = quotient
    } while rest > 0
    self[start...].reverse()
  }

  /// Appends the decimal digits of `value`, with zeros in front up to `width` digits; more where it has more.
  package mutating func append(decimal value: Int, width: Int) {
    if value < 0 { append(UInt8(ascii: "-")) }
    let start = count
    append(decimal: UInt64(value.magnitude))
    let missing = width - (count - start)
    if missing > 0 {
      insert(contentsOf: repeatElement(UInt8(ascii: "0"), count: missing), at: start)
    }
  }
}

extension String {
  /// Text from UTF-8 bytes; bytes that are not UTF-8 become U+FFFD.
  package init(decoding span: Span<UInt8>) {
    self = unsafe span.withUnsafeBufferPointer { unsafe String(decoding: $0, as: UTF8.self) }
  }
}
