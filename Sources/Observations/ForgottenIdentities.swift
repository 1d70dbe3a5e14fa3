package import Bytes

/// The identities that were erased, as far as they are known: by keyed digests alone.
package struct ForgottenIdentities: Sendable {
  private let key: KeyedHash
  /// The HMAC-SHA256 (RFC 2104) of each under the key.
  package private(set) var digests: Set<Digest256>

  /// - Parameters:
  ///   - key: The key, of nothing absorbed yet.
  ///   - digests: What was erased before.
  package init(key: KeyedHash, digests: Set<Digest256> = []) {
    self.key = key
    self.digests = digests
  }

  package mutating func insert(_ identity: Span<UInt8>) { digests.insert(digest(of: identity)) }

  /// Whether an identity was erased.
  ///
  /// - Complexity: O(*n*) in its bytes.
  package func contains(_ identity: Span<UInt8>) -> Bool { digests.contains(digest(of: identity)) }

  private func digest(of identity: Span<UInt8>) -> Digest256 {
    var code = key
    code.update(identity)
    return code.finalize()
  }
}
