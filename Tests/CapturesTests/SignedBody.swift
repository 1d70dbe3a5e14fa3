import Bytes
import Captures
import TestSupport

/// A row of `Fixtures/signed.tsv`: a body and the code that Python's hmac gives it.
struct SignedBody {
  let key: [UInt8]
  let body: [UInt8]
  let signature: String

  static func named(_ name: String) throws -> SignedBody {
    let rows = try Fixture.rows("signed.tsv")
    guard let row = rows.first(where: { $0[0] == name }) else { throw UnknownName(name: name) }
    return SignedBody(key: Hex.bytes(row[1]), body: Hex.bytes(row[2]), signature: row[3])
  }

  struct UnknownName: Error {
    let name: String
  }

  var text: String { String(decoding: body, as: UTF8.self) }

  /// A capture of the body in the form of a JSON value, a string or any other.
  func line(body: String, time: Int64 = 1_790_000_000, more: String = "") -> String {
    #"{"received_at":\#(time),"headers":{"X-Flagsmith-Signature":"\#(signature)"},"body":\#(body)\#(more)}"#
  }

  /// A capture of the body as a string.
  func line(time: Int64 = 1_790_000_000) -> String { line(body: JSONText.string(text), time: time) }
}

enum JSONText {
  /// A JSON string in which every UTF-16 code unit is escaped.
  static func string(_ text: String) -> String {
    let units = text.utf16.map { unit in
      let digits = String(unit, radix: 16)
      return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    }
    return "\"" + units.joined() + "\""
  }
}

/// What became of a line, as a value.
struct Outcome: Equatable {
  let receivedAt: Int64
  let claim: Delivery.Claim
  /// The body's bytes, or those of the value in the line that it was parsed into.
  let body: [UInt8]
  let isParsed: Bool

  /// Decodes `line` with a decoder of its own.
  static func of(_ line: String) -> Result<Outcome, Rejection> {
    var decoder = CaptureDecoder()
    return of(Array(line.utf8), &decoder)
  }

  static func of(_ line: [UInt8], _ decoder: inout CaptureDecoder) -> Result<Outcome, Rejection> {
    do throws(Rejection) {
      let delivery = try decoder.decode(line.span)
      var body: [UInt8] = []
      body.append(decoder.body)
      var isParsed = false
      if case .parsed(let range) = delivery.body {
        isParsed = true
        body = Array(line[range])
      }
      return .success(
        Outcome(
          receivedAt: delivery.receivedAt,
          claim: delivery.claim,
          body: body,
          isParsed: isParsed
        )
      )
    } catch {
      return .failure(error)
    }
  }
}

/// What a verifier made of a line, as a value.
struct Verification: Equatable {
  let verdict: Verdict
  let environment: Int64?
  let tries: Int
  let body: [UInt8]

  static func of(
    _ line: String,
    _ verifier: inout Verifier
  ) -> Result<Verification, Rejection> {
    var decoder = CaptureDecoder()
    return of(Array(line.utf8), &decoder, &verifier)
  }

  static func of(
    _ line: [UInt8],
    _ decoder: inout CaptureDecoder,
    _ verifier: inout Verifier
  ) -> Result<Verification, Rejection> {
    do throws(Rejection) {
      let delivery = try decoder.decode(line.span)
      let acceptance = try verifier.verify(delivery, line: line.span, body: &decoder.body)
      var body: [UInt8] = []
      body.append(decoder.body)
      return .success(
        Verification(
          verdict: acceptance.verdict,
          environment: acceptance.environment,
          tries: acceptance.tries,
          body: body
        )
      )
    } catch {
      return .failure(error)
    }
  }
}

extension Result where Failure == Rejection {
  /// The reason of a rejection.
  var reason: RejectionReason? {
    if case .failure(let rejection) = self { rejection.reason } else { nil }
  }
}
