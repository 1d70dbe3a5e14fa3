import Bytes
import Flagsmith
import Foundation
import JSON
import TestSupport
import Testing

@Suite("Canonical states")
struct CanonicalStateTests {
  /// A JSON value that is written in one notation or another.
  indirect enum Value {
    case object([(String, Value)])
    case array([Value])
    case text(String)
    /// As it stands.
    case literal(String)

    /// Writes the value with keys, spaces and escapes by chance.
    func write(_ random: inout SeededGenerator) -> String {
      switch self {
      case .literal(let text): return text
      case .text(let text): return Self.quoted(text, &random)
      case .array(let elements):
        let written = elements.map { Self.space(&random) + $0.write(&random) + Self.space(&random) }
        return "[" + written.joined(separator: ",") + "]"
      case .object(let members):
        let written = members.shuffled(using: &random).map { name, value in
          Self.space(&random) + Self.quoted(name, &random) + Self.space(&random) + ":"
            + Self.space(&random) + value.write(&random)
        }
        return "{" + written.joined(separator: ",") + Self.space(&random) + "}"
      }
    }

    private static func space(_ random: inout SeededGenerator) -> String {
      random.one(of: ["", "", " ", "\n", "\t ", "\r\n"])
    }

    private static func quoted(_ text: String, _ random: inout SeededGenerator) -> String {
      var output = "\""
      for scalar in text.unicodeScalars {
        let mustEscape = scalar == "\"" || scalar == "\\" || scalar.value < 0x20
        if mustEscape || random.once(in: 4) {
          for unit in String(scalar).utf16 {
            let digits = String(unit, radix: 16, uppercase: random.once(in: 2))
            output += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
          }
        } else {
          output.unicodeScalars.append(scalar)
        }
      }
      return output + "\""
    }
  }

  static let texts = [
    "", "a", "\"", "\\", "/", "\n\t\u{8}\u{C}\r", "\u{0}\u{1F}\u{7F}", "é", "e\u{301}", "🚚", "中文",
    "[1,2]",
    "null", "\u{2028}",
  ]

  static func flag(_ random: inout SeededGenerator) -> Value {
    let texts = texts
    let values: [Value] = [
      .literal("null"), .literal("true"), .literal("false"), .literal("-12"), .literal("1.5"),
      .literal("123456789012345678901234567890"), .text(random.one(of: texts)),
    ]
    return .object([
      ("enabled", .literal(random.once(in: 2) ? "true" : "false")),
      ("environment", .literal("3")),
      (
        "feature",
        .object([
          ("id", .literal(String(random.number(1...4)))), ("name", .text(random.one(of: texts))),
          ("type", .text(random.one(of: ["STANDARD", "MULTIVARIATE"]))),
          ("initial_value", random.one(of: [.literal("null"), .text(random.one(of: texts))])),
          ("description", .text(random.one(of: texts))),
        ])
      ),
      ("feature_state_value", random.one(of: values)),
      ("percentage_allocation", .literal(random.one(of: ["null", "0", "33.5", "1e2", "NaN"]))),
      ("identity", .literal(random.one(of: ["null", "null", "8"]))),
      ("feature_segment", .literal(random.one(of: ["null", "null", "9"]))),
      ("id", .literal(String(random.number(1...100)))),
    ])
  }

  static func body(
    _ flags: [Value],
    _ segments: [Value],
    _ random: inout SeededGenerator
  ) -> String {
    Value.object([
      ("flags", .array(flags.shuffled(using: &random))), ("identity", .text("Zoë")),
      ("segments", .array(segments.shuffled(using: &random))), ("traits", .array([])),
    ]).write(&random)
  }

  @Test("do not depend on the order of flags and keys, on notation and on repeats")
  func notation() throws {
    for seed in TestSeed.cases(200) {
      var random = SeededGenerator(seed: seed)
      var flags = (0..<random.number(0...6)).map { _ in Self.flag(&random) }
      var segments = (0..<random.number(0...4)).map { _ -> Value in
        .object([
          ("id", .literal(String(random.number(1...3)))),
          ("name", .text(random.one(of: Self.texts))),
          ("member", .literal(random.one(of: ["true", "false"]))),
        ])
      }
      let first = try Decoded(Self.body(flags, segments, &random))
      if let repeated = flags.first { flags.append(repeated) }
      if let repeated = segments.last { segments.append(repeated) }
      #expect(try Decoded(Self.body(flags, segments, &random)) == first, "seed \(seed)")
      #expect(first.identity == "Zoë")
    }
  }

