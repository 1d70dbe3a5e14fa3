import ArgumentParser
import Foundation
import Lake

/// The command line of hooksift.
@main
struct Hooksift: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "hooksift",
    abstract: "Sifts archives of captured Flagsmith webhooks into tables that can be trusted.",
    discussion: """
      Archives of captured requests go in; every request's signature is verified again, an identity's repeats \
      count once per window, every rejected line is kept with its reason, and what is left becomes \
      Parquet and CSV tables.

        hooksift run archives/ --secret-env FLAGSMITH_SECRET
        hooksift export feature_daily

      What does not change from run to run goes into hooksift.yaml, which `hooksift init` writes. Options go over \
      HOOKSIFT_... variables, and these over the file; `hooksift config` prints what is in effect.

      Exit codes: 0 done · 64 usage · 65 done, but an archive could not be read or more was rejected than \
      --max-rejected allows, or not done, because dates to --rebuild need others or a table does not fit into a worksheet · 66 no archives · 70 internal error · 73 cannot create the output · \
      74 input/output error · 75 another run is at work · 78 configuration · 130/143 interrupted.
      """,
    version: "0.1.0",
    subcommands: [
      RunCommand.self, InspectCommand.self, IngestCommand.self, SummarizeCommand.self,
      ReportCommand.self,
      ExportCommand.self, SchemaCommand.self, VerifyCommand.self, StatusCommand.self,
      ReplayCommand.self,
      ForgetCommand.self, AnalyzeCommand.self, InitCommand.self, ConfigCommand.self,
    ]
  )

  static func main() {
    var console = Console.standard
    do {
      var command = try parseAsRoot(Rebuild.spelledOut(CommandLine.arguments.dropFirst()))
      if let talking = command as? any TalkingCommand { console = try talking.common.console }
      try command.run()
    } catch {
      guard let failure = CommandFailure(error) else { exit(withError: error) }
      console.error(failure.message)
      Foundation.exit(failure.code.rawValue)
    }
  }
}

/// A command with the common options, which say how it talks.
protocol TalkingCommand: ParsableCommand {
  var common: CommonOptions { get }
}
