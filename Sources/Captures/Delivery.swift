package import JSON

/// A capture that was understood.
package struct Delivery: Sendable {
  /// What a capture says of its signature.
  package enum Claim: Hashable, Sendable {
    case absent
    case malformed(SignatureHeader.ParseError)
    case signature(SignatureHeader)
  }

  /// What a capture holds of the request's body.
  package enum Body: Hashable, Sendable {
    /// The bytes as they were sent; where they are the text of a JSON string, it stands there in the line.
    case exact(JSONString?)
    /// A JSON value, at these offsets of the line, that the capture tool parsed the body into.
    case parsed(Range<Int>)
  }

  /// When the request was received, in microseconds since the epoch.
  package let receivedAt: Int64
  package let claim: Claim
  package let body: Body
}

/// What re-verification said of a delivery that goes on.
package enum Verdict: String, CaseIterable, Hashable, Sendable {
  /// The signature is that of the body's bytes.
  case verified
  /// The signature is that of a body written again from what the capture tool had parsed.
  case reconstructed
  /// There was no signature or no active secret, and the run accepts that.
  case unsignedAccepted = "unsigned_accepted"
}
