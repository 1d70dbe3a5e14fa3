#if Zstd
  internal import Bytes
  internal import CZstd

  /// Decompresses any number of Zstandard frames (RFC 8878); skippable ones hold nothing.
  ///
  /// libzstd forgets what it has written in a call that fails. So it is given one block at a time: its output
  /// is that of whole blocks, and all of those that stand before damage.
  @safe
  final class ZstdDecompressor: Decompressor {
    /// The binary logarithm of the longest window that a frame may need: 128 MiB, as much as libzstd itself
    /// and `zstd --long` take without being asked to.
    static let defaultMaximumWindowLog = 27

    /// What every frame has at least, in bytes: its magic number and the byte that describes its header.
    private static let startLength = 5
    private static let blockHeaderLength = 3

    private let context: OpaquePointer
    /// The start of a frame, as far as it was read.
    private var magic = ZstdMagic()
    private var isInsideFrame = false
    /// How many bytes libzstd asks for: most often to the end of a block, and the header of the next one.
    private var wanted = 0
    /// Whether libzstd may hold back output for which there was no room.
    private var mayHoldBack = false

    init(maximumWindowLog: Int = defaultMaximumWindowLog) {
      // The call fails only for want of memory.
      guard let context = unsafe ZSTD_createDCtx() else {
        preconditionFailure("libzstd has no memory")
      }
      unsafe self.context = context
      unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Int32(maximumWindowLog))
    }

    deinit { unsafe ZSTD_freeDCtx(context) }

    func decompress(
      _ input: borrowing ByteBuffer,
      from used: inout Int,
      into output: inout ByteBuffer,
      room: Int
    ) throws(DecompressionFailure) {
      let input = input.span
      let limit = output.count + room
      while used < input.count, output.count < limit {
        if !isInsideFrame { beginFrame() }
        let rest = input.extracting(used..<input.count)
        let piece = rest.extracting(..<min(pieceLength, rest.count))
        try checkMagic(piece)
        used += try decompress(piece, into: &output, room: limit - output.count)
      }
    }

    func finish(into output: inout ByteBuffer, room: Int) throws(DecompressionFailure) {
      guard isInsideFrame else { return }
      let before = output.count
      if mayHoldBack {
        let nothing: [UInt8] = []
        _ = try decompress(nothing.span, into: &output, room: room)
      }
      guard isInsideFrame, output.count == before else { return }
      throw DecompressionFailure(.truncated(.zstd))
    }

    private func beginFrame() {
      isInsideFrame = true
      magic = ZstdMagic()
      wanted = Self.startLength
    }

    /// How many bytes libzstd is given: none while it holds back output, a block without the next one's header.
    private var pieceLength: Int {
      if mayHoldBack { return 0 }
      return wanted > Self.blockHeaderLength ? wanted - Self.blockHeaderLength : wanted
    }

    /// Checks the next bytes as far as they are the first ones of a frame.
    private func checkMagic(_ input: Span<UInt8>) throws(DecompressionFailure) {
      var offset = 0
      while offset < input.count, magic.count < ZstdMagic.length {
        guard magic.append(input[offset]) else { throw DecompressionFailure(.notZstd) }
        offset += 1
      }
    }

    /// Gives libzstd the next bytes of a frame; returns how many it has read.
    private func decompress(
      _ input: Span<UInt8>,
      into output: inout ByteBuffer,
      room: Int
    ) throws(DecompressionFailure) -> Int {
      var status = 0
      var used = 0
      unsafe output.append(room: room) { target in
        unsafe input.withUnsafeBufferPointer { source in
          var from = unsafe ZSTD_inBuffer(src: source.baseAddress, size: source.count, pos: 0)
          var to = unsafe ZSTD_outBuffer(dst: target, size: room, pos: 0)
          status = unsafe ZSTD_decompressStream(context, &to, &from)
          used = unsafe from.pos
          mayHoldBack = unsafe to.pos == to.size
          return unsafe to.pos
        }
      }
      guard ZSTD_isError(status) == 0 else { throw failure(status) }
      wanted = status
      if status == 0 { isInsideFrame = false }
      return used
    }

    private func failure(_ status: Int) -> DecompressionFailure {
      switch ZSTD_getErrorCode(status) {
      case ZSTD_error_frameParameter_windowTooLarge:
        DecompressionFailure(.windowTooLarge(limit: 1 << Self.defaultMaximumWindowLog))
      default:
        DecompressionFailure(.corrupt(.zstd, unsafe String(cString: ZSTD_getErrorName(status))))
      }
    }
  }
#endif
