internal import CKernels

/// The widest instructions of this processor.
private let bestInstructions = kernels_best_instructions()

/// A CRC-32 (IEEE 802.3, RFC 1952 §8) of bytes that come in pieces.
package struct CRC32: Hashable, Sendable {
  /// The checksum of all that was added.
  package private(set) var value: UInt32 = 0

  package init() {}

  /// Adds bytes.
  ///
  /// - Complexity: O(*n*); some 70 GB/s with AVX-512, 20 GB/s with SSE.
  package mutating func update(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      value = unsafe kernels_crc32(bestInstructions, value, base, buffer.count)
    }
  }
}