  @Test("are the same whether a body is read whole or its flags first")
  func parts() throws {
    for seed in TestSeed.cases(200) {
      var random = SeededGenerator(seed: seed)
      let flags = (0..<random.number(0...6)).map { _ in Self.flag(&random) }
      let text = Value.object([
        ("identity", .text("Zoë")), ("segments", .array([])), ("traits", .array([])),
      ]).write(&random)
      let body =
        "{\"flags\":" + Value.array(flags).write(&random)
        + (random.once(in: 8) ? ", \"flags\": []," : ",") + text.dropFirst()
      let whole = try Decoded(body)
      var buffer = ByteBuffer(minimumCapacity: 64)
      buffer.append(Array(body.utf8).span)
      var decoder = PayloadDecoder()
      let found = decoder.decodeFlags(of: buffer)
      let (end, environment) = try #require(found, "seed \(seed)")
      let digest = String(decoding: decoder.flagState.digest.hexadecimalBytes, as: UTF8.self)
      let offsets = decoder.flagOffsets
      let isRest = decoder.decode(rest: buffer, from: end)
      // A body whose flags are given again is read as a whole.
      #expect(isRest == !body.contains("\"flags\": []"), "seed \(seed)")
      guard isRest else { continue }
      #expect(digest == whole.flagDigest, "seed \(seed)")
      #expect(whole.payload == .snapshot(environment: environment), "seed \(seed)")
      #expect(String(decoding: decoder.identity.span) == whole.identity, "seed \(seed)")
      #expect(offsets.count == max(1, flags.count), "seed \(seed)")
      let bytes = Array(body.utf8)
      #expect(bytes[end - 1] == UInt8(ascii: "]"), "seed \(seed)")
      for offset in offsets.dropLast() {
        #expect(bytes[offset] == UInt8(ascii: "{"), "seed \(seed)")
      }
    }
    for body in [
      "[]", "{", "{\"identity\": \"x\", \"flags\": []}", "{\"flags\": 5}", "{\"flags\": [5]}",
    ] {
      var buffer = ByteBuffer(minimumCapacity: 64)
      buffer.append(Array(body.utf8).span)
      var decoder = PayloadDecoder()
      let found = decoder.decodeFlags(of: buffer)
      #expect(found == nil, "\(body)")
    }
  }

  @Test("are other ones when anything that is kept changes")
  func sensitivity() throws {
    func body(_ members: String, _ feature: String) -> String {
      "{\"flags\": [{\(members), \"feature\": {\(feature)}}], \"identity\": \"x\"}"
    }
    let members = "\"enabled\": true, \"environment\": 1"
    let feature = "\"id\": 1, \"name\": \"a\", \"type\": \"T\""
    let bodies = [
      body(members, feature),
      body("\"enabled\": false, \"environment\": 1", feature),
      body("\"enabled\": true, \"environment\": 2", feature),
      body("\"enabled\": true", feature),
      body(members + ", \"feature_state_value\": 1", feature),
      body(members + ", \"feature_state_value\": 1.0", feature),
      body(members + ", \"feature_state_value\": \"1\"", feature),
      body(members + ", \"feature_state_value\": true", feature),
      body(members + ", \"feature_state_value\": \"true\"", feature),
      body(members + ", \"feature_state_value\": \"null\"", feature),
      body(members + ", \"feature_state_value\": \"\"", feature),
      body(members + ", \"percentage_allocation\": 5", feature),
      body(members + ", \"percentage_allocation\": 5.5", feature),
      body(members + ", \"identity\": 5", feature),
      body(members + ", \"feature_segment\": 5", feature),
      body(members, feature + ", \"initial_value\": \"\""),
      body(members, "\"id\": 2, \"name\": \"a\", \"type\": \"T\""),
      body(members, "\"id\": 1, \"name\": \"A\", \"type\": \"T\""),
      body(members, "\"id\": 1, \"name\": \"a\", \"type\": \"t\""),
      "{\"flags\": [], \"identity\": \"x\"}",
    ]
    let digests = try bodies.map { try Decoded($0).flagDigest }
    #expect(Set(digests).count == bodies.count)
  }

