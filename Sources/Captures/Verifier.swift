package import Bytes

/// Decides whether deliveries are genuine.
package struct Verifier: Sendable {
  /// What a delivery is that goes on.
  package struct Acceptance: Sendable {
    package let verdict: Verdict
    /// The place of the secret that verified, among those of the run.
    package let secret: Int?
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

  /// How many secrets there are.
  package var secretCount: Int { keyring.secrets.count }

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

  /// The hash under a secret's key of the first bytes of a body, to go on from with ``verify(_:tail:after:)``.
  package func hash(
    under secret: Int,
    of body: borrowing ByteBuffer,
    upTo end: Int
  ) -> KeyedHash {
    var hash = keyring.hash(at: secret)
    hash.update(body.span.extracting(0..<end))
    return hash
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
    if let header = try signatureToProve(of: delivery) {
      return try verify(header, delivery, line: line, body: &body)
    }
    if case .parsed(let range) = delivery.body {
      Reconstruction(line.extracting(range)).writeAsStored(into: &body)
    }
    return .unsigned
  }

  /// Verifies one delivery whose body begins as one before it.
  ///
  /// - Parameters:
  ///   - delivery: The delivery.
  ///   - tail: The body's bytes after that beginning.
  ///   - beginning: For every secret the hash of that beginning under its key, where it is known.
  /// - Returns: What the delivery is; `nil` where nothing is proved this way, so that the whole body has to be looked at.
  /// - Throws: ``Rejection`` with `unsigned`, `malformedSignature` or `noSecret`.
  /// - Complexity: One HMAC-SHA256 over the tail per secret tried.
  package mutating func verify(
    _ delivery: Delivery,
    tail: borrowing ByteBuffer,
    after beginning: [KeyedHash?]
  ) throws(Rejection) -> Acceptance? {
    guard let header = try signatureToProve(of: delivery) else { return .unsigned }
    let secret = keyring.firstActive(at: delivery.receivedAt) { index, _ in
      guard var hash = beginning[index] else { return false }
      hash.update(tail.span)
      return hash.finalize().matchesInConstantTime(header.digest)
    }
    return secret.map { acceptance(.verified, $0, tries: 1) }
  }

  /// The signature that a delivery has to prove; `nil` where it goes on without one.
  private func signatureToProve(of delivery: Delivery) throws(Rejection) -> SignatureHeader? {
    let time = delivery.receivedAt
    switch delivery.claim {
    case .absent:
      if requiresSignature {
        throw Rejection(.unsigned, "no X-Flagsmith-Signature header", receivedAt: time)
      }
    case .malformed(let error):
      throw Rejection(.malformedSignature, error.description, receivedAt: time)
    case .signature(let header):
      if keyring.isAnyActive(at: time) { return header }
      if requiresSignature {
        throw Rejection(
          .noSecret,
          "none of the \(keyring.secrets.count) secrets is active then",
          receivedAt: time
        )
      }
    }
    return nil
  }

  private func acceptance(_ verdict: Verdict, _ secret: Int, tries: Int) -> Acceptance {
    Acceptance(
      verdict: verdict,
      secret: secret,
      environment: keyring.secrets[secret].environment,
      tries: tries
    )
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
      let secret = keyring.firstActive(at: time) { _, hash in
        var hash = hash
        hash.update(body.span)
        return hash.finalize().matchesInConstantTime(header.digest)
      }
      if let secret { return acceptance(.verified, secret, tries: 1) }
      throw Rejection(
        .signatureMismatch,
        "the body's HMAC is another under every active secret",
        receivedAt: time
      )
    case .parsed(let range):
      var reconstruction = Reconstruction(line.extracting(range))
      let secret = keyring.firstActive(at: time) { _, hash in
        reconstruction.find(header.digest, under: hash)
      }
      if let secret {
        body.removeAll()
        body.append(reconstruction.found.span)
        return acceptance(.reconstructed, secret, tries: reconstruction.tries)
      }
      throw Rejection(
        .signatureMismatch,
        "the capture held a parsed body, and none of \(reconstruction.tries) ways to write it again verifies",
        receivedAt: time
      )
    }
  }
}

extension Verifier.Acceptance {
  fileprivate static let unsigned = Self(
    verdict: .unsignedAccepted,
    secret: nil,
    environment: nil,
    tries: 0
  )
}
