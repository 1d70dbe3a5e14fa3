internal import Bytes

extension Condition {
  /// That a text is no condition.
  package struct Fault: Error, Equatable, CustomStringConvertible {
    /// Counted in characters, the first is 1.
    package let column: Int
    package let message: String
    package var description: String { "column \(column): \(message)" }
  }

  /// The condition that a text writes.
  ///
  /// ```
  /// condition  = conjunction { "or" conjunction }
  /// conjunction = negation { "and" negation }
  /// negation   = [ "not" ] ( "(" condition ")" | test )
  /// test       = "segment" NAME | "active" "in" "last" NUMBER "days"
  ///            | subject ( SIGN literal | "in" "(" literal { "," literal } ")" | "exists" | "enabled" )
  /// subject    = [ "trait" | "feature" ] NAME
  /// SIGN       = "=" | "!=" | "<" | "<=" | ">" | ">="
  /// literal    = "text" | 'text' | NUMBER | "true" | "false" | "null"
  /// ```
  ///
  /// A name is a word of letters, digits, `_`, `-` and `.`, or any text in quotes. Words of the language are in lower case; to name
  /// something like them, quote it.
  ///
  /// - Throws: ``Fault``, which says where and what was expected.
  /// - Complexity: O(*n*) in the characters.
  package init(parsing text: String) throws(Fault) {
    var parser = try ConditionParser(text)
    self = try parser.condition()
    try parser.finish()
  }
}

/// Reads the tokens of a condition from front to back.
private struct ConditionParser {
  private static let greatestDepth = 50
  private static let greatestTokenCount = 1000

  private let tokens: [ConditionToken]
  private var place = 0
  private var depth = 0

  init(_ text: String) throws(Condition.Fault) {
    tokens = try ConditionToken.all(of: text)
    guard tokens.count <= Self.greatestTokenCount else {
      throw Condition.Fault(
        column: tokens[Self.greatestTokenCount].column,
        message: "the condition is too long; it may have \(Self.greatestTokenCount) words and signs"
      )
    }
  }

  mutating func condition() throws(Condition.Fault) -> Condition {
    var parts = [try conjunction()]
    while take(word: "or") { parts.append(try conjunction()) }
    return parts.count == 1 ? parts[0] : .any(parts)
  }

  private mutating func conjunction() throws(Condition.Fault) -> Condition {
    var parts = [try negation()]
    while take(word: "and") { parts.append(try negation()) }
    return parts.count == 1 ? parts[0] : .all(parts)
  }

  private mutating func negation() throws(Condition.Fault) -> Condition {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.greatestDepth else { throw expected("a condition that is less deep") }
    if take(word: "not") { return .not(try negation()) }
    guard take(sign: "(") else { return try test() }
    let inner = try condition()
    guard take(sign: ")") else { throw expected("and, or, or )") }
    return inner
  }

  private mutating func test() throws(Condition.Fault) -> Condition {
    if take(word: "segment") { return .segment(try name("the name of a segment")) }
    if token.isWord("active"), tokens[place + 1].isWord("in") {
      place += 2
      guard take(word: "last") else { throw expected("last") }
      guard case .number(let number) = token.kind, let days = Int(exactly: number),
        (1...100_000).contains(days)
      else { throw expected("a number of days") }
      place += 1
      guard take(word: "days") || take(word: "day") else { throw expected("days") }
      return .active(days: days)
    }
    let subject: Condition.Subject
    if take(word: "trait") {
      subject = .trait(try name("the key of a trait"))
    } else if take(word: "feature") {
      subject = .feature(try name("the name of a feature"))
    } else {
      subject = .named(try name("a trait, a feature, segment, active, not or ("))
    }
    return try test(of: subject)
  }

  private mutating func test(of subject: Condition.Subject) throws(Condition.Fault) -> Condition {
    if take(word: "exists") { return .exists(subject) }
    if token.isWord("enabled") {
      switch subject {
      case .feature(let name), .named(let name):
        place += 1
        return .enabled(feature: name)
      case .trait: throw expected("a comparison; a trait is not enabled")
      }
    }
    if take(word: "in") {
      guard take(sign: "(") else { throw expected("(") }
      var literals = [try literal()]
      while take(sign: ",") { literals.append(try literal()) }
      guard take(sign: ")") else { throw expected(", or )") }
      return .isAmong(subject, literals)
    }
    guard case .sign(let sign) = token.kind, let sign = Condition.Operator(rawValue: sign) else {
      throw expected("=, !=, <, <=, >, >=, in, exists or enabled")
    }
    place += 1
    return .compare(subject, sign, try literal())
  }

