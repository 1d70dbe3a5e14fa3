internal import Bytes
internal import CKernels

/// The widest instructions of this processor.
private let bestInstructions = kernels_best_instructions()

extension ByteBuffer {
  /// Adds the text between `start` and `end`, or up to the first byte that is not ASCII text or one of the escapes
  /// `\"`, `\\` and `\/`.
  ///
  /// These are by far the most frequent in a JSON text inside a JSON text.
  ///
  /// - Returns: The offset where it stopped.
  mutating func appendSimpleText(
    of bytes: Span<UInt8>,
    from start: Int,
    to end: Int
  ) -> Int {
    var used = 0
    unsafe append(room: end - start + Int(kernels_unescape_slack)) { output in
      unsafe bytes.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else { return 0 }
        let progress = unsafe kernels_unescape(
          bestInstructions,
          base + start,
          end - start,
          output
        )
        used = progress.consumed
        return progress.written
      }
    }
    return start + used
  }

  /// Adds the UTF-8 form of a code point; a surrogate in the same manner (WTF-8).
  mutating func append(scalar: UInt32) {
    func continuation(_ shift: UInt32) -> UInt8 {
      0x80 | UInt8(truncatingIfNeeded: scalar >> shift) & 0x3F
    }
    switch scalar {
    case ..<0x80:
      append(UInt8(truncatingIfNeeded: scalar))
    case ..<0x800:
      append(0xC0 | UInt8(truncatingIfNeeded: scalar >> 6))
      append(continuation(0))
    case ..<0x10000:
      append(0xE0 | UInt8(truncatingIfNeeded: scalar >> 12))
      append(continuation(6))
      append(continuation(0))
    default:
      append(0xF0 | UInt8(truncatingIfNeeded: scalar >> 18))
      append(continuation(12))
      append(continuation(6))
      append(continuation(0))
    }
  }
}
