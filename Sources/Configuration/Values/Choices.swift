package import Analysis
internal import Bytes
package import Observations
package import Tables

/// Which shape the records of archives have.
package enum Envelope: String, CaseIterable, SettingValue {
  /// Whatever is recognised.
  case auto
  /// Generic records alone.
  case generic
}

extension SettingValue where Self: RawRepresentable<String> & CaseIterable {
  package static var form: String {
    let words = allCases.map(\.rawValue)
    return words.dropLast().joined(separator: ", ") + " or " + (words.last ?? "")
  }

  package init?(setting text: String) { self.init(rawValue: text) }

  package var settingText: String { rawValue }
}

extension WindowPolicy.Kind: SettingValue {}

extension CSVWriter.Formulas: SettingValue {}

extension Bool: SettingValue {
  package static var form: String { "true or false" }
  package static var notation: SettingNotation { .boolean }

  package init?(setting text: String) {
    switch text.lowercased() {
    case "true", "yes", "on", "1": self = true
    case "false", "no", "off", "0": self = false
    default: return nil
    }
  }

  package var settingText: String { self ? "true" : "false" }
}

extension SummaryPlan.Exposures: SettingValue {
  package static var form: String { "multivariate, all or a list of features" }

  /// `multivariate`, `all`, or the names of features with commas between them.
  package init?(setting text: String) {
    switch text {
    case "multivariate": self = .multivariate
    case "all": self = .all
    default:
      let names = text.split(separator: ",", omittingEmptySubsequences: false)
        .map { String($0.trimmingPrefix(while: \.isWhitespace)) }
      guard !names.contains("") else { return nil }
      self = .features(Set(names.map { ByteText($0) }))
    }
  }

  package var settingText: String {
    switch self {
    case .multivariate: "multivariate"
    case .all: "all"
    case .features(let names): names.sorted().map(\.string).joined(separator: ",")
    }
  }
}

/// A time zone that the system knows.
package struct ZoneName: SettingValue {
  package static let form = "a time zone that is known here, Europe/Berlin or UTC for instance"

  package let calendar: LocalCalendar

  package init(_ calendar: LocalCalendar) { self.calendar = calendar }

  package init?(setting text: String) {
    guard let calendar = LocalCalendar(identifier: text) else { return nil }
    self.calendar = calendar
  }

  package var settingText: String { calendar.identifier }
}

/// A date as a user writes it.
package struct DateText: SettingValue, Equatable {
  package static let form = "a date, YYYY-MM-DD"

  /// Days since 1970-01-01.
  package let days: Int

  package init(days: Int) { self.days = days }

  package init?(setting text: String) {
    guard let date = CivilDate(text) else { return nil }
    days = date.daysSinceEpoch
  }

  package var settingText: String {
    var text: [UInt8] = []
    text.append(date: days)
    return String(decoding: text, as: UTF8.self)
  }
}

/// The character between the fields of a CSV row.
package struct CSVDelimiter: SettingValue, Equatable {
  package static let form = "one ASCII character, not a quote or a line end"

  package let byte: UInt8

  package init?(setting text: String) {
    let forbidden: [UInt8] = [UInt8(ascii: "\""), 0x0A, 0x0D]
    let bytes = Array(text.utf8)
    guard bytes.count == 1, bytes[0] < 0x80, !forbidden.contains(bytes[0]) else { return nil }
    byte = bytes[0]
  }

  package var settingText: String { String(UnicodeScalar(byte)) }
}

/// The path of a file or directory.
package struct PathText: SettingValue, Equatable {
  package static let form = "a path"

  package let path: String

  package init(_ path: String) { self.path = path }

  package init?(setting text: String) {
    guard !text.isEmpty else { return nil }
    path = text
  }

  package var settingText: String { path }

  /// The path as seen from `directory`, where it is not absolute.
  func resolved(in directory: String) -> PathText {
    path.hasPrefix("/") || path == "-" ? self : PathText("\(directory)/\(path)")
  }
}