  private mutating func literal() throws(Condition.Fault) -> Condition.Literal {
    let literal: Condition.Literal
    switch token.kind {
    case .text(let text): literal = .text(text)
    case .number(let number): literal = .number(number)
    case .word("true"): literal = .boolean(true)
    case .word("false"): literal = .boolean(false)
    case .word("null"): literal = .null
    case .word(let word): throw expected("a value; a text stands in quotes: \"\(word)\"")
    case .sign, .end: throw expected("a value: a text in quotes, a number, true, false or null")
    }
    place += 1
    return literal
  }

  private static let words: Set<String> = [
    "and", "or", "not", "in", "last", "days", "day", "exists", "enabled", "true", "false", "null",
  ]

  private mutating func name(_ what: String) throws(Condition.Fault) -> String {
    switch token.kind {
    case .word(let word) where !Self.words.contains(word):
      place += 1
      return word
    case .text(let text) where !text.isEmpty:
      place += 1
      return text
    default: throw expected(what)
    }
  }

  func finish() throws(Condition.Fault) {
    guard case .end = token.kind else { throw expected("and, or, or the end") }
  }

  // MARK: - Tokens

  private var token: ConditionToken { tokens[min(place, tokens.count - 1)] }

  private mutating func take(word: String) -> Bool {
    guard token.isWord(word) else { return false }
    place += 1
    return true
  }

  private mutating func take(sign: String) -> Bool {
    guard case .sign(sign) = token.kind else { return false }
    place += 1
    return true
  }

  private func expected(_ what: String) -> Condition.Fault {
    Condition.Fault(column: token.column, message: "expected \(what), not \(token.text)")
  }
}

/// A word or sign of a condition.
private struct ConditionToken {
  enum Kind {
    case word(String)
    case text(String)
    case number(Double)
    case sign(String)
    case end
  }

  let kind: Kind
  let column: Int

  func isWord(_ word: String) -> Bool {
    if case .word(word) = kind { true } else { false }
  }

  /// For faults.
  var text: String {
    switch kind {
    case .word(let word): word
    case .text(let text): "\"\(text)\""
    case .number(let number): "\(number)"
    case .sign(let sign): sign
    case .end: "the end"
    }
  }

  /// The tokens of a text, of which the last is the end.
  static func all(of text: String) throws(Condition.Fault) -> [ConditionToken] {
    let characters = Array(text)
    var tokens: [ConditionToken] = []
    var place = 0
    while place < characters.count {
      let start = place
      let character = characters[place]
      func isWordPart(_ place: Int) -> Bool {
        place < characters.count
          && (characters[place].isLetter || characters[place].isNumber
            || "_-.".contains(characters[place]))
      }
      let kind: Kind
      if character.isWhitespace {
        place += 1
        continue
      } else if character == "\"" || character == "'" {
        var content = ""
        place += 1
        while place < characters.count, characters[place] != character {
          if characters[place] == "\\", place + 1 < characters.count { place += 1 }
          content.append(characters[place])
          place += 1
        }
        guard place < characters.count else {
          throw Condition.Fault(column: start + 1, message: "this text has no closing \(character)")
        }
        place += 1
        kind = .text(content)
      } else if character.isASCII,
        character.isNumber
          || character == "-" && isWordPart(place + 1) && characters[place + 1].isNumber
      {
        place += 1
        while isWordPart(place)
          || place < characters.count && characters[place] == "+"
            && "eE".contains(characters[place - 1])
        {
          place += 1
        }
        let word = String(characters[start..<place])
        guard let number = Double(word), number.isFinite else {
          throw Condition.Fault(
            column: start + 1,
            message: "\(word) is not a number; a name that begins like one stands in quotes"
          )
        }
        kind = .number(number)
      } else if isWordPart(place) {
        while isWordPart(place) { place += 1 }
        kind = .word(String(characters[start..<place]))
      } else {
        let two = String(characters[start..<min(start + 2, characters.count)])
        let sign = ["!=", "<=", ">="].contains(two) ? two : String(character)
        guard ["!=", "<=", ">=", "=", "<", ">", "(", ")", ","].contains(sign) else {
          let advice = sign == "!" ? "; write not, or !=" : two == "&&" ? "; write and" : ""
          throw Condition.Fault(column: start + 1, message: "\(sign) means nothing here\(advice)")
        }
        place += sign.count
        kind = .sign(sign)
        if sign == "=", place < characters.count, characters[place] == "=" { place += 1 }
      }
      tokens.append(ConditionToken(kind: kind, column: start + 1))
    }
    tokens.append(ConditionToken(kind: .end, column: characters.count + 1))
    return tokens
  }
}
