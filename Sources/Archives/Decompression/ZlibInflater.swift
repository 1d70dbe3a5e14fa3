internal import Bytes
internal import CZlib

/// Inflates gzip members by zlib, which also checks their headers, checksums and lengths.
@safe
final class ZlibInflater: MemberInflater {
  private let stream: UnsafeMutablePointer<z_stream>

  init() {
    unsafe stream = .allocate(capacity: 1)
    unsafe stream.initialize(to: z_stream())
    // 16 + 15: gzip with a window of 32 KiB. The call fails only for want of memory.
    let status = unsafe inflateInit2_(
      stream,
      31,
      ZLIB_VERSION,
      Int32(MemoryLayout<z_stream>.size)
    )
    precondition(status == Z_OK, "zlib has no memory")
  }

  deinit {
    unsafe inflateEnd(stream)
    unsafe stream.deallocate()
  }

  func begin() { unsafe inflateReset(stream) }

  func inflate(
    _ input: Span<UInt8>,
    used: inout Int,
    into output: inout ByteBuffer,
    room: Int
  ) throws(DecompressionFailure) -> Bool {
    var status = Z_OK
    unsafe output.append(room: room) { target in
      unsafe input.withUnsafeBufferPointer { source in
        unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
        unsafe stream.pointee.avail_in = UInt32(clamping: source.count)
        unsafe stream.pointee.next_out = target
        unsafe stream.pointee.avail_out = UInt32(clamping: room)
        let offered = unsafe Int(stream.pointee.avail_in)
        let room = unsafe Int(stream.pointee.avail_out)
        status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
        used += unsafe offered - Int(stream.pointee.avail_in)
        return unsafe room - Int(stream.pointee.avail_out)
      }
    }
    switch status {
    // Z_BUF_ERROR: there is neither input nor anything held back.
    case Z_OK, Z_BUF_ERROR: return false
    case Z_STREAM_END: return true
    default: throw DecompressionFailure(.corrupt(.gzip, message))
    }
  }

  private var message: String {
    guard let text = unsafe stream.pointee.msg else { return "invalid data" }
    return unsafe String(cString: text)
  }
}
