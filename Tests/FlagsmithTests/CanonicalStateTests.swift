import Bytes
import Flagsmith
import Foundation
import JSON
import TestSupport
import Testing

@Suite("Canonical states")
struct CanonicalStateTests {
  static func body(
    _ flags: [MadeJSON],
    _ segments: [MadeJSON],
    _ random: inout SeededGenerator
  ) -> String {
    MadeJSON.object([
      ("flags", .array(flags.shuffled(using: &random))), ("identity", .text("Zoë")),
      ("segments", .array(segments.shuffled(using: &random))), ("traits", .array([])),
    ]).write(&random)
  }

  @Test("do not depend on the order of flags and keys, on notation and on repeats")
  func notation() throws {
    for seed in TestSeed.cases(200) {
      var random = SeededGenerator(seed: seed)
      var flags = (0..<random.number(0...6)).map { _ in MadeJSON.flag(&random) }
      var segments = (0..<random.number(0...4)).map { _ -> MadeJSON in
        .object([
          ("id", .literal(String(random.number(1...3)))),
          ("name", .text(random.one(of: MadeJSON.texts))),
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
      let flags = (0..<random.number(0...6)).map { _ in MadeJSON.flag(&random) }
      let text = MadeJSON.object([
        ("identity", .text("Zoë")), ("segments", .array([])), ("traits", .array([])),
      ]).write(&random)
      let body =
        "{\"flags\":" + MadeJSON.array(flags).write(&random)
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
