import Flagsmith
import Testing

@Suite("Bodies that are no payload")
struct ShapeFaultTests {
  /// A body with a fault, and a word of the message that tells which.
  struct Fault: Sendable, CustomTestStringConvertible {
    var body: String
    var word: String
    var testDescription: String { body }

    init(_ body: String, _ word: String) {
      self.body = body
      self.word = word
    }

    /// A fault in the only flag of a snapshot.
    static func flag(_ members: String, _ word: String) -> Fault {
      Fault("{\"flags\": [{\(members)}], \"identity\": \"x\"}", word)
    }

    /// A fault in the feature of the only flag.
    static func feature(_ members: String, _ word: String) -> Fault {
      flag("\"enabled\": true, \"feature\": {\(members)}", word)
    }

    static func segment(_ members: String, _ word: String) -> Fault {
      Fault("{\"flags\": [], \"identity\": \"x\", \"segments\": [{\(members)}]}", word)
    }

    static func trait(_ members: String, _ word: String) -> Fault {
      Fault("{\"flags\": [], \"identity\": \"x\", \"traits\": [{\(members)}]}", word)
    }
  }

  static let feature = "\"feature\": {\"id\": 1, \"name\": \"a\", \"type\": \"T\"}"

  static let faults: [Fault] = [
    Fault("{}", "flags"),
    Fault("[]", "flags"),
    Fault("5", "flags"),
    Fault("NaN", "flags"),
    Fault("\"text\"", "flags"),
    Fault("{\"segments\": [], \"traits\": []}", "flags"),
    Fault("{\"flags\": []}", "identity"),
    Fault("{\"identity\": \"x\"}", "flags"),
    Fault("{\"flags\": [], \"identity\": \"\"}", "identity"),
    Fault("{\"flags\": [], \"identity\": null}", "identity"),
    Fault("{\"flags\": [], \"identity\": 5}", "identity"),
    Fault("{\"flags\": [], \"identity\": [\"x\"]}", "identity"),
    Fault("{\"flags\": [], \"identity\": \"\\ud800\"}", "identity"),
    Fault("{\"flags\": [], \"identity\": \"\\udc00\\ud800\"}", "identity"),
    Fault("{\"flags\": null, \"identity\": \"x\"}", "flags"),
    Fault("{\"flags\": {}, \"identity\": \"x\"}", "flags"),
    Fault("{\"flags\": [5], \"identity\": \"x\"}", "flags"),
    Fault("{\"flags\": [[]], \"identity\": \"x\"}", "flags"),
    Fault("{\"flags\": [], \"identity\": \"x\", \"segments\": null}", "segments"),
    Fault("{\"flags\": [], \"identity\": \"x\", \"segments\": {}}", "segments"),
    Fault("{\"flags\": [], \"identity\": \"x\", \"segments\": [1]}", "segments"),
    Fault("{\"flags\": [], \"identity\": \"x\", \"traits\": \"\"}", "traits"),
    Fault("{\"flags\": [], \"identity\": \"x\", \"traits\": [null]}", "traits"),
    .flag("", "enabled"),
    .flag(feature, "enabled"),
    .flag("\"enabled\": 1, \(feature)", "enabled"),
    .flag("\"enabled\": null, \(feature)", "enabled"),
    .flag("\"enabled\": \"true\", \(feature)", "enabled"),
    .flag("\"enabled\": true", "feature"),
    .flag("\"enabled\": true, \"feature\": null", "feature"),
    .flag("\"enabled\": true, \"feature\": [1]", "feature"),
    .flag("\"enabled\": true, \"environment\": \"1\", \(feature)", "environment"),
    .flag("\"enabled\": true, \"environment\": 1.0, \(feature)", "environment"),
    .flag("\"enabled\": true, \"environment\": 1e3, \(feature)", "environment"),
    .flag("\"enabled\": true, \"environment\": 9223372036854775808, \(feature)", "environment"),
    .flag("\"enabled\": true, \"environment\": {}, \(feature)", "environment"),
    .flag("\"enabled\": true, \"identity\": \"7\", \(feature)", "identity"),
    .flag("\"enabled\": true, \"feature_segment\": true, \(feature)", "feature_segment"),
    .flag("\"enabled\": true, \"feature_state_value\": [1], \(feature)", "feature_state_value"),
    .flag("\"enabled\": true, \"feature_state_value\": {}, \(feature)", "feature_state_value"),
    .flag(
      "\"enabled\": true, \"feature_state_value\": \"\\ud83d!\", \(feature)",
      "feature_state_value"
    ),
    .flag("\"enabled\": true, \"percentage_allocation\": \"5\", \(feature)", "percentage_allocation"),
    .flag("\"enabled\": true, \"percentage_allocation\": true, \(feature)", "percentage_allocation"),
    .feature("\"name\": \"a\", \"type\": \"T\"", "feature.id"),
    .feature("\"id\": null, \"name\": \"a\", \"type\": \"T\"", "feature.id"),
    .feature("\"id\": \"1\", \"name\": \"a\", \"type\": \"T\"", "feature.id"),
    .feature("\"id\": -9223372036854775809, \"name\": \"a\", \"type\": \"T\"", "feature.id"),
    .feature("\"id\": Infinity, \"name\": \"a\", \"type\": \"T\"", "feature.id"),
    .feature("\"id\": 1, \"type\": \"T\"", "feature.name"),
    .feature("\"id\": 1, \"name\": null, \"type\": \"T\"", "feature.name"),
    .feature("\"id\": 1, \"name\": \"\\udfff\", \"type\": \"T\"", "feature.name"),
    .feature("\"id\": 1, \"name\": \"a\"", "feature.type"),
    .feature("\"id\": 1, \"name\": \"a\", \"type\": 5", "feature.type"),
    .feature("\"id\": 1, \"name\": \"a\", \"type\": \"\\ud900\"", "feature.type"),
    .feature("\"id\": 1, \"name\": \"a\", \"type\": \"T\", \"initial_value\": 5", "initial_value"),
    .feature("\"id\": 1, \"name\": \"a\", \"type\": \"T\", \"initial_value\": []", "initial_value"),
    .feature(
      "\"id\": 1, \"name\": \"a\", \"type\": \"T\", \"initial_value\": \"\\ud800\"",
      "initial_value"
    ),
    .segment("\"name\": \"s\", \"member\": true", "segment.id"),
    .segment("\"id\": 1.5, \"name\": \"s\", \"member\": true", "segment.id"),
    .segment("\"id\": 1, \"member\": true", "segment.name"),
    .segment("\"id\": 1, \"name\": \"\\ud800\", \"member\": true", "segment.name"),
    .segment("\"id\": 1, \"name\": \"s\"", "segment.member"),
    .segment("\"id\": 1, \"name\": \"s\", \"member\": 1", "segment.member"),
    .trait("\"trait_value\": 1", "trait_key"),
    .trait("\"trait_key\": null, \"trait_value\": 1", "trait_key"),
    .trait("\"trait_key\": \"\\ud800\", \"trait_value\": 1", "trait_key"),
    .trait("\"trait_key\": \"a\"", "trait_value"),
    .trait("\"trait_key\": \"a\", \"trait_value\": []", "trait_value"),
    .trait("\"trait_key\": \"a\", \"trait_value\": {\"b\": 1}", "trait_value"),
    .trait("\"trait_key\": \"a\", \"trait_value\": \"\\udc00\"", "trait_value"),
    Fault(
      """
      {"flags": [{"enabled": true, "environment": 1, \(feature)}, {"enabled": true, \(feature)}], "identity": "x"}
      """,
      "environments"
    ),
    Fault("{\"event_type\": \"FLAG_UPDATED\"}", "event_type"),
    Fault("{\"data\": {}}", "event_type"),
    Fault("{\"event_type\": 5, \"data\": {}}", "event_type"),
    Fault("{\"event_type\": \"flag_updated\", \"data\": {}}", "event_type"),
    Fault("{\"event_type\": \"OTHER\", \"data\": {}}", "event_type"),
    Fault("{\"event_type\": \"FLAG_UPDATED\", \"data\": []}", "data"),
    Fault("{\"event_type\": \"FLAG_UPDATED\", \"data\": null}", "data"),
  ]

