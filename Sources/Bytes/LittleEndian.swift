extension [UInt8] {
  /// Appends the two bytes of `value`, least significant first.
  @inlinable
  package mutating func append(littleEndian value: UInt16) {
    unsafe Swift.withUnsafeBytes(of: value.littleEndian) { unsafe append(contentsOf: $0) }
  }

  /// Appends the four bytes of `value`, least significant first.
  @inlinable
  package mutating func append(littleEndian value: UInt32) {
    unsafe Swift.withUnsafeBytes(of: value.littleEndian) { unsafe append(contentsOf: $0) }
  }

  /// Appends the eight bytes of `value`, least significant first.
  @inlinable
  package mutating func append(littleEndian value: UInt64) {
    unsafe Swift.withUnsafeBytes(of: value.littleEndian) { unsafe append(contentsOf: $0) }
  }
}
