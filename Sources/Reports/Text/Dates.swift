internal import Bytes

/// Dates and times as people read them, from their texts in ISO 8601.
enum Dates {
  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  /// `1 Nov 2026`; a text that is no date stays as it is.
  static func date(_ text: String) -> String {
    guard let date = CivilDate(text) else { return text }
    return "\(short(date))\u{00A0}\(date.year)"
  }

  /// `1 Nov`.
  static func short(_ text: String) -> String { CivilDate(text).map(short) ?? text }

  /// The same of days since 1970-01-01.
  static func date(_ day: Int) -> String { "\(short(day))\u{00A0}\(year(day))" }
  static func short(_ day: Int) -> String { short(CivilDate(daysSinceEpoch: day)) }
  static func year(_ day: Int) -> Int { CivilDate(daysSinceEpoch: day).year }

  /// `1 Nov 2026, 06:01 UTC`, of microseconds since 1970-01-01.
  static func time(_ microseconds: Int64) -> String {
    var text: [UInt8] = []
    text.append(timestamp: microseconds)
    return time(String(decoding: text, as: UTF8.self))
  }

  /// `1 Nov 2026, 06:01 UTC`.
  static func time(_ text: String) -> String {
    let parts = text.split(separator: "T", maxSplits: 1)
    guard parts.count == 2, CivilDate(String(parts[0])) != nil else { return date(text) }
    return "\(date(String(parts[0]))), \(parts[1].prefix(5))\u{00A0}UTC"
  }

  /// The date before: the last one of a time whose end is exclusive.
  static func dayBefore(_ text: String) -> String {
    guard let date = CivilDate(text) else { return text }
    var before: [UInt8] = []
    before.append(date: date.daysSinceEpoch - 1)
    return String(decoding: before, as: UTF8.self)
  }

  /// Days since 1970-01-01.
  static func day(_ text: String) -> Int? { CivilDate(text)?.daysSinceEpoch }

  private static func short(_ date: CivilDate) -> String {
    "\(date.day)\u{00A0}\(months[date.month - 1])"
  }
}