  @Test("of another shape name the key", arguments: faults)
  func shape(fault: Fault) throws {
    let error = try #require(Decoded.error(of: fault.body))
    guard case .shape(let detail) = error else {
      Issue.record("\(error)")
      return
    }
    #expect(detail.contains(fault.word))
  }

  @Test(
    "that are not JSON say so, whatever their shape is",
    arguments: [
      "", " ", "{", "}", "{\"flags\": []", "{\"flags\": [],}", "{\"flags\": [1,]}", "{flags: []}",
      "{\"flags\": [], \"identity\": \"x\"} {}", "{\"flags\": [], \"identity\": \"\u{1}\"}",
      "{\"flags\": [], \"identity\": \"\\x\"}", "{\"flags\": 01}", "{\"a\": nan}", "{\"a\": +Infinity}",
      "{\"a\": -NaN}", "{\"a\": Infinit}", "{\"flags\": 5, \"identity\": 5, \"x\": tru}",
      "{\"event_type\": \"FLAG_UPDATED\", \"data\": {\"a\": 1 \"b\": 2}}", "\u{FEFF}{}", "'x'", "// {}",
    ]
  )
  func notJSON(body: String) throws {
    let error = try #require(Decoded.error(of: body))
    guard case .notJSON = error else {
      Issue.record("\(error)")
      return
    }
  }

