import Analysis
import ArgumentParser
import Configuration
import Foundation
import Lake

/// `hooksift report`: lake → reports of experiments.
struct ReportCommand: TalkingCommand {
  static let configuration = CommandConfiguration(
    commandName: "report",
    abstract: "Report what experiments show, or check whether they can.",
    discussion: """
      Experiments are those of the configuration. With --check nothing is computed: features, environments, values, traits and \
      segments are looked for in the lake, and files of events are looked at; the exit code is 78 if there is an \
      error, 0 if there are warnings alone.
      """
  )

  @Argument(help: ArgumentHelp("The experiments; all without any.", valueName: "experiment"))
  var experiments: [String] = []

  @Flag(help: "Check the experiments against the lake and the files of events.")
  var check = false

  @Flag(help: "With --check: write JSON.")
  var json = false

  @OptionGroup(title: "Resources") var memory: MemoryOption
  @OptionGroup(title: "Common options") var common: CommonOptions

  func validate() throws {
    if json, !check { throw ValidationError("--json is for --check") }
  }

  func run() throws {
    let sources = try common.sources()
    let declared = try ExperimentSelection(sources.file).experiments(experiments)
    guard check else {
      _ = try LakeReader(.reading(common.outputPath(sources)))
      let workspace = try common.openWorkspace(sources)
      return try report(declared.map(\.plan), workspace, sources)
    }
    let lake = try LakeReader(.reading(common.outputPath(sources)))
    let results = try PlanCheck(lake).check(declared.map(\.plan))
    let report = PlanCheckReport(results, declared)
    let text = json ? try report.json() : report.text
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
    if let fault = report.fault { throw CommandFailure(.configuration, fault) }
  }

  /// Computes the experiments, and writes their reports into the workspace.
  private func report(
    _ plans: [ExperimentPlan],
    _ workspace: Workspace,
    _ sources: SettingSources
  ) throws {
    let made = try workspace.abandoningOnFailure {
      let reports = try ExperimentReports(sources, memory: memory)
      let lake = try LakeReader(workspace)
      let made = try reports.stage(plans, lake, workspace)
      let page = try WorkspacePage(sources).stage(workspace, lake, after: made.changes)
      try workspace.publish(made.changes + page)
      return made
    }
    for report in made.reports { try common.console.info(report.headline) }
    try common.console.info("the reports are in \(workspace.directory(.experiments))")
    if let fault = made.fault { throw CommandFailure(.configuration, fault) }
  }
}
