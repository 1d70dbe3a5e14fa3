internal import CZlib

/// Compresses pages to gzip members (RFC 1952), one zlib stream for all of them.
///
/// The members' modification time is zero: the same bytes give the same member for one build of
/// zlib.
@safe
final class Deflater {
  /// From how many bytes on it is tried whether matches pay, on how many of them.
  private static let trialByteCount = (least: 32 << 10, sample: 4 << 10)

  private let stream: UnsafeMutablePointer<z_stream>
  private let level: Int32

  /// A compressor of the level that zlib calls `level`.
  ///
  /// - Throws: ``ParquetError`` where zlib refuses the level or has no memory.
  init(level: Int) throws(ParquetError) {
    self.level = Int32(clamping: level)
    unsafe stream = UnsafeMutablePointer.allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    let status = unsafe deflateInit2_(
      stream,
      Int32(clamping: level),
      Z_DEFLATED,
      MAX_WBITS + 16,
      MAX_MEM_LEVEL - 1,
      Z_DEFAULT_STRATEGY,
      ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size)
    )
    guard status == Z_OK else {
      throw ParquetError(.compression, "zlib does not compress at level \(level)")
    }
  }

  deinit {
    unsafe deflateEnd(stream)
    unsafe stream.deinitialize(count: 1)
    unsafe stream.deallocate()
  }

  /// Replaces `output` by the gzip member of `input`.
  ///
  /// Bytes in which no match pays, as in digests, are only given shorter codes, which takes less time.
  ///
  /// - Throws: ``ParquetError`` where zlib fails.
  /// - Complexity: O(*n*).
  func compress(_ input: Span<UInt8>, into output: inout [UInt8]) throws(ParquetError) {
    var strategy = Z_DEFAULT_STRATEGY
    if input.count >= Self.trialByteCount.least {
      let sample = input.extracting(0..<Self.trialByteCount.sample)
      try compress(sample, by: Z_DEFAULT_STRATEGY, into: &output)
      let count = output.count
      try compress(sample, by: Z_HUFFMAN_ONLY, into: &output)
      if output.count <= count { strategy = Z_HUFFMAN_ONLY }
    }
    try compress(input, by: strategy, into: &output)
  }

  private func compress(
    _ input: Span<UInt8>,
    by strategy: Int32,
    into output: inout [UInt8]
  ) throws(ParquetError) {
    unsafe deflateReset(stream)
    unsafe deflateParams(stream, level, strategy)
    let bound = Int(unsafe deflateBound(stream, UInt(input.count)))
    let isDone = unsafe input.withUnsafeBufferPointer { source -> Bool in
      var isDone = false
      unsafe output = [UInt8](unsafeUninitializedCapacity: bound) { target, count in
        unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        unsafe stream.pointee.avail_in = UInt32(source.count)
        unsafe stream.pointee.next_out = target.baseAddress
        unsafe stream.pointee.avail_out = UInt32(target.count)
        isDone = unsafe deflate(stream, Z_FINISH) == Z_STREAM_END
        unsafe count = target.count - Int(stream.pointee.avail_out)
      }
      return isDone
    }
    guard isDone else { throw ParquetError(.compression, "zlib does not compress a page") }
  }
}
