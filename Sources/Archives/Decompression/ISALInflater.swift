#if ISAL
  internal import Bytes
  internal import CISAL

  /// Inflates gzip members by Intel's ISA-L, whose results are those of ``ZlibInflater``.
  ///
  /// ISA-L inflates and computes the checksum. Header and trailer are read here: ISA-L forgets which optional
  /// fields a header has when its input ends inside of it, accepts flags that zlib does not know, and does not
  /// tell a wrong checksum from a wrong length.
  ///
  /// In one thing the libraries differ: zlib rejects a block whose Huffman codes leave some bit patterns unused,
  /// ISA-L only once it meets such a pattern, or the wrong checksum. So after damage to the description of a
  /// block ISA-L may give more bytes of that block; they are as wrong as those that both give after damage to
  /// its data.
  @safe
  final class ISALInflater: MemberInflater {
    private enum Part { case header, data, trailer }

    /// More than 80 KB, most of it tables and history.
    private let state: UnsafeMutablePointer<inflate_state>
    /// The state before the piece at hand, to go back to where that is damaged.
    private let saved: UnsafeMutablePointer<inflate_state>
    /// Whether nothing of the member's data was inflated, so that there is nothing to be saved.
    private var isFresh = true
    private var part = Part.header
    private var header = GzipHeaderParser()
    private var length: UInt32 = 0
    private var trailer = GzipTrailer()

    init() {
      unsafe state = .allocate(capacity: 1)
      unsafe saved = .allocate(capacity: 1)
      unsafe isal_inflate_init(state)
      unsafe state.pointee.crc_flag = UInt32(ISAL_GZIP_NO_HDR)
    }

    deinit {
      unsafe state.deallocate()
      unsafe saved.deallocate()
    }

    func begin() {
      unsafe isal_inflate_reset(state)
      part = .header
      header = GzipHeaderParser()
      length = 0
    }

    func inflate(
      _ input: Span<UInt8>,
      used: inout Int,
      into output: inout ByteBuffer,
      room: Int
    ) throws(DecompressionFailure) -> Bool {
      var taken = 0
      defer { used += taken }
      if part == .header {
        guard try header.parse(input, used: &taken) else { return false }
        part = .data
      }
      if part == .data {
        try inflateData(input.extracting(taken..<input.count), &taken, into: &output, room)
        guard unsafe state.pointee.block_state == ISAL_BLOCK_FINISH else { return false }
        beginTrailer()
      }
      return try trailer.parse(
        input.extracting(taken..<input.count),
        used: &taken,
        checksum: unsafe state.pointee.crc,
        length: length
      )
    }

    // MARK: - Data

    private func inflateData(
      _ input: Span<UInt8>,
      _ used: inout Int,
      into output: inout ByteBuffer,
      _ room: Int
    ) throws(DecompressionFailure) {
      let wasFresh = isFresh
      isFresh = false
      if !wasFresh { unsafe isal_copy_state(saved, state) }
      let result = unsafe Self.run(state, input, into: &output, room, keepsFailure: false)
      guard result.status >= 0 else {
        if wasFresh {
          unsafe isal_inflate_reset(state)
        } else {
          unsafe isal_copy_state(state, saved)
        }
        used += unsafe Self.repeatCarefully(state, input, failedAt: result.used, into: &output)
        throw Self.failure(result.status)
      }
      used += result.used
      length &+= UInt32(truncatingIfNeeded: result.added)
    }

    private static func failure(_ status: Int32) -> DecompressionFailure {
      let message =
        switch status {
        case ISAL_INVALID_BLOCK: "invalid block"
        case ISAL_INVALID_SYMBOL: "invalid code"
        case ISAL_INVALID_LOOKBACK: "invalid distance too far back"
        default: "invalid data"
        }
      return DecompressionFailure(.corrupt(.gzip, message))
    }

    private typealias Run = (status: Int32, used: Int, added: Int)

    /// Lets ISA-L go on; `keepsFailure` says whether the output of a call that fails is added.
    ///
    /// - Returns: Its status, how many bytes of `input` it has read and how many were added.
    private static func run(
      _ state: UnsafeMutablePointer<inflate_state>,
      _ input: Span<UInt8>,
      into output: inout ByteBuffer,
      _ room: Int,
      keepsFailure: Bool
    ) -> Run {
      var result: Run = (0, 0, 0)
      unsafe output.append(room: room) { target in
        unsafe input.withUnsafeBufferPointer { source in
          let start = unsafe UnsafeMutablePointer(mutating: source.baseAddress)
          unsafe state.pointee.next_in = start
          unsafe state.pointee.avail_in = UInt32(clamping: source.count)
          unsafe state.pointee.next_out = target
          unsafe state.pointee.avail_out = UInt32(clamping: room)
          result.status = unsafe isal_inflate(state)
          // After a failure the pointers are right, and the numbers of available bytes are not.
          if let start = unsafe start { result.used = unsafe state.pointee.next_in - start }
          if result.status >= 0 || keepsFailure {
            result.added = unsafe state.pointee.next_out - target
          }
          return result.added
        }
      }
      return result
    }

    /// How many bytes of input ISA-L takes without its fast loop, which reads eight at once.
    private static let carefulLength = 7
    /// More than the bytes that the fast loop has read ahead and that its last symbols have together.
    private static let readAhead = 64
    /// More than what ``carefulLength`` bytes can say.
    private static let feedRoom = 64 << 10

    /// Inflates `input` again, without the fast loop where it failed.
    ///
    /// Where the fast loop meets damage, it has counted bytes as inflated that it did not write.
    ///
    /// - Returns: How many bytes of `input` stand before the damage.
    private static func repeatCarefully(
      _ state: UnsafeMutablePointer<inflate_state>,
      _ input: Span<UInt8>,
      failedAt end: Int,
      into output: inout ByteBuffer
    ) -> Int {
      let start = min(max(0, end - readAhead), input.count)
      unsafe feed(state, input.extracting(..<start), pieceLength: max(1, start), into: &output)
      let rest = input.extracting(start..<input.count)
      let used = unsafe feed(state, rest, pieceLength: carefulLength, into: &output)
      // Whole bytes that were read ahead do not count as read.
      return unsafe start + used - max(0, Int(state.pointee.read_in_length)) / 8
    }

    /// Inflates all of `input`, in pieces, and whatever is held back.
    ///
    /// - Returns: How many bytes of `input` were read.
    @discardableResult
    private static func feed(
      _ state: UnsafeMutablePointer<inflate_state>,
      _ input: Span<UInt8>,
      pieceLength: Int,
      into output: inout ByteBuffer
    ) -> Int {
      var used = 0
      while true {
        let end = min(input.count, used + pieceLength)
        let piece = input.extracting(used..<end)
        let result = unsafe run(state, piece, into: &output, feedRoom, keepsFailure: true)
        used += result.used
        if result.status < 0 || (result.used == 0 && result.added == 0) { return used }
      }
    }

    // MARK: - Trailer

    /// Takes the first bytes of the trailer from ISA-L, which has read ahead up to eight bytes.
    private func beginTrailer() {
      part = .trailer
      let bits = unsafe Int(state.pointee.read_in_length)
      let bytes = unsafe state.pointee.read_in >> UInt64(bits % 8)
      trailer = GzipTrailer(bytes: bytes, count: bits / 8)
    }

    // MARK: - Truncation

    /// What follows in the place of missing input.
    private static let continuations: [UInt8] = [0x00, 0xFF, 0x55, 0xAA, 0x33, 0xCC, 0x0F, 0xF0]

    /// Adds what the last bits say, whatever bits would have followed them.
    ///
    /// ISA-L decodes up to three symbols at a time, and none of them where the input ends inside the last one. A
    /// symbol that lies in the input as a whole is the same however the input goes on; the first one that does
    /// not, is not. Copies from different places are told apart by putting noise in the place of the history.
    func addRest(into output: inout ByteBuffer) {
      guard part == .data, unsafe state.pointee.block_state == ISAL_BLOCK_CODED else { return }
      var rest = ByteBuffer()
      proceed(with: 0, into: &rest)
      var first = ByteBuffer()
      proceed(with: Self.continuations[0], hidesHistory: true, into: &first)
      var count = first.count
      for byte in Self.continuations.dropFirst() {
        var other = ByteBuffer()
        proceed(with: byte, hidesHistory: true, into: &other)
        count = min(count, first.span.commonPrefix(with: other.span))
      }
      output.append(rest.span.extracting(..<count))
    }

    /// Inflates as if the input went on with bytes like `byte`; the state stays as it is.
    private func proceed(
      with byte: UInt8,
      hidesHistory: Bool = false,
      into output: inout ByteBuffer
    ) {
      unsafe isal_copy_state(saved, state)
      if hidesHistory { unsafe Self.hideHistory(saved) }
      let input = [UInt8](repeating: byte, count: 2 * Self.carefulLength)
      unsafe Self.feed(saved, input.span, pieceLength: Self.carefulLength, into: &output)
    }

    private static func hideHistory(_ state: UnsafeMutablePointer<inflate_state>) {
      var count = 0
      let history = unsafe isal_history(state, &count)
      var noise: UInt64 = 1
      for offset in 0..<count {
        // The constants are Knuth's, of MMIX.
        noise = noise &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        unsafe history[offset] = UInt8(noise >> 56)
      }
    }
  }
#endif
