/// A JSON value that is written in one notation or another.
package indirect enum MadeJSON {
  case object([(String, MadeJSON)])
  case array([MadeJSON])
  case text(String)
  /// As it stands.
  case literal(String)

  /// Writes the value with keys, spaces and escapes by chance.
  package func write(_ random: inout SeededGenerator) -> String {
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

  /// Texts that are written in several ways, or look like something else.
  package static let texts = [
    "", "a", "\"", "\\", "/", "\n\t\u{8}\u{C}\r", "\u{0}\u{1F}\u{7F}", "é", "e\u{301}", "🚚", "中文",
    "[1,2]",
    "null", "\u{2028}",
  ]

  package static func flag(_ random: inout SeededGenerator) -> MadeJSON {
    let texts = texts
    let values: [MadeJSON] = [
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
}
