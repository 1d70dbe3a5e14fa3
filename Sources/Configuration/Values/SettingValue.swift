internal import Yams

/// A value that users write: in an option, in a variable or in the file.
package protocol SettingValue: Sendable {
  /// What one looks like, for the person who wrote another thing.
  static var form: String { get }
  /// How YAML has to read it.
  static var notation: SettingNotation { get }
  /// The value that `text` writes; `nil` where it writes none.
  init?(setting text: String)
  /// A text that writes the value.
  var settingText: String { get }
}

extension SettingValue {
  package static var notation: SettingNotation { .text }
}

/// How YAML reads a scalar.
package enum SettingNotation: Sendable {
  /// In quotes, or without where it is no number, boolean or null.
  case text
  /// A number, without quotes.
  case number
  /// `true` or `false`, without quotes.
  case boolean

  init?(_ scalar: Node.Scalar) {
    switch scalar.style {
    case .singleQuoted, .doubleQuoted, .literal, .folded: self = .text
    default:
      switch Resolver.default.resolveTag(of: .scalar(scalar)) {
      case .int, .float: self = .number
      case .bool: self = .boolean
      case .null: return nil
      default: self = .text
      }
    }
  }

  /// What YAML reads, in words.
  var words: String {
    switch self {
    case .text: "text"
    case .number: "a number"
    case .boolean: "true or false"
    }
  }
}
