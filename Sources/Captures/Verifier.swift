package import Bytes

/// Decides whether deliveries are genuine.
package struct Verifier: Sendable {
  /// What a delivery is that goes on.
  package struct Acceptance: Sendable {
    package let verdict: Verdict
    /// Flagsmith's environment id, where the secret that verified has one.
    package let environment: Int64?
    /// How many forms of the body it took; more than one only where it was reconstructed.
    package let tries: Int
  }

  private var keyring: Keyring
  private let requiresSignature: Bool

  /// A verifier with these secrets.
  ///
  /// - Parameters:
  ///   - keyring: The secrets.
  ///   - requiresSignature: Whether deliveries without a signature, or without an active secret to verify it with,
  ///     are rejected.
  package init(_ keyring: Keyring, requiresSignature: Bool = true) {
    self.keyring = keyring
    self.requiresSignature = requiresSignature
  }

  /// Why a delivery does not verify.
  ///
  /// - Parameters:
  ///   - delivery: The delivery.
  ///   - line: The line it was read from.
  ///   - body: The body's bytes, where the capture held them.
  /// - Returns: A sentence for a person; what it says of a secret or a body is proved by a digest that matches.
  /// - Complexity: Some ten HMAC-SHA256 over the body per secret.
  package func explain(
    _ delivery: Delivery,
    line: Span<UInt8>,
    body: borrowing ByteBuffer
  ) -> String {
    Diagnosis(delivery, line: line, body: body.span).explanation(keyring.secrets)
  }

  /// Verifies one delivery.
  ///
  /// - Parameters:
  ///   - delivery: The delivery.
  ///   - line: The line it was read from.
  ///   - body: The body's bytes; where the capture held a parsed body, they are written here.
  /// - Returns: What the delivery is.
  /// - Throws: ``Rejection`` with `unsigned`, `malformedSignature`, `noSecret` or `signatureMismatch`.
  /// - Complexity: One HMAC-SHA256 over the body per secret tried; see ``Reconstruction``.
  package mutating func verify(
    _ delivery: Delivery,
    line: Span<UInt8>,
    body: inout ByteBuffer
  ) throws(Rejection) -> Acceptance {
    let time = delivery.receivedAt
    switch delivery.claim {
    case .absent:
      if requiresSignature {
        throw Rejection(.unsigned, "no X-Flagsmith-Signature header", receivedAt: time)
      }
    case .malformed(let error):
      throw Rejection(.malformedSignature, error.description, receivedAt: time)
    case .signature(let header):
      if keyring.isAnyActive(at: time) {
        return try verify(header, delivery, line: line, body: &body)
      }
      if requiresSignature {
        throw Rejection(
          .noSecret,
          "none of the \(keyring.secrets.count) secrets is active then",
          receivedAt: time
        )
      }
    }
    if case .parsed(let range) = delivery.body {
      Reconstruction(line.extracting(range)).writeAsStored(into: &body)
    }
    return Acceptance(verdict: .unsignedAccepted, environment: nil, tries: 0)
  }

  private mutating func verify(
    _ header: SignatureHeader,
    _ delivery: Delivery,
    line: Span<UInt8>,
    body: inout ByteBuffer
  ) throws(Rejection) -> Acceptance {
    let time = delivery.receivedAt
    switch delivery.body {
    case .exact:
      let secret = keyring.firstActive(at: time) { hash in
        var hash = hash
        hash.update(body.span)
        return hash.finalize().matchesInConstantTime(header.digest)
      }
      if let secret {
        return Acceptance(verdict: .verified, environment: secret.environment, tries: 1)
      }
      throw Rejection(
        .signatureMismatch,
        "the body's HMAC is another under every active secret",
        receivedAt: time
      )
    case .parsed(let range):
      var reconstruction = Reconstruction(line.extracting(range))
      let secret = keyring.firstActive(at: time) { hash in
        reconstruction.find(header.digest, under: hash)
      }
      if let secret {
        body.removeAll()
        body.append(reconstruction.found.span)
        return Acceptance(
          verdict: .reconstructed,
          environment: secret.environment,
          tries: reconstruction.tries
        )
      }
      throw Rejection(
        .signatureMismatch,
        "the capture held a parsed body, and none of \(reconstruction.tries) ways to write it again verifies",
        receivedAt: time
      )
    }
  }
}