  @Test("of bytes that are not UTF-8 are not JSON")
  func notUTF8() {
    var decoder = PayloadDecoder()
    let body = Array("{\"flags\": [], \"identity\": \"".utf8) + [0xFF] + Array("\"}".utf8)
    do throws(PayloadError) {
      _ = try Decoded(body, &decoder)
      Issue.record("it was taken")
    } catch {
      guard case .notJSON = error else {
        Issue.record("\(error)")
        return
      }
    }
  }

  @Test("too deep are not JSON, at the limit they are")
  func depth() {
    func body(_ levels: Int) -> String {
      let arrays = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
      return "{\"flags\": [], \"identity\": \"x\", \"y\": \(arrays)}"
    }
    #expect(Decoded.error(of: body(511)) == nil)
    guard case .notJSON = Decoded.error(of: body(512)) else {
      Issue.record("513 levels were taken")
      return
    }
  }

  @Test("are forgotten by the decoder when the next one comes")
  func forgotten() throws {
    let good = "{\"flags\": [], \"identity\": \"good\", \"traits\": [{\"trait_key\": \"a\", \"trait_value\": 1}]}"
    let alone = try Decoded(good)
    var decoder = PayloadDecoder()
    for fault in Self.faults {
      _ = try? Decoded(fault.body, &decoder)
      #expect(try Decoded(good, &decoder) == alone)
    }
  }

  @Test(
    "may hold a fault under a key that is given again, for the last one counts",
    arguments: [
      "{\"flags\": 5, \"flags\": [], \"identity\": \"x\"}",
      "{\"flags\": [{}], \"identity\": \"x\", \"flags\": []}",
      "{\"flags\": [], \"identity\": \"\", \"identity\": \"x\"}",
      "{\"flags\": [], \"identity\": \"x\", \"segments\": 1, \"segments\": []}",
      "{\"flags\": [], \"identity\": \"x\", \"traits\": [{\"trait_key\": 1}], \"traits\": []}",
      """
      {"flags": [{"enabled": true, "feature": 5, "feature": {"id": 1, "name": "a", "type": "T"}}], "identity": "x"}
      """,
    ]
  )
  func lastCounts(body: String) { #expect(Decoded.error(of: body) == nil) }
}
