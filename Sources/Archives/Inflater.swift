internal import Bytes
internal import CZlib

/// Inflates gzip (RFC 1952) of any number of members, a piece at a time.
@safe
struct Inflater: ~Copyable {
  /// Why gzip data cannot be inflated further.
  enum Failure: Error {
    case notGzip
    case corrupt(String)
  }

  private var stream: UnsafeMutablePointer<z_stream>
  /// Whether a member was begun and not ended.
  private(set) var isInsideMember = false
  /// Whether any member was begun.
  private var hasBegun = false
  /// Whether a zero byte was met where a member could begin; only padding may follow.
  private var isPadding = false

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

  /// Inflates `input` from `used` on, until it is used up or `room` bytes were added to `output`.
  ///
  /// - Throws: ``Failure``; `output` then has what came before the damage, and `used` says where it is.
  mutating func inflate(
    _ input: borrowing ByteBuffer,
    from used: inout Int,
    into output: inout ByteBuffer,
    room: Int
  ) throws(Failure) {
    let input = input.span
    var left = room
    while used < input.count, left > 0 {
      if !isInsideMember {
        guard try beginMember(input[used]) else {
          used += 1
          continue
        }
      }
      let rest = input.extracting(used..<input.count)
      var status = Z_OK
      let before = output.count
      unsafe output.append(room: left) { target in
        unsafe rest.withUnsafeBufferPointer { source in
          unsafe stream.pointee.next_in = UnsafeMutablePointer(mutating: source.baseAddress)
          unsafe stream.pointee.avail_in = UInt32(clamping: source.count)
          unsafe stream.pointee.next_out = target
          unsafe stream.pointee.avail_out = UInt32(clamping: left)
          let offered = unsafe Int(stream.pointee.avail_in)
          let room = unsafe Int(stream.pointee.avail_out)
          status = unsafe CZlib.inflate(stream, Z_NO_FLUSH)
          used += unsafe offered - Int(stream.pointee.avail_in)
          return unsafe room - Int(stream.pointee.avail_out)
        }
      }
      left -= output.count - before
      switch status {
      case Z_OK, Z_BUF_ERROR: break
      case Z_STREAM_END: isInsideMember = false
      default: throw .corrupt(message)
      }
    }
  }

  /// Whether a member begins with `byte`; if not, it is padding.
  private mutating func beginMember(_ byte: UInt8) throws(Failure) -> Bool {
    if hasBegun, byte == 0 {
      isPadding = true
      return false
    }
    guard byte == 0x1F, !isPadding else { throw .notGzip }
    unsafe inflateReset(stream)
    hasBegun = true
    isInsideMember = true
    return true
  }

  private var message: String {
    guard let text = unsafe stream.pointee.msg else { return "invalid data" }
    return unsafe String(cString: text)
  }
}
