package import Bytes
internal import CZlib

/// Compresses what it is given with DEFLATE (RFC 1951) and hands it on.
///
/// A gzip member carries no name and no time: the same bytes give the same member.
@safe
package final class DeflateSink: ByteSink {
  /// What stands around the compressed bytes.
  package enum Container: Int32, Sendable {
    /// One gzip member (RFC 1952).
    case gzip = 31
    /// Nothing.
    case none = -15
  }

  /// zlib's own default.
  package static let defaultLevel = 6
  private static let chunkLength = 64 << 10

  private let target: any ByteSink
  private let stream: UnsafeMutablePointer<z_stream>
  private var output = ByteBuffer(minimumCapacity: chunkLength)

  /// A sink that hands what it compressed on to `target`.
  package init(
    _ target: any ByteSink,
    _ container: Container,
    level: Int = defaultLevel
  ) {
    self.target = target
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // The call fails only for want of memory, or for a level that does not exist.
    let status = unsafe deflateInit2_(
      stream,
      Int32(level),
      Z_DEFLATED,
      container.rawValue,
      8,
      Z_DEFAULT_STRATEGY,
      ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size)
    )
    precondition(status == Z_OK, "zlib has no memory")
  }

  deinit {
    unsafe deflateEnd(stream)
    unsafe stream.deallocate()
  }

  package func write(_ bytes: Span<UInt8>) throws {
    var start = 0
    while start < bytes.count {
      // zlib counts in 32 bits.
      let end = min(bytes.count, start + 1 << 30)
      try deflate(bytes.extracting(start..<end), Z_NO_FLUSH)
      start = end
    }
  }

  /// Ends what was compressed.
  package func finish() throws {
    let nothing: [UInt8] = []
    try deflate(nothing.span, Z_FINISH)
  }

  /// Compresses `bytes`; the memory for what comes out is kept from call to call.
  private func deflate(_ bytes: Span<UInt8>, _ flush: Int32) throws {
    var room = ByteBuffer(minimumCapacity: 64)
    swap(&room, &output)
    defer { swap(&room, &output) }
    try deflate(bytes, flush, through: &room)
  }

  private func deflate(_ bytes: Span<UInt8>, _ flush: Int32, through output: inout ByteBuffer)
    throws
  {
    var used = 0
    while true {
      var status = Z_OK
      var isFull = false
      let rest = bytes.extracting(used..<bytes.count)
      output.removeAll()
      unsafe output.append(room: Self.chunkLength) { room in
        unsafe rest.withUnsafeBufferPointer { source in
          unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
          unsafe stream.pointee.avail_in = UInt32(source.count)
          unsafe stream.pointee.next_out = room
          unsafe stream.pointee.avail_out = UInt32(Self.chunkLength)
          status = unsafe CZlib.deflate(stream, flush)
          used += unsafe source.count - Int(stream.pointee.avail_in)
          isFull = unsafe stream.pointee.avail_out == 0
          return unsafe Self.chunkLength - Int(stream.pointee.avail_out)
        }
      }
      if output.count > 0 { try target.write(output.span) }
      if status == Z_STREAM_END { return }
      if !isFull, used == bytes.count, flush == Z_NO_FLUSH { return }
    }
  }
}
