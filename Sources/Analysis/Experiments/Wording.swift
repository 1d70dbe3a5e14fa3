internal import Bytes

/// How things are written in messages.
package enum Wording {
  /// How many things are listed.
  private static let listedCount = 10
  /// How many characters of a value are shown.
  private static let shownLength = 60

  static func date(_ day: Int) -> String {
    var text: [UInt8] = []
    text.append(date: day)
    return String(decoding: text, as: UTF8.self)
  }

  /// A value of a feature, on one line.
  package static func value(_ value: String?) -> String {
    guard let value else { return "(null)" }
    if value.isEmpty { return "\"\"" }
    let shown = value.unicodeScalars.prefix(shownLength).map { scalar in
      scalar.properties.generalCategory == .control ? " " : String(scalar)
    }
    return shown.joined() + (value.unicodeScalars.count > shownLength ? "…" : "")
  }

  static func windows(_ count: Int64) -> String { "\(count) \(count == 1 ? "window" : "windows")" }

  /// The first of some texts, and how many more there are.
  static func list(_ texts: [String]) -> String {
    let rest = texts.count - listedCount
    return texts.prefix(listedCount).joined(separator: ", ") + (rest > 0 ? " and \(rest) more" : "")
  }
}