  @Test("ignore what is not kept")
  func ignored() throws {
    let plain = "\"enabled\": true, \"feature\": {\"id\": 1, \"name\": \"a\", \"type\": \"T\"}"
    let first = try Decoded("{\"flags\": [{\(plain)}], \"identity\": \"x\"}")
    for more in [
      "\"id\": 5", "\"new\": {\"enabled\": false}", "\"identity\": null, \"feature_segment\": null",
      "\"percentage_allocation\": null", "\"feature_state_value\": null",
      "\"description\": \"\\ud800\"",
    ] {
      #expect(try Decoded("{\"flags\": [{\(plain), \(more)}], \"identity\": \"x\"}") == first)
    }
  }

  @Test("rows read from a canonical text are those that were written")
  func rows() throws {
    for seed in TestSeed.cases(100) {
      var random = SeededGenerator(seed: seed)
      let flags = (0..<random.number(0...6)).map { _ in Self.flag(&random) }
      let decoded = try Decoded(Self.body(flags, [], &random))
      let rows = try FlagRow.rows(of: Array(decoded.flagText.utf8).span)
      let truth = decoded.flagText.split(separator: "\n").map { line -> [String?] in
        // Foundation has no NaN; none of the texts contains the word.
        let text = line.replacingOccurrences(of: ",NaN,", with: ",-1,")
        let cells = try? JSONSerialization.jsonObject(with: Data(text.utf8)) as? [Any]
        return (cells ?? []).map { $0 is NSNull ? nil : "\($0)" }
      }
      #expect(rows.count == truth.count, "seed \(seed)")
      for (row, cells) in zip(rows, truth) {
        try #require(cells.count == 10)
        #expect(row.environment.map(String.init) == cells[0], "seed \(seed)")
        #expect(String(row.featureID) == cells[1], "seed \(seed)")
        #expect(row.feature == cells[2], "seed \(seed)")
        #expect(row.featureType == cells[3], "seed \(seed)")
        #expect(["1", "true"].contains(cells[4]) == row.enabled, "seed \(seed)")
        #expect(row.valueType == cells[5], "seed \(seed)")
        #expect(row.value == cells[6], "seed \(seed)")
        let percentage = row.percentageAllocation.map { $0.isNaN ? -1 : $0 }
        #expect(percentage == cells[7].flatMap(Double.init), "seed \(seed)")
        #expect(row.initialValue == cells[8], "seed \(seed)")
        #expect(row.override == cells[9], "seed \(seed)")
      }
    }
  }

  @Test("rows of segments are those that were written")
  func segmentRows() throws {
    let text = "[-9223372036854775808,\"\",false]\n[1,\"a\\\"\\u0000é\",true]\n"
    let rows = try SegmentRow.rows(of: Array(text.utf8).span)
    #expect(rows.map(\.segmentID) == [.min, 1])
    #expect(rows.map(\.segment) == ["", "a\"\u{0}é"])
    #expect(rows.map(\.member) == [false, true])
    #expect(try SegmentRow.rows(of: [UInt8]().span).isEmpty)
    for broken in ["[1,\"a\"]\n", "{}\n", "[1\n"] {
      #expect(throws: JSONError.self) { try SegmentRow.rows(of: Array(broken.utf8).span) }
    }
  }

  @Test("the empty state is named by the SHA-256 of nothing")
  func empty() throws {
    let decoded = try Decoded("{\"flags\": [], \"identity\": \"x\"}")
    // FIPS 180-4, the empty message.
    #expect(decoded.flagDigest == "e3b0c44298fc1c149afbf4c8996fb924")
    #expect(decoded.segmentDigest == decoded.flagDigest)
    #expect(decoded.payload == .snapshot(environment: nil))
  }

  @Test("an event's name counts whatever its notation", arguments: EventType.allCases)
  func events(type: EventType) throws {
    let escaped = type.rawValue.replacingOccurrences(of: "_", with: "\\u005f")
    for name in [type.rawValue, escaped] {
      let body = "{\"data\": {\"x\": [1]}, \"event_type\": \"\(name)\", \"segments\": 5}"
      #expect(try Decoded(body).payload == .event(type))
    }
  }
}
