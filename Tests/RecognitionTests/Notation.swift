import TestSupport

/// How a sender writes JSON.
struct Notation {
  /// How the characters of a string are written.
  enum Escapes: CaseIterable {
    /// Only what must be escaped is.
    case fewest
    /// ASCII alone, and `\/`, as PHP writes.
    case ascii
    /// By code units where the others have short escapes.
    case codes
  }

  var isSpaced = true
  var escapes = Escapes.fewest

  var colon: String { isSpaced ? ": " : ":" }
  var comma: String { isSpaced ? ", " : "," }

  static func random(_ random: inout SeededGenerator) -> Self {
    Notation(isSpaced: random.once(in: 2), escapes: random.one(of: Escapes.allCases))
  }

  /// The inside of a string.
  func inside(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch (character, escapes) {
      case ("\"", .codes), ("\\", .codes), ("/", .codes), ("\u{0}"..<"\u{20}", _):
        result += Self.code(UInt16(character.value))
      case ("\"", _): result += "\\\""
      case ("\\", _): result += "\\\\"
      case ("/", .ascii): result += "\\/"
      case ("\u{80}"..., .ascii):
        for unit in String(character).utf16 { result += Self.code(unit) }
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }

  func string(_ text: String) -> String { "\"" + inside(text) + "\"" }

  func object(_ members: [(String, String)]) -> String {
    "{" + members.map { string($0) + colon + $1 }.joined(separator: comma) + "}"
  }

  func array(_ elements: [String]) -> String {
    "[" + elements.joined(separator: comma) + "]"
  }

  static func code(_ unit: UInt16) -> String {
    let digits = String(unit, radix: 16)
    return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
  }
}
