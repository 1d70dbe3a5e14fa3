import ArgumentParser
import Configuration
import Foundation

/// `hooksift init`: writes a configuration to start from.
struct InitCommand: TalkingCommand {
  static let configuration = CommandConfiguration(
    commandName: "init",
    abstract: "Write a \(ConfigurationTemplate.fileName) that explains every key.",
    discussion: "It is written where --config says, in the working directory otherwise."
  )

  @Flag(help: "Replace a file that is there.")
  var force = false

  @OptionGroup(title: "Common options") var common: CommonOptions

  func run() throws {
    let path = common.configPath.path
    do {
      try Data(ConfigurationTemplate.text.utf8).write(
        to: URL(fileURLWithPath: path),
        options: force ? .atomic : .withoutOverwriting
      )
    } catch let error as CocoaError where error.code == .fileWriteFileExists {
      throw CommandFailure(.cannotCreate, "\(path): is there already; replace it with --force")
    } catch {
      let reason = (error as NSError).localizedDescription
      throw CommandFailure(.cannotCreate, "\(path): cannot be written: \(reason)")
    }
    try common.console.info("\(path) is written; say in it where archives and secrets are")
  }
}
