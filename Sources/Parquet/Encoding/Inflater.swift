internal import CZlib

/// Decompresses gzip members (RFC 1952) to a size that is known before.
@safe
final class Inflater {
  private let stream: UnsafeMutablePointer<z_stream>

  /// The most bytes that deflate makes of one (RFC 1951: 258 bytes of two bits).
  static let maximumRatio = 1032

  /// - Throws: ``ParquetError`` where zlib has no memory.
  init() throws(ParquetError) {
    unsafe stream = UnsafeMutablePointer.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let status = unsafe inflateInit2_(
      stream,
      MAX_WBITS + 16,
      ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size)
    )
    guard status == Z_OK else { throw ParquetError(.compression, "zlib has no memory") }
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deinitialize(count: 1)
    unsafe stream.deallocate()
  }

  /// Replaces `output` by the `count` bytes that the members of `input` hold together.
  ///
  /// - Throws: ``ParquetError`` where they hold fewer or more, or are not gzip; a checksum or length
  ///   of a member that is wrong, and bytes after the last member, are faults too.
  /// - Complexity: O(*n*) in both sizes; `count` may not exceed what `input` can hold, so that a
  ///   false one allocates no more than that.
  func decompress(
    _ input: Span<UInt8>,
    count: Int,
    into output: inout [UInt8]
  ) throws(ParquetError) {
    guard count / Self.maximumRatio <= input.count else {
      throw ParquetError(.compression, "\(input.count) bytes of gzip cannot hold \(count)")
    }
    // One byte more than promised shows a page that holds more.
    let isWhole = unsafe input.withUnsafeBufferPointer { source -> Bool in
      var isWhole = false
      unsafe output = [UInt8](unsafeUninitializedCapacity: count + 1) { target, written in
        unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        unsafe stream.pointee.avail_in = UInt32(source.count)
        unsafe stream.pointee.next_out = target.baseAddress
        unsafe stream.pointee.avail_out = UInt32(target.count)
        var status = Z_OK
        repeat {
          unsafe inflateReset(stream)
          status = unsafe inflate(stream, Z_FINISH)
        } while unsafe status == Z_STREAM_END && stream.pointee.avail_in > 0
          && stream.pointee.avail_out > 0
        isWhole = unsafe status == Z_STREAM_END && stream.pointee.avail_out == 1
        unsafe written = target.count - Int(stream.pointee.avail_out)
      }
      return isWhole
    }
    guard isWhole else {
      throw ParquetError(.compression, "a page does not inflate to its \(count) bytes")
    }
  }
}
