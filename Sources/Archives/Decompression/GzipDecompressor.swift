internal import Bytes

/// Inflates one gzip member after the other, a piece at a time.
protocol MemberInflater: AnyObject {
  /// Gets ready for a new member, of which nothing was read.
  func begin()

  /// Inflates `input`, the next bytes of the member, and adds up to `room` bytes to `output`.
  ///
  /// - Parameters:
  ///   - input: What follows the bytes that were read before.
  ///   - used: Grows by the bytes that were read; those of the member and no others.
  ///   - output: Where the inflated bytes are added.
  ///   - room: How many at most.
  /// - Returns: Whether the member has ended, with the right checksum and length.
  /// - Throws: ``ArchiveError/Code/corrupt(_:_:)``; what came before the damage was added.
  func inflate(
    _ input: Span<UInt8>,
    used: inout Int,
    into output: inout ByteBuffer,
    room: Int
  ) throws(DecompressionFailure) -> Bool

  /// Adds what the input of a member that breaks off says beyond what ``inflate(_:used:into:room:)`` gave.
  func addRest(into output: inout ByteBuffer)
}

extension MemberInflater {
  func addRest(into output: inout ByteBuffer) {}
}

/// Inflates gzip (RFC 1952) of any number of members, with zero bytes after the last one.
final class GzipDecompressor: Decompressor {
  private let inflater: any MemberInflater
  /// Whether a member was begun and not ended.
  private var isInsideMember = false
  /// Whether any member was begun.
  private var hasBegun = false
  /// Whether a zero byte was met where a member could begin; only padding may follow.
  private var isPadding = false

  init(_ inflater: any MemberInflater) { self.inflater = inflater }

  func decompress(
    _ input: borrowing ByteBuffer,
    from used: inout Int,
    into output: inout ByteBuffer,
    room: Int
  ) throws(DecompressionFailure) {
    let input = input.span
    let limit = output.count + room
    while used < input.count, output.count < limit {
      if !isInsideMember {
        guard try beginMember(input[used]) else {
          used += 1
          continue
        }
      }
      isInsideMember = try !inflater.inflate(
        input.extracting(used..<input.count),
        used: &used,
        into: &output,
        room: limit - output.count
      )
    }
  }

  func finish(into output: inout ByteBuffer, room: Int) throws(DecompressionFailure) {
    guard isInsideMember else { return }
    let nothing: [UInt8] = []
    let before = output.count
    var used = 0
    isInsideMember = try !inflater.inflate(nothing.span, used: &used, into: &output, room: room)
    guard isInsideMember, output.count == before else { return }
    inflater.addRest(into: &output)
    throw DecompressionFailure(.truncated(.gzip))
  }

  /// Whether a member begins with `byte`; if not, it is padding.
  private func beginMember(_ byte: UInt8) throws(DecompressionFailure) -> Bool {
    if hasBegun, byte == 0 {
      isPadding = true
      return false
    }
    guard byte == 0x1F, !isPadding else { throw DecompressionFailure(.notGzip) }
    inflater.begin()
    hasBegun = true
    isInsideMember = true
    return true
  }
}
