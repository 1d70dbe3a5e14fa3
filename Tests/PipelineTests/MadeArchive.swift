import Captures
import Crypto
import Foundation
import TestSupport

/// A line that the tests made, and where it must end.
struct MadeLine: Hashable {
  enum Fate: Hashable {
    case identity
    case event
    case rejected(RejectionReason)
  }

  /// Without its line feed.
  var bytes: [UInt8]
  var fate: Fate
}

/// Lines signed with secrets of the tests.
enum MadeLines {
  static let keys = ["old secret", "new secret ☕"]

  static func verifier(requiresSignature: Bool = true) -> Verifier {
    Verifier(
      Keyring(
        keys.enumerated().map { place, key in
          Secret(name: "key \(place)", key: Array(key.utf8), environment: Int64(90 + place))
        }
      ),
      requiresSignature: requiresSignature
    )
  }

  private static func signature(_ body: [UInt8], key: String) -> String {
    let code = HMAC<SHA256>.authenticationCode(
      for: Data(body),
      using: SymmetricKey(data: Data(key.utf8))
    )
    return code.map { byte in
      let digits = String(byte, radix: 16)
      return digits.count < 2 ? "0" + digits : digits
    }.joined()
  }

  private static func json(_ text: String) -> String {
    guard let data = try? JSONEncoder().encode(text) else { return "\"\"" }
    return String(decoding: data, as: UTF8.self)
  }

  /// A time of two days, of which many are equal or close to each other.
  private static func time(_ random: inout SeededGenerator) -> String {
    func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let day = random.number(28...29)
    let minute = padded(random.number(0...59))
    return "2026-03-\(day)T\(padded(random.one(of: [0, 8, 9, 22, 23]))):\(minute):07.25Z"
  }

  static func snapshot(_ random: inout SeededGenerator) -> String {
    let environment = random.number(1...2)
    let flags = (0..<random.number(0...4)).map { _ -> String in
      let id = random.number(1...3)
      let value = random.one(of: ["null", "true", "1", "2.5", "\"blue\"", "\"é\"", "\"\""])
      let type = random.one(of: ["STANDARD", "MULTIVARIATE"])
      return """
        {"enabled": \(random.once(in: 2)), "environment": \(environment), "feature": {"id": \(id), \
        "initial_value": null, "name": "feature \(id)", "type": "\(type)"}, "feature_state_value": \(value)}
        """
    }
    let segments = (0..<random.number(0...3)).map { _ in
      "{\"id\": \(random.number(1...2)), \"member\": \(random.once(in: 2)), \"name\": \"s\"}"
    }
    let traits = (0..<random.number(0...3)).map { _ -> String in
      let value = random.one(of: ["1", "2", "3", "1.5", "true", "null", "\"x\"", "NaN", "1" + zeros])
      return "{\"trait_key\": \"t\(random.number(1...2))\", \"trait_value\": \(value)}"
    }
    let identity = random.one(of: ["ana", "Zoë", "bob", "\u{1F69A}", "c", "d"])
    return """
      {"flags": [\(flags.joined(separator: ", "))], "identity": "\(identity)", \
      "segments": [\(segments.joined(separator: ", "))], "traits": [\(traits.joined(separator: ", "))]}
      """
  }

  private static let zeros = String(repeating: "0", count: 400)

  private static func record(_ body: String, signature: String?, time: String) -> [UInt8] {
    let headers = signature.map { "\"X-Flagsmith-Signature\": \"\($0)\"" } ?? ""
    return Array(
      "{\"received_at\": \"\(time)\", \"headers\": {\(headers)}, \"body\": \(json(body))}".utf8
    )
  }

  private static func signed(
    _ body: String,
    _ fate: MadeLine.Fate,
    _ random: inout SeededGenerator
  ) -> MadeLine {
    let signature = signature(Array(body.utf8), key: random.one(of: keys))
    let time = time(&random)
    return MadeLine(bytes: record(body, signature: signature, time: time), fate: fate)
  }

