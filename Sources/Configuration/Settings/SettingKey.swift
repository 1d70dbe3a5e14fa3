package import Analysis
package import Observations
package import Tables

/// A setting: what it is called in the file and in the environment.
///
/// Its option is the variable's name in another spelling: `--max-rejected` and `HOOKSIFT_MAX_REJECTED`.
package struct SettingKey<Value: SettingValue>: Sendable {
  /// The key in the file, `window.size`; what stands for it where the file has none.
  package let name: String
  package let option: String
  /// `HOOKSIFT_…`.
  package let variable: String?
  let located: @Sendable (ConfigurationFile) -> Located<Value>?

  /// - Parameters:
  ///   - name: The key in the file.
  ///   - option: Without its hyphens in front.
  ///   - hasVariable: Whether the environment may have it.
  ///   - located: What a file says.
  package init(
    _ name: String,
    option: String,
    hasVariable: Bool = true,
    _ located: @escaping @Sendable (ConfigurationFile) -> Located<Value>? = { _ in nil }
  ) {
    self.name = name
    self.option = "--\(option)"
    variable = hasVariable ? "HOOKSIFT_\(option.uppercased().replacing("-", with: "_"))" : nil
    self.located = located
  }
}

extension SettingKey<PathText> {
  package static var output: Self { Self("output", option: "output") { $0.output } }
}

extension SettingKey<WindowLength> {
  package static var windowSize: Self { Self("window.size", option: "window") { $0.windowSize } }
}

extension SettingKey<WindowPolicy.Kind> {
  package static var windowKind: SettingKey<WindowPolicy.Kind> {
    Self("window.kind", option: "window-kind") { $0.windowKind }
  }
}

extension SettingKey<ZoneName> {
  package static var timeZone: Self {
    Self("window.timezone", option: "timezone") { $0.timeZone }
  }
}

extension SettingKey<SummaryPlan.Exposures> {
  package static var exposures: SettingKey<SummaryPlan.Exposures> {
    Self("exposures", option: "exposures") { $0.exposures }
  }
}

extension SettingKey<ValueCount> {
  package static var topValues: Self { Self("top_values", option: "top-values") { $0.topValues } }
}

extension SettingKey<JobCount> {
  package static var jobs: Self { Self("jobs", option: "jobs") { $0.jobs } }
}

extension SettingKey<ByteSize> {
  package static var memory: Self { Self("memory", option: "memory") { $0.memory } }
}

extension SettingKey<Share> {
  package static var maxRejected: Self {
    Self("max_rejected", option: "max-rejected") { $0.maxRejected }
  }
}

extension SettingKey<TimeLength> {
  package static var settle: Self { Self("settle", option: "settle") { $0.settle } }
}

extension SettingKey<DateText> {
  package static var since: Self { Self("since", option: "since") { $0.since } }
  package static var until: Self { Self("until", option: "until") { $0.until } }
}

extension SettingKey<Envelope> {
  package static var envelope: Self {
    Self("envelope", option: "envelope", hasVariable: false) { $0.envelope }
  }
}

extension SettingKey<CSVWriter.Formulas> {
  package static var formulas: SettingKey<CSVWriter.Formulas> {
    Self("csv.formulas", option: "formulas", hasVariable: false) { $0.formulas }
  }
}

extension SettingKey<CSVDelimiter> {
  package static var delimiter: Self {
    Self("csv.delimiter", option: "delimiter", hasVariable: false) { $0.delimiter }
  }
}

extension SettingKey<Bool> {
  package static var excel: Self {
    Self("csv.excel", option: "excel", hasVariable: false) { $0.excel }
  }
  package static var quiet: Self { Self("quiet", option: "quiet") }
  package static var noProgress: Self { Self("no_progress", option: "no-progress") }
}
