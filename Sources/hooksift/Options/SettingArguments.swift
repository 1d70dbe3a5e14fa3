import Analysis
import ArgumentParser
import Configuration
import Observations
import Tables

/// A value that is written in an option as it is in a variable and in the file.
protocol SettingArgument: SettingValue, ExpressibleByArgument {}

extension SettingArgument {
  init?(argument: String) { self.init(setting: argument) }

  var defaultValueDescription: String { settingText }
}

extension PathText: SettingArgument {}
extension WindowLength: SettingArgument {}
extension TimeLength: SettingArgument {}
extension ByteSize: SettingArgument {}
extension JobCount: SettingArgument {}
extension ValueCount: SettingArgument {}
extension Share: SettingArgument {}
extension ZoneName: SettingArgument {}
extension DateText: SettingArgument {}
extension CSVDelimiter: SettingArgument {}
extension SummaryPlan.Exposures: SettingArgument {}

// What has words for values is written as its words.
extension WindowPolicy.Kind: ExpressibleByArgument {}
extension CSVWriter.Formulas: ExpressibleByArgument {}
