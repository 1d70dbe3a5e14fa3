internal import Analysis

extension ExperimentPlan.Exposure: SettingValue {}

extension ExperimentPlan.Correction: SettingValue {}

extension ExperimentPlan.Metric.Role: SettingValue {}

extension ExperimentPlan.Metric.Direction: SettingValue {}

extension ExperimentPlan.Aggregation: SettingValue {}

extension ExperimentPlan.EventSource.Format: SettingValue {}

/// The name of an experiment, which is that of a directory too.
package struct ExperimentName: SettingValue {
  package static let form = """
    a name of at most \(ExperimentLimits.nameLength) letters without accents, digits, ., _ and -, of which \
    the first is a letter, a digit or _
    """

  package let settingText: String

  package init?(setting text: String) {
    let isSafe = text.utf8.allSatisfy { byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "-"):
        true
      default: false
      }
    }
    guard isSafe, let first = text.utf8.first, first != UInt8(ascii: "."),
      first != UInt8(ascii: "-"), text.utf8.count <= ExperimentLimits.nameLength
    else { return nil }
    settingText = text
  }
}

/// The name of a variant or of a metric, which stands in tables.
struct LabelText: SettingValue {
  static let form =
    "a name of at most \(ExperimentLimits.nameLength) characters, all of which can be seen"

  let settingText: String

  init?(setting text: String) {
    let isVisible = text.unicodeScalars.allSatisfy { scalar in
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned: false
      default: true
      }
    }
    guard isVisible, !text.isEmpty, text.unicodeScalars.count <= ExperimentLimits.nameLength,
      text.first != " ", text.last != " "
    else { return nil }
    settingText = text
  }
}
