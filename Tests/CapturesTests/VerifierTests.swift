import Captures
import TestSupport
import Testing

@Suite("A verifier")
struct VerifierTests {
  static func verifier(
    _ keys: String...,
    environment: Int64? = nil,
    required: Bool = true,
    to notAfter: Int64? = nil
  ) -> Verifier {
    let secrets = keys.map {
      Secret(name: $0, key: Array($0.utf8), environment: environment, notAfter: notAfter)
    }
    return Verifier(Keyring(secrets), requiresSignature: required)
  }

  static let exact = ["plain", "empty body", "non-ascii body", "as stored", "unsorted", "floats"]

  @Test("proves the bytes of a body", arguments: exact, [true, false])
  func verified(name: String, required: Bool) throws {
    let signed = try SignedBody.named(name)
    var verifier = Self.verifier("other", "first", environment: 2, required: required)
    let result = Verification.of(signed.line(), &verifier)
    let expected = Verification(verdict: .verified, environment: 2, tries: 1, body: signed.body)
    #expect(result == .success(expected))
  }

  @Test("refuses a body of which any byte was changed, or a wrong secret", arguments: exact)
  func mismatched(name: String) throws {
    let signed = try SignedBody.named(name)
    var wrong = Self.verifier("First", "first ", required: false)
    #expect(Verification.of(signed.line(), &wrong).reason == .signatureMismatch)
    var right = Self.verifier("first", required: false)
    for place in 0...signed.body.count {
      var changed = signed.body
      if place < changed.count { changed[place] ^= 1 } else { changed.append(0x0A) }
      guard let text = String(validating: changed, as: UTF8.self) else { continue }
      let line = signed.line(body: JSONText.string(text))
      #expect(Verification.of(line, &right).reason == .signatureMismatch, "byte \(place)")
    }
  }

  /// A record's fields, and what becomes of it where a signature is and is not required.
  static let orderedChecks:
    [(fields: String, required: RejectionReason?, optional: RejectionReason?)] = [
      (#""body":"x""#, .unsigned, nil),
      (#""body":{"a":1}"#, .unsigned, nil),
      (
        #""body":"x","headers":{"X-Flagsmith-Signature":""}"#, .malformedSignature,
        .malformedSignature
      ),
      (
        #""body":"x","headers":{"X-Flagsmith-Signature":["a","b"]}"#, .malformedSignature,
        .malformedSignature
      ),
      (#""body":"\ud800""#, .bodyEncoding, .bodyEncoding),
      (#""headers":{"X-Flagsmith-Signature":"""#, .notJSON, .notJSON),
      (#""headers":{"X-Flagsmith-Signature":""}"#, .bodyMissing, .bodyMissing),
    ]

  @Test("rejects in the order of the checks", arguments: orderedChecks)
  func order(fields: String, required: RejectionReason?, optional: RejectionReason?) {
    // Also with no secret at all: a missing or broken signature is told first.
    for keys in [["first"], []] {
      let secrets = keys.map { Secret(name: $0, key: Array($0.utf8), environment: 9) }
      for (isRequired, reason) in [(true, required), (false, optional)] {
        var verifier = Verifier(Keyring(secrets), requiresSignature: isRequired)
        let result = Verification.of("{\"received_at\":1790000000,\(fields)}", &verifier)
        #expect(result.reason == reason)
        if case .success(let verification) = result {
          #expect(verification.verdict == .unsignedAccepted)
          #expect(verification.environment == nil)
          #expect(verification.tries == 0)
        }
      }
    }
  }

  @Test("without an active secret rejects, unless that is allowed")
  func noSecret() throws {
    let signed = try SignedBody.named("plain")
    let time: Int64 = 1_790_000_000
    for (isRequired, notAfter, verdict) in [
      (true, time * 1_000_000, Verdict.verified), (true, time * 1_000_000 - 1, nil),
      (false, time * 1_000_000, .verified), (false, time * 1_000_000 - 1, .unsignedAccepted),
    ] {
      var verifier = Self.verifier("first", environment: 3, required: isRequired, to: notAfter)
      let result = Verification.of(signed.line(time: time), &verifier)
      switch verdict {
      case nil: #expect(result.reason == .noSecret)
      case let verdict?:
        let verification = try result.get()
        #expect(verification.verdict == verdict)
        #expect(verification.environment == (verdict == .verified ? 3 : nil))
        #expect(verification.body == signed.body)
      }
    }
  }

  @Test("says when the rejected was received")
  func rejectionTime() throws {
    let signed = try SignedBody.named("plain")
    var wrong = Self.verifier("second")
    var none = Verifier(Keyring([]))
    for result in [
      Verification.of(signed.line(), &wrong), Verification.of(signed.line(), &none),
      Verification.of(#"{"received_at":1790000000,"body":""}"#, &wrong),
      Verification.of(#"{"received_at":1790000000,"body":"","X-Flagsmith-Signature":"1"}"#, &wrong),
    ] {
      guard case .failure(let rejection) = result else {
        Issue.record("accepted")
        continue
      }
      #expect(rejection.receivedAt == 1_790_000_000_000_000)
      #expect(!rejection.detail.isEmpty)
      #expect(!rejection.detail.contains("second"))
    }
  }
}
