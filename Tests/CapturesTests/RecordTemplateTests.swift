import Bytes
import Captures
import Foundation
import TestSupport
import Testing

@Suite("Records like those before")
struct RecordTemplateTests {
  /// What a decoder makes of a line.
  enum Outcome: Hashable {
    case delivery(Int64, Delivery.Claim, Delivery.Body, [UInt8])
    case rejection(Rejection)

    init(_ line: [UInt8], _ decoder: inout CaptureDecoder) {
      do throws(Rejection) {
        let delivery = try decoder.decode(line.span)
        var body: [UInt8] = []
        body.append(decoder.body)
        self = .delivery(delivery.receivedAt, delivery.claim, delivery.body, body)
      } catch {
        self = .rejection(error)
      }
    }
  }

  /// Records that a tool may write: the same shape again and again, with other values.
  struct Family {
    private var parts: [String]
    private let separator: String
    private let colon: String

    init(_ random: inout SeededGenerator) {
      let isSpaced = random.once(in: 2)
      separator = isSpaced ? ", " : ","
      colon = isSpaced ? ": " : ":"
      parts = ["time", "headers", "body"]
      for part in ["id", "number", "nothing", "signature", "method", "list", "note"]
      where random.once(in: 3) { parts.append(part) }
      if random.once(in: 8) { parts.append(random.one(of: ["body", "headers", "time", "base64"])) }
      if random.once(in: 8) { parts.removeAll { $0 == "headers" } }
      if random.once(in: 3) { parts.shuffle(using: &random) }
    }

    func line(_ random: inout SeededGenerator) -> [UInt8] {
      let fields = parts.map { "\"" + $0 + "\"" + colon + value(of: $0, &random) }
      var text = "{" + fields.joined(separator: separator) + "}"
      for (part, key) in [
        ("time", "received_at"), ("signature", "x-flagsmith-signature"), ("base64", "body_base64"),
      ] { text = text.replacingOccurrences(of: "\"\(part)\"\(colon)", with: "\"\(key)\"\(colon)") }
      return Array(text.utf8)
    }

    private func value(of part: String, _ random: inout SeededGenerator) -> String {
      let number = random.number(0...99_999)
      switch part {
      case "time":
        let text = "\"2026-11-\(10 + number % 20)T08:15:30.\(100_000 + number)Z\""
        return random.once(in: 12)
          ? random.one(of: ["17\(number)00000", "null", "\"never\""]) : text
      case "headers":
        let signature = "\"X-Flagsmith-Signature\"\(colon)\"\(self.signature(number, &random))\""
        let length = "\"Content-Length\"\(colon)\"\(number)\""
        let host = "\"Host\"\(colon)\"hooks.example.com\""
        return "{" + [host, signature, length].joined(separator: separator) + "}"
      case "body":
        if random.once(in: 10) {
          return random.one(of: [
            "{\"a\": 1}", "null", "17", "\"\"", "\"\\ud800\"", "\"\\u00e9\u{e9}\"",
          ])
        }
        return
          "\"{\\\"flags\\\": [], \\\"n\\\": \(number), \\\"t\\\": \\\"a\\\\\\\"b\\\\u00e9\\\"}\""
      case "signature": return "\"\(signature(number, &random))\""
      case "id": return "\"\(number)\""
      case "number": return random.once(in: 4) ? "\(number)" : "7"
      case "nothing": return "null"
      case "list": return "[1\(separator)\"two\"]"
      case "base64": return random.one(of: ["true", "false", "null", "\"e30=\""])
      case "note":
        return random.once(in: 4)
          ? random.one(of: ["\"caf\u{e9}\"", "\"a\\\"b\"", "\"\\u0041\"", "\"\""])
          : "\"fine \(number % 3)\""
      default: return "\"POST\""
      }
    }

    private func signature(_ number: Int, _ random: inout SeededGenerator) -> String {
      if random.once(in: 12) {
        return random.one(of: ["", "abc", String(repeating: "G", count: 64)])
      }
      let digits = String(number, radix: 16)
      return String(repeating: "0", count: 64 - digits.count) + digits
    }
  }

  @Test("are read as if they were the first")
  func sameAsWithout() {
    var accepted = 0
    for seed in TestSeed.cases(80) {
      var random = SeededGenerator(seed: seed)
      var families = (0..<random.number(1...6)).map { _ in Family(&random) }
      var with = CaptureDecoder()
      var without = CaptureDecoder(usesTemplates: false)
      for _ in 0..<120 {
        if random.once(in: 40) { families.append(Family(&random)) }
        var line = random.one(of: families).line(&random)
        if random.once(in: 6) { Self.damage(&line, &random) }
        let expected = Outcome(line, &without)
        #expect(
          Outcome(line, &with) == expected,
          "seed \(seed): \(String(decoding: line, as: UTF8.self))"
        )
        if case .delivery = expected { accepted += 1 }
      }
    }
    #expect(accepted > 4000, "most lines are good ones")
  }

  /// Changes, removes or adds a byte.
  static func damage(_ line: inout [UInt8], _ random: inout SeededGenerator) {
    let place = random.number(0...line.count - 1)
    let byte = random.one(of: Array("\"\\{}[]:, 0aZ\u{1}\u{e9}".utf8))
    switch random.number(0...3) {
    case 0: line[place] = byte
    case 1: line.remove(at: place)
    case 2: line.append(byte)
    default: line.insert(byte, at: place)
    }
  }
}
