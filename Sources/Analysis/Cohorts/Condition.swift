internal import Bytes

/// A condition on an identity as it is known at the end of a date.
package indirect enum Condition: Sendable, Equatable {
  case all([Condition])
  case any([Condition])
  case not(Condition)
  /// What is not there fulfils no comparison.
  case compare(Subject, Operator, Literal)
  case isAmong(Subject, [Literal])
  case exists(Subject)
  case segment(String)
  /// The flag was enabled.
  case enabled(feature: String)
  /// There was an observation on that date or in the days before, so many in all.
  case active(days: Int)

  /// What is compared.
  package enum Subject: Sendable, Hashable {
    case trait(String)
    /// The value of an enabled flag.
    case feature(String)
    /// A feature, where the lake has one of the name, else a trait.
    case named(String)
  }

  package enum Operator: String, CaseIterable, Sendable {
    case equal = "="
    case unequal = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
  }

  package enum Literal: Sendable, Hashable {
    case text(String)
    case number(Double)
    case boolean(Bool)
    case null
  }
}

extension Condition {
  /// How many days of activity are looked at, in all parts of the condition.
  var activeDays: Set<Int> {
    switch self {
    case .all(let parts), .any(let parts): Set(parts.flatMap(\.activeDays))
    case .not(let part): part.activeDays
    case .active(let days): [days]
    case .compare, .isAmong, .exists, .segment, .enabled: []
    }
  }

  /// What is compared, in all parts of the condition.
  var subjects: [Subject] {
    switch self {
    case .all(let parts), .any(let parts): parts.flatMap(\.subjects)
    case .not(let part): part.subjects
    case .compare(let subject, _, _), .isAmong(let subject, _), .exists(let subject): [subject]
    case .enabled(let feature): [.feature(feature)]
    case .segment, .active: []
    }
  }

  /// The segments that are named in any part of the condition.
  var segments: [String] {
    switch self {
    case .all(let parts), .any(let parts): parts.flatMap(\.segments)
    case .not(let part): part.segments
    case .segment(let name): [name]
    case .compare, .isAmong, .exists, .enabled, .active: []
    }
  }

  /// The condition with every name that stands for a feature or a trait decided.
  ///
  /// - Parameter isFeature: Whether there is a feature of a name.
  /// - Returns: The same condition without ``Subject/named(_:)``.
  func resolved(_ isFeature: (String) -> Bool) -> Condition {
    func resolved(_ subject: Subject) -> Subject {
      guard case .named(let name) = subject else { return subject }
      return isFeature(name) ? .feature(name) : .trait(name)
    }
    switch self {
    case .all(let parts): return .all(parts.map { $0.resolved(isFeature) })
    case .any(let parts): return .any(parts.map { $0.resolved(isFeature) })
    case .not(let part): return .not(part.resolved(isFeature))
    case .compare(let subject, let sign, let literal):
      return .compare(resolved(subject), sign, literal)
    case .isAmong(let subject, let literals): return .isAmong(resolved(subject), literals)
    case .exists(let subject): return .exists(resolved(subject))
    case .segment, .enabled, .active: return self
    }
  }
}

// MARK: - Values

/// A value of a trait or of a flag, as it can be compared.
enum ComparedValue: Hashable {
  case text(ByteText)
  case number(Double)
  case boolean(Bool)
  case null

  /// - Parameters:
  ///   - type: The `value_type` of a table of the lake.
  ///   - text: The canonical text.
  init(type: String, text: String?) {
    guard let text else {
      self = .null
      return
    }
    switch type {
    case "integer", "float": self = Double(text).map(Self.number) ?? .text(ByteText(text))
    case "boolean": self = .boolean(text == "true")
    case "null": self = .null
    default: self = .text(ByteText(text))
    }
  }

  /// Whether the comparison holds.
  ///
  /// Texts compare by their bytes. What is of two kinds is unequal and in no order; null is equal to null, and else as if it were
  /// not there.
  func compares(_ sign: Condition.Operator, _ literal: Condition.Literal) -> Bool {
    switch (self, literal) {
    case (.text(let left), .text(let right)):
      let right = ByteText(right)
      return Self.holds(sign, left == right, left < right)
    case (.number(let left), .number(let right)):
      return Self.holds(sign, left == right, left < right)
    case (.boolean(let left), .boolean(let right)):
      return Self.holds(sign, left == right, !left && right)
    case (.null, _): return sign == .equal && literal == .null
    default: return sign == .unequal
    }
  }

  private static func holds(_ sign: Condition.Operator, _ isEqual: Bool, _ isLess: Bool) -> Bool {
    switch sign {
    case .equal: isEqual
    case .unequal: !isEqual
    case .less: isLess
    case .lessOrEqual: isLess || isEqual
    case .greater: !isLess && !isEqual
    case .greaterOrEqual: !isLess
    }
  }
}
