internal import Bytes

/// Decompresses the bytes of one archive, a piece at a time.
protocol Decompressor: AnyObject {
  /// Decompresses `input` from `used` on, until it is used up or `room` bytes were added to `output`.
  ///
  /// - Throws: ``DecompressionFailure``; `output` then has what came before the damage, a little more
  ///   than `room` perhaps, and `used` says where the damage is: a few bytes before `input` even.
  func decompress(
    _ input: borrowing ByteBuffer,
    from used: inout Int,
    into output: inout ByteBuffer,
    room: Int
  ) throws(DecompressionFailure)

  /// Adds up to `room` bytes that were held back, where no input is left; it is called until it adds nothing.
  ///
  /// - Throws: ``DecompressionFailure``: ``ArchiveError/Code/truncated(_:)`` where the input ended too early;
  ///   bytes may have been added nevertheless.
  func finish(into output: inout ByteBuffer, room: Int) throws(DecompressionFailure)
}

/// Why compressed data cannot be decompressed further.
struct DecompressionFailure: Error {
  let code: ArchiveError.Code

  init(_ code: ArchiveError.Code) { self.code = code }
}
