import TestSupport

/// Few beginnings and few tails, of which many bodies are made.
struct SentBodies {
  /// The text of a body in two parts.
  struct Body: Hashable {
    /// Up to the end of `flags`.
    var beginning: String
    /// After that.
    var tail: String

    var text: String { beginning + tail }
  }

  let notation: Notation
  private(set) var beginnings: [String] = []
  private(set) var tails: [String] = []

  private static let texts = [
    "a", "say \"so\"", "back\\slash\\\\", "a/b//", "\u{E9}t\u{E9}", "\u{1F69A}\u{1F469}",
    "tab\tend",
    "\u{7F}", String(repeating: "long ", count: 15), "", "]}, {", "\\\"",
  ]

  init(_ random: inout SeededGenerator) {
    notation = .random(&random)
    let pools = (1...2).map { environment in
      (0..<5).map { _ in Self.flag(environment, notation, &random) }
    }
    for _ in 0..<random.number(2...5) {
      let pool = random.one(of: pools)
      let flags = pool.shuffled(using: &random).prefix(random.number(0...pool.count))
      beginnings.append(beginning(Array(flags)))
    }
    beginnings.append(beginning([]))
    for _ in 0..<5 { tails.append(tail(&random)) }
  }

  func body(_ random: inout SeededGenerator) -> Body {
    Body(beginning: random.one(of: beginnings), tail: random.one(of: tails))
  }

  func beginning(_ flags: [String]) -> String {
    "{" + notation.string("flags") + notation.colon + notation.array(flags)
  }

  /// A member that follows others.
  func member(_ name: String, _ value: String) -> String {
    notation.comma + notation.string(name) + notation.colon + value
  }

  /// What follows the flags.
  func tail(_ random: inout SeededGenerator) -> String {
    let identity = "identity " + random.one(of: Self.texts) + "\(random.number(1...3))"
    let segments = (0..<random.number(0...3)).map { id in
      notation.object([
        ("id", "\(id)"), ("name", notation.string(random.one(of: Self.texts))),
        ("member", "\(random.once(in: 2))"),
      ])
    }
    let traits = (0..<random.number(0...3)).map { _ in
      notation.object([
        ("trait_key", notation.string("t" + random.one(of: Self.texts))),
        ("trait_value", Self.value(notation, &random)),
      ])
    }
    var tail = member("identity", notation.string(identity))
    if random.once(in: 2) { tail += member("segments", notation.array(segments)) }
    if random.once(in: 2) { tail += member("traits", notation.array(traits)) }
    return tail + "}"
  }

  private static func value(_ notation: Notation, _ random: inout SeededGenerator) -> String {
    let text = notation.string(random.one(of: texts))
    return random.one(of: ["null", "true", "-0", "12", "1.50", "1e400", "NaN", text, text])
  }

  static func flag(
    _ environment: Int,
    _ notation: Notation,
    _ random: inout SeededGenerator
  ) -> String {
    let feature = notation.object([
      ("id", "\(random.number(1...99))"),
      ("initial_value", random.once(in: 2) ? "null" : notation.string(random.one(of: texts))),
      ("name", notation.string("f" + random.one(of: texts))),
      ("type", notation.string(random.one(of: ["STANDARD", "MULTIVARIATE"]))),
    ])
    let variants = (0..<random.number(0...2)).map { id in
      notation.object([
        ("id", "\(id)"), ("value", value(notation, &random)), ("percentage_allocation", "12.5"),
      ])
    }
    var members = [
      ("enabled", "\(random.once(in: 2))"), ("environment", "\(environment)"),
      ("feature", feature), ("feature_state_value", value(notation, &random)),
      ("feature_segment", random.once(in: 4) ? "7" : "null"),
      ("identity", random.once(in: 4) ? "9" : "null"),
      ("percentage_allocation", random.one(of: ["null", "33.0", "0"])),
    ]
    if !variants.isEmpty {
      members.append(("multivariate_feature_state_values", notation.array(variants)))
    }
    return notation.object(members.shuffled(using: &random))
  }
}
