import Archives
import ArgumentParser
import Configuration
import Foundation
import Pipeline

/// `hooksift inspect`: what is in archives.
struct InspectCommand: TalkingCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract:
      "Say what is in archives: kinds of webhooks, times, environments, features, identities.",
    discussion: """
      Needs no secret, verifies nothing and writes nothing; `hooksift verify` says whether signatures hold. Lines that no secret would let \
      in are counted with their reasons. With --json, all features, segments and traits are listed.
      """
  )

  @OptionGroup var archives: ArchiveOptions

  @Flag(help: "Write JSON.")
  var json = false

  @OptionGroup(title: "Common options") var common: CommonOptions

  func run() throws {
    let sources = try common.sources()
    let console = try common.console
    let findings = try archives.find(sources, excluding: common.outputPath(sources))
    var unread = findings.unreadable.count
    for place in findings.unreadable { console.error("\(place.path): \(place.reason)") }
    var inspection = Inspection()
    for archive in findings.archives {
      do throws(ArchiveError) {
        try inspection.inspect(archive)
      } catch {
        unread += 1
        console.error(error.description)
      }
    }
    let report = try InspectionReport(inspection.findings)
    let text = json ? try report.json() : report.text
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
    if unread > 0 {
      throw CommandFailure(
        .data,
        unread.of("archive", "archives") + " could not be read in full; see above"
      )
    }
  }
}
