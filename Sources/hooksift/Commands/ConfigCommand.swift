import ArgumentParser
import Configuration
import Foundation
import Observations
import Pipeline
import Tables

/// `hooksift config`: the settings in effect.
struct ConfigCommand: TalkingCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Print the settings in effect, and where each was given.",
    discussion: """
      A setting is that of an option, else of a HOOKSIFT_... variable, else of the configuration file, else the default. Secrets are \
      named, not shown.
      """
  )

  @OptionGroup var ingest: IngestOptions
  @OptionGroup(title: "Summaries") var summaries: SummaryOptions

  @Flag(help: "Print JSON: an array of objects with key, value and from.")
  var json = false

  @OptionGroup(title: "Common options") var common: CommonOptions

  func run() throws {
    let rows = try rows(common.sources())
    let text = try json ? Self.json(rows) : Self.table(rows)
    try StandardOutput().write(Array(text.utf8).span)
  }

  /// A setting in effect, in words.
  private struct Row: Encodable {
    let key: String
    let value: String
    let from: String

    init<Value>(_ key: String, _ value: String, _ setting: Setting<Value>?) {
      self.key = key
      self.value = value
      from = (setting?.origin ?? .standard).description
    }

    init<Value: SettingValue>(_ key: SettingKey<Value>, _ setting: Setting<Value>?) {
      self.init(key.name, setting?.value.settingText ?? "", setting)
    }
  }

  private func rows(_ sources: SettingSources) throws -> [Row] {
    let archives = ingest.archives.names(sources)
    let windows = ingest.windows
    let configOrigin = common.configPath.origin
    let config = Setting(sources.file?.path ?? "", sources.file == nil ? .standard : configOrigin)
    return [
      Row("config", config.value, config),
      Row("archives", archives.value.joined(separator: ", "), archives),
      Row(.output, try common.output(sources)),
      Row(.envelope, try sources.find(.envelope, option: nil, standard: .auto)),
      Row(
        "signature.required",
        ingest.secrets.isRequired(sources).value.settingText,
        ingest.secrets.isRequired(sources)
      ),
    ] + secretRows(sources) + [
      Row(.windowKind, try windows.kind(sources)),
      Row(.windowSize, try windows.size(sources)),
      Row(.timeZone, try windows.zone(sources)),
      Row(.exposures, try summaries.exposures(sources)),
      Row(.topValues, try summaries.topValues(sources)),
    ] + personalRows(sources) + [
      Row(.formulas, try sources.find(.formulas, option: nil, standard: .escape)),
      Row(.delimiter, try sources.find(.delimiter, option: nil)),
      Row(.excel, try sources.find(.excel, option: nil, standard: false)),
      Row(.jobs, try ingest.resources.jobs(sources)),
      Row(.memory, try ingest.resources.memory.size(sources)),
      Row(.maxRejected, try ingest.maxRejected(sources)),
      Row(.settle, try sources.settle()),
      Row(.since, try summaries.dates.since(sources)),
      Row(.until, try summaries.dates.until(sources)),
      Row(.logFormat, try common.logFormat(sources)),
      Row(.logLevel, try common.logLevel(sources)),
      Row(.quiet, try common.quiet(sources)),
      Row(.noProgress, try common.noProgress(sources)),
    ] + experimentRows(sources)
  }

  private func experimentRows(_ sources: SettingSources) -> [Row] {
    (sources.file?.experiments?.value ?? []).flatMap(\.settings).map { setting in
      Row(setting.key, setting.value, Setting(setting.value, setting.origin))
    }
  }

  /// What the secrets are called and where they come from; never the secrets.
  private func secretRows(_ sources: SettingSources) -> [Row] {
    let options =
      ingest.secrets.secretEnv.map { ("--secret-env", SecretSource.variable($0)) }
      + ingest.secrets.secretFile.map { ("--secret-file", .file($0)) }
    if !options.isEmpty {
      return options.enumerated().map { index, given in
        let key = "signature.secrets[\(index)]"
        return Row(key, given.1.description, Setting(given.1, .option(given.0)))
      }
    }
    return (sources.file?.secrets?.value ?? []).map { secret in
      let value = "\(secret.name) (\(secret.source.description))"
      return Row(secret.key, value, Setting(secret.source, .file(secret.place)))
    }
  }

  private func personalRows(_ sources: SettingSources) -> [Row] {
    let traits = sources.file?.traits
    let pepper = sources.file?.pepper
    let kept =
      switch traits?.value ?? .all {
      case .all: "all"
      case .only(let keys): "only \(keys.joined(separator: ", "))"
      case .allBut(let keys): "all but \(keys.joined(separator: ", "))"
      }
    return [
      Row("traits", kept, traits.map { Setting($0.value, .file($0.place)) }),
      Row(
        "identities.pseudonymize",
        pepper?.value.description ?? "",
        pepper.map { Setting($0.value, .file($0.place)) }
      ),
    ]
  }

  private static func table(_ rows: [Row]) -> String {
    let keyWidth = rows.map(\.key.count).max() ?? 0
    let valueWidth = min(40, rows.map(\.value.count).max() ?? 0)
    func shown(_ value: String) -> String { value.isEmpty ? "-" : value }
    func padded(_ text: String, _ width: Int) -> String {
      text + String(repeating: " ", count: max(0, width - text.count))
    }
    let lines = rows.map { row in
      "\(padded(row.key, keyWidth))  \(padded(shown(row.value), valueWidth))  \(row.from)\n"
    }
    return lines.joined()
  }

  private static func json(_ rows: [Row]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(rows), as: UTF8.self) + "\n"
  }
}
