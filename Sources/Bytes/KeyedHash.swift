internal import Crypto

/// An HMAC-SHA256 (RFC 2104) that was keyed once and is copied for every message.
package struct KeyedHash: Sendable {
  private var code: HMAC<SHA256>

  /// - Parameter key: The key's bytes.
  package init(key: [UInt8]) { code = HMAC(key: SymmetricKey(data: key)) }

  /// Absorbs more of the message.
  package mutating func update(_ bytes: Span<UInt8>) {
    unsafe bytes.withUnsafeBufferPointer { buffer in
      unsafe code.update(data: UnsafeRawBufferPointer(buffer))
    }
  }

  /// The code of what was absorbed.
  package func finalize() -> Digest256 {
    let code = code.finalize()
    let digest = unsafe code.withUnsafeBytes { bytes in
      unsafe Digest256(bytes: bytes.bindMemory(to: UInt8.self).span)
    }
    return digest ?? Digest256(words: .zero)
  }
}
