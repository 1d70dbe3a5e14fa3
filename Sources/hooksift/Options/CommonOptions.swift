import Archives
import ArgumentParser
import Files
import Lake

/// Options that every command has.
struct CommonOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The workspace.", valueName: "dir"))
  var output = "./hooksift-out"

  @Option(help: ArgumentHelp("How messages are written.", valueName: "format"))
  var logFormat = Console.Format.text

  @Option(help: ArgumentHelp("What is said, and what is more important.", valueName: "level"))
  var logLevel = Console.Level.info

  @Flag(help: "Say nothing but errors.")
  var quiet = false

  @Flag(help: "No progress line on a terminal.")
  var noProgress = false

  var console: Console {
    Console(format: logFormat, level: logLevel, isQuiet: quiet, showsProgress: !noProgress)
  }

  /// The workspace's absolute path.
  var outputPath: String { ArchiveFinder.absolute(output) }

  /// Takes the workspace to write to.
  ///
  /// - Parameter waits: Whether another run is waited for.
  /// - Returns: The workspace, locked.
  /// - Throws: ``CommandFailure``, or ``Workspace/Locked``.
  func openWorkspace(waits: Bool = false) throws -> Workspace {
    do {
      return try Workspace.writing(outputPath, waits: waits)
    } catch let failure as FileFailure {
      throw CommandFailure(
        .cannotCreate,
        "\(failure); choose a directory that can be written to with --output"
      )
    }
  }
}

extension Console.Format: ExpressibleByArgument {}

extension Console.Level: ExpressibleByArgument {}
