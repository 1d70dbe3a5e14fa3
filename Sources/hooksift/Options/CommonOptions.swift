import Archives
import ArgumentParser
import Configuration
import Files
import Foundation
import Lake

/// Options that every command has.
struct CommonOptions: ParsableArguments {
  private static let standardOutput = "./hooksift-out"

  @Option(
    help: ArgumentHelp(
      "The configuration; ./\(ConfigurationTemplate.fileName) where it exists, or HOOKSIFT_CONFIG.",
      valueName: "file"
    )
  )
  var config: PathText?

  @Option(help: ArgumentHelp("The workspace. (default: \(standardOutput))", valueName: "dir"))
  var output: PathText?

  @Option(
    help: ArgumentHelp(
      "How messages are written: text or json. (default: text)",
      valueName: "format"
    )
  )
  var logFormat: Console.Format?

  @Option(
    help: ArgumentHelp(
      "What is said, and what is more important: debug, info, warning or error. (default: info)",
      valueName: "level"
    )
  )
  var logLevel: Console.Level?

  @Flag(help: "Say nothing but errors.")
  var quiet = false

  @Flag(help: "No progress line on a terminal.")
  var noProgress = false

  /// How the command talks, which options and the environment say.
  var console: Console {
    get throws {
      let sources = SettingSources(environment: ProcessInfo.processInfo.environment)
      return Console(
        format: try logFormat(sources).value,
        level: try logLevel(sources).value,
        isQuiet: try quiet(sources).value,
        showsProgress: try !noProgress(sources).value
      )
    }
  }

  /// The environment and the configuration file.
  ///
  /// - Throws: ``ConfigurationFault`` where the file is named and missing, or wrong.
  func sources() throws(ConfigurationFault) -> SettingSources {
    let environment = ProcessInfo.processInfo.environment
    let (path, origin) = configPath
    if origin == .standard, !FileSystem.exists(path) {
      return SettingSources(environment: environment)
    }
    return SettingSources(environment: environment, file: try ConfigurationFile(reading: path))
  }

  /// Where the configuration is, or would be, and who said so.
  var configPath: (path: String, origin: SettingOrigin) {
    let variable = "HOOKSIFT_CONFIG"
    let value = ProcessInfo.processInfo.environment[variable] ?? ""
    if let config { return (ArchiveFinder.absolute(config.path), .option("--config")) }
    if !value.isEmpty { return (ArchiveFinder.absolute(value), .variable(variable)) }
    return (ArchiveFinder.absolute(ConfigurationTemplate.fileName), .standard)
  }

  func output(_ sources: SettingSources) throws(ConfigurationFault) -> Setting<PathText> {
    try sources.find(.output, option: output, standard: PathText(Self.standardOutput))
  }

  func logFormat(_ sources: SettingSources) throws -> Setting<Console.Format> {
    try sources.find(.logFormat, option: logFormat, standard: .text)
  }

  func logLevel(_ sources: SettingSources) throws -> Setting<Console.Level> {
    try sources.find(.logLevel, option: logLevel, standard: .info)
  }

  func quiet(_ sources: SettingSources) throws -> Setting<Bool> {
    try sources.find(.quiet, option: quiet ? true : nil, standard: false)
  }

  func noProgress(_ sources: SettingSources) throws -> Setting<Bool> {
    try sources.find(.noProgress, option: noProgress ? true : nil, standard: false)
  }

  /// The workspace's absolute path.
  func outputPath(_ sources: SettingSources) throws -> String {
    ArchiveFinder.absolute(try output(sources).value.path)
  }

  /// Takes the workspace to write to.
  ///
  /// - Parameters:
  ///   - sources: Where settings come from.
  ///   - waits: Whether another run is waited for.
  /// - Returns: The workspace, locked.
  /// - Throws: ``CommandFailure``, or ``Workspace/Locked``.
  func openWorkspace(_ sources: SettingSources, waits: Bool = false) throws -> Workspace {
    do {
      return try Workspace.writing(outputPath(sources), waits: waits)
    } catch let failure as FileFailure {
      throw CommandFailure(
        .cannotCreate,
        "\(failure); choose a directory that can be written to with --output"
      )
    }
  }
}

extension Console.Format: SettingValue, ExpressibleByArgument {}

extension Console.Level: SettingValue, ExpressibleByArgument {}

extension SettingKey<Console.Format> {
  static var logFormat: Self { Self("log_format", option: "log-format") }
}

extension SettingKey<Console.Level> {
  static var logLevel: Self { Self("log_level", option: "log-level") }
}