  /// A line that goes on, as most do.
  static func snapshotLine(_ random: inout SeededGenerator) -> MadeLine {
    signed(snapshot(&random), .identity, &random)
  }

  /// A line of any kind.
  static func line(_ random: inout SeededGenerator) -> MadeLine {
    if random.once(in: 2) { return snapshotLine(&random) }
    let body = snapshot(&random)
    let good = signature(Array(body.utf8), key: keys[0])
    let now = time(&random)
    func text(_ text: String, _ reason: RejectionReason) -> MadeLine {
      MadeLine(bytes: Array(text.utf8), fate: .rejected(reason))
    }
    switch random.number(0...15) {
    case 0:
      return signed("{\"data\": {}, \"event_type\": \"FLAG_DELETED\"}", .event, &random)
    case 1:
      return MadeLine(
        bytes: record(body, signature: nil, time: now),
        fate: .rejected(.unsigned)
      )
    case 2:
      return MadeLine(
        bytes: record(body + " ", signature: good, time: now),
        fate: .rejected(.signatureMismatch)
      )
    case 3:
      return MadeLine(
        bytes: record(body, signature: good.uppercased() + "0", time: now),
        fate: .rejected(.malformedSignature)
      )
    case 4: return signed("{\"flags\": [}", .rejected(.payloadNotJSON), &random)
    case 5: return signed("{\"flags\": [], \"identity\": 5}", .rejected(.payloadShape), &random)
    case 6:
      return MadeLine(
        bytes: Array("{\"body\": \"".utf8) + [0xFF, 0xC0, 0x80] + Array("\"}".utf8),
        fate: .rejected(.notJSON)
      )
    case 7: return text("not JSON \u{1} \"é\" \\ \u{7F} \t x", .notJSON)
    case 8: return text("[1, 2, 3]", .envelopeUnrecognised)
    case 9: return text("{\"body\": \"x\"}", .timeMissing)
    case 10: return text("{\"received_at\": \"yesterday\", \"body\": \"x\"}", .timeInvalid)
    case 11: return text("{\"received_at\": \"1999-12-31T23:59:59Z\", \"body\": \"x\"}", .timeOutOfRange)
    case 12: return text("{\"received_at\": \"\(now)\", \"headers\": {}}", .bodyMissing)
    case 13: return text("{\"received_at\": \"\(now)\", \"body\": \"\\ud800\"}", .bodyEncoding)
    case 14: return text("{\"received_at\": \"\(now)\", \"body_base64\": \"?\"}", .bodyEncoding)
    default: return text("{\"received_at\": \"\(now)\", \"body\": \"\(random.next())\" ", .notJSON)
    }
  }
}

/// Lines and the bytes between them.
struct MadeArchive {
  var lines: [MadeLine]
  /// The plain bytes.
  var plain: [UInt8] = []
  /// The number and the offset of each line.
  var places: [(number: Int, offset: Int)] = []

  /// Joins lines, with blank lines and carriage returns between them by chance.
  init(_ lines: [MadeLine], _ random: inout SeededGenerator) {
    self.lines = lines
    var number = 1
    for place in lines.indices {
      while random.once(in: 6) {
        plain += Array(random.one(of: ["\n", "  \n", "\r\n"]).utf8)
        number += 1
      }
      if random.once(in: 8) { self.lines[place].bytes.append(0x0D) }
      places.append((number, plain.count))
      plain += self.lines[place].bytes
      if place < lines.count - 1 || random.once(in: 2) { plain.append(0x0A) }
      number += 1
    }
  }

  static func random(_ count: Int, _ random: inout SeededGenerator) -> MadeArchive {
    let lines = (0..<count).map { _ in MadeLines.line(&random) }
    return MadeArchive(lines, &random)
  }

  func count(_ fate: MadeLine.Fate) -> Int64 { Int64(lines.count { $0.fate == fate }) }
}
