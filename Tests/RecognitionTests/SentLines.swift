import Captures
import Crypto
import Foundation
import TestSupport

/// A line of an archive, and where it must end.
struct SentLine {
  var bytes: [UInt8]
  /// Why it must be rejected; `nil` where it must not.
  var fate: RejectionReason?
}

extension SentLine {
  /// The line with other bytes in the place of the first ones that are those of `text`.
  func replacing(_ text: String, _ other: String, _ fate: RejectionReason?) -> SentLine {
    var line = self
    let old = Array(text.utf8)
    guard let place = bytes.indices.first(where: { bytes[$0...].starts(with: old) }) else {
      return self
    }
    line.bytes.replaceSubrange(place..<place + old.count, with: Array(other.utf8))
    line.fate = fate
    return line
  }
}

/// Secrets that come and go.
struct Secrets {
  /// In microseconds.
  static let noon: Int64 = 1_774_699_200_000_000
  private static let keys = ["always", "from noon ☕", "until noon", "always"]

  static func verifier(requiresSignature: Bool) -> Verifier {
    Verifier(
      Keyring([
        Secret(name: "a", key: Array(keys[0].utf8), environment: 90, notBefore: noon - 3_000_000),
        Secret(name: "b", key: Array(keys[1].utf8), environment: 91, notBefore: noon),
        Secret(name: "c", key: Array(keys[2].utf8), environment: 92, notAfter: noon - 1),
        Secret(name: "d", key: Array(keys[3].utf8), environment: 93),
      ]),
      requiresSignature: requiresSignature
    )
  }

  /// The key of one that is active.
  static func key(at time: Int64, _ random: inout SeededGenerator) -> String {
    random.once(in: 2) ? keys[0] : time < noon ? keys[2] : keys[1]
  }

  /// The key of one that is not, or of none.
  static func wrongKey(at time: Int64, _ random: inout SeededGenerator) -> String {
    random.once(in: 3) ? "nobody's" : time < noon ? keys[1] : keys[2]
  }

  static func signature(_ text: String, _ key: String) -> String {
    let key = SymmetricKey(data: Data(key.utf8))
    return Hex.text(HMAC<SHA256>.authenticationCode(for: Data(text.utf8), using: key))
  }
}

/// Lines that hold bodies, genuine and not.
struct SentLines {
  let bodies: SentBodies
  let outer: Notation
  let requiresSignature: Bool
  /// Whether times are texts; records with numbers are not compared with those before.
  private let hasTimesAsText: Bool

  init(requiresSignature: Bool, _ random: inout SeededGenerator) {
    bodies = SentBodies(&random)
    outer = .random(&random)
    hasTimesAsText = !random.once(in: 3)
    self.requiresSignature = requiresSignature
  }

  /// A record with `members` for its body, in any order.
  func record(
    _ members: [(String, String)],
    signature: String?,
    at time: Int64,
    _ random: inout SeededGenerator
  ) -> String {
    let name = random.one(of: ["X-Flagsmith-Signature", "x-flagsmith-signature"])
    let headers = outer.object(signature.map { [(name, outer.string($0))] } ?? [])
    let path = outer.string("/hook/" + random.one(of: ["a", "a", "b", "\u{E9}"]))
    var all = [("received_at", written(time)), ("headers", headers), ("path", path)]
    all.insert(contentsOf: members, at: random.number(0...2))
    if random.once(in: 5) { all.append(("unknown", "[1, \"body\"]")) }
    return outer.object(all)
  }

  private func written(_ time: Int64) -> String {
    guard hasTimesAsText else { return "\(time)" }
    let seconds = (time - Secrets.noon) / 1_000_000
    let clock = seconds < 0 ? "11:59:\(60 + seconds)" : "12:00:0\(seconds)"
    return "\"2026-03-28T\(clock)Z\""
  }

  static func time(_ random: inout SeededGenerator) -> Int64 {
    Secrets.noon + Int64(random.number(-5...5)) * 1_000_000
  }

  /// A line as they should be.
  func genuine(_ random: inout SeededGenerator) -> SentLine {
    line(of: bodies.body(&random).text, nil, &random)
  }

  /// A line with a body under its right signature.
  func line(
    of text: String,
    _ fate: RejectionReason?,
    _ random: inout SeededGenerator
  ) -> SentLine {
    let time = Self.time(&random)
    let signature = Secrets.signature(text, Secrets.key(at: time, &random))
    let members = [("body", outer.string(text))]
    return SentLine(
      bytes: Array(record(members, signature: signature, at: time, &random).utf8),
      fate: fate
    )
  }

  /// A line with a body under the signature of another.
  func line(
    of text: String,
    signedFor other: String,
    _ random: inout SeededGenerator
  ) -> SentLine {
    let time = Self.time(&random)
    let signature = Secrets.signature(other, Secrets.key(at: time, &random))
    let members = [("body", outer.string(text))]
    return SentLine(
      bytes: Array(record(members, signature: signature, at: time, &random).utf8),
      fate: text == other ? nil : .signatureMismatch
    )
  }
}
