import Analysis
import TestSupport
import Testing

@Suite("A condition")
struct ConditionTests {
  @Test("is what its text says, however it is written", arguments: TestSeed.cases(200))
  func reads(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let condition = Self.condition(depth: 4, &generator)
    let text = Self.text(condition, &generator)
    #expect(try Condition(parsing: text) == condition, "seed \(seed): \(text)")
  }

  @Test("that is cut anywhere is read or has a fault within it", arguments: TestSeed.cases(100))
  func cut(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let text = Array(Self.text(Self.condition(depth: 3, &generator), &generator))
    for end in text.indices {
      do throws(Condition.Fault) {
        _ = try Condition(parsing: String(text[..<end]))
      } catch {
        #expect((1...end + 1).contains(error.column), "seed \(seed), cut at \(end)")
      }
    }
  }

  @Test("has no depth that it could not come back from")
  func deep() {
    for text in [
      String(repeating: "(", count: 100_000), String(repeating: "not ", count: 100_000) + "a = 1",
      String(repeating: "a = 1 and ", count: 10_000) + "a = 1",
    ] {
      #expect(throws: Condition.Fault.self) { try Condition(parsing: text) }
    }
  }

  // MARK: - Random conditions

  private static let names = [
    "plan", "a b", "checkout_button", "in", "é", "7", "x.y-z", "'", "\\\"",
  ]

  private static func subject(_ generator: inout SeededGenerator) -> Condition.Subject {
    let name = generator.one(of: names)
    return generator.one(of: [.trait(name), .feature(name), .named(name)])
  }

  private static func literal(_ generator: inout SeededGenerator) -> Condition.Literal {
    generator.one(of: [
      .text(generator.one(of: names + [""])), .boolean(true), .boolean(false), .null,
      .number(generator.one(of: [0, -1, 2.5, 1e30, -0.125])),
    ])
  }

  private static func condition(depth: Int, _ generator: inout SeededGenerator) -> Condition {
    let kinds = depth > 0 ? 9 : 6
    switch Int.random(in: 0..<kinds, using: &generator) {
    case 0:
      return .compare(
        subject(&generator),
        generator.one(of: Condition.Operator.allCases),
        literal(&generator)
      )
    case 1:
      let count = Int.random(in: 1...3, using: &generator)
      return .isAmong(subject(&generator), (0..<count).map { _ in literal(&generator) })
    case 2: return .exists(subject(&generator))
    case 3: return .segment(generator.one(of: names))
    case 4: return .enabled(feature: generator.one(of: names))
    case 5: return .active(days: Int.random(in: 1...400, using: &generator))
    case 6: return .not(condition(depth: depth - 1, &generator))
    case 7: return .all((0..<2).map { _ in condition(depth: depth - 1, &generator) })
    default: return .any((0..<3).map { _ in condition(depth: depth - 1, &generator) })
    }
  }

  private static func quoted(_ text: String, _ generator: inout SeededGenerator) -> String {
    let quote: Character = generator.one(of: ["'", "\""])
    let content = text.map { $0 == quote || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
    return "\(quote)\(content)\(quote)"
  }

  private static func text(_ name: String, _ generator: inout SeededGenerator) -> String {
    ["plan", "checkout_button", "é", "x.y-z"].contains(name) && Bool.random(using: &generator)
      ? name : quoted(name, &generator)
  }

  private static func text(
    _ subject: Condition.Subject,
    _ generator: inout SeededGenerator
  ) -> String {
    switch subject {
    case .trait(let name): "trait \(text(name, &generator))"
    case .feature(let name): "feature  \(text(name, &generator))"
    case .named(let name): text(name, &generator)
    }
  }

  private static func text(
    _ literal: Condition.Literal,
    _ generator: inout SeededGenerator
  ) -> String {
    switch literal {
    case .text(let text): quoted(text, &generator)
    case .number(let number): "\(number)"
    case .boolean(let value): "\(value)"
    case .null: "null"
    }
  }

  /// A text of a condition; parts that bind less tightly stand in parentheses, others may.
  private static func text(_ condition: Condition, _ generator: inout SeededGenerator) -> String {
    let text: String
    switch condition {
    case .compare(let subject, let sign, let value):
      let space = generator.one(of: ["", " ", "\n"])
      text =
        Self.text(subject, &generator) + space + sign.rawValue + space
        + Self.text(value, &generator)
    case .isAmong(let subject, let literals):
      let list = literals.map { Self.text($0, &generator) }.joined(
        separator: generator.one(of: [",", ", "])
      )
      text = "\(Self.text(subject, &generator)) in (\(list))"
    case .exists(let subject): text = "\(Self.text(subject, &generator)) exists"
    case .segment(let name): text = "segment \(Self.text(name, &generator))"
    case .enabled(let feature):
      text = "feature \(Self.text(feature, &generator)) enabled"
    case .active(let days): text = "active in last \(days) days"
    case .not(let part): text = "not " + parenthesised(part, &generator)
    case .all(let parts):
      text = parts.map { parenthesised($0, &generator) }.joined(separator: " and ")
    case .any(let parts):
      text = parts.map { parenthesised($0, &generator) }.joined(separator: " or ")
    }
    return text
  }

  private static func parenthesised(
    _ condition: Condition,
    _ generator: inout SeededGenerator
  ) -> String {
    let text = text(condition, &generator)
    switch condition {
    case .all, .any: return "(\(text))"
    default: return Bool.random(using: &generator) ? "( \(text))" : text
    }
  }
}
