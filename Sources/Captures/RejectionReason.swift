/// Why a line was quarantined, in the order in which the checks are made.
package enum RejectionReason: String, CaseIterable, Hashable, Sendable {
  case notJSON = "not_json"
  case envelopeUnrecognised = "envelope_unrecognised"
  case timeMissing = "time_missing"
  case timeInvalid = "time_invalid"
  case timeOutOfRange = "time_out_of_range"
  case bodyMissing = "body_missing"
  case bodyEncoding = "body_encoding"
  case lineTooLong = "line_too_long"
  case unsigned
  case malformedSignature = "malformed_signature"
  case signatureMismatch = "signature_mismatch"
  case noSecret = "no_secret"
  case payloadNotJSON = "payload_not_json"
  case payloadShape = "payload_shape"
}

/// That a line was rejected, and what to tell its reader.
package struct Rejection: Error, Hashable, Sendable {
  package let reason: RejectionReason
  /// A phrase for a person: what was wrong and where.
  package let detail: String
  /// When the request was received, in microseconds since the epoch, where that is known.
  package let receivedAt: Int64?

  package init(_ reason: RejectionReason, _ detail: String, receivedAt: Int64? = nil) {
    self.reason = reason
    self.detail = detail
    self.receivedAt = receivedAt
  }
}
