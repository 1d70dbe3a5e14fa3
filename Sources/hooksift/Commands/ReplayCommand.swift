import Analysis
import ArgumentParser
import Configuration
import Foundation
import Lake
import Pipeline

/// `hooksift replay`: quarantine → lake.
struct ReplayCommand: TalkingCommand {
  static let configuration = CommandConfiguration(
    commandName: "replay",
    abstract: "Try the rejected lines again, after a secret was added, say.",
    discussion: """
      What passes now moves from the quarantine into the lake, once, and the summaries are computed again; the rest stays, \
      with the reason that it has now.
      """
  )

  @OptionGroup(title: "Signatures") var secrets: SecretOptions
  @OptionGroup(title: "Windows") var windows: WindowOptions
  @OptionGroup(title: "Summaries") var summaries: SummaryOptions
  @OptionGroup(title: "Resources") var resources: ResourceOptions

  @Flag(help: "Wait for another run on the same workspace to end.")
  var wait = false

  @OptionGroup(title: "Common options") var common: CommonOptions

  func run() throws {
    let sources = try common.sources()
    var plan = IngestPlan(
      archives: [],
      verifier: try secrets.verifier(sources),
      windows: try windows.policy(sources)
    )
    plan.personalData = try sources.personalData()
    try resources.apply(to: &plan, sources)
    let summaryPlan = try summaries.plan(sources, memory: resources.memory)
    _ = try LakeReader(.reading(common.outputPath(sources)))
    let workspace = try common.openWorkspace(sources, waits: wait)
    let started = Date()
    let result = try workspace.abandoningOnFailure {
      try replay(plan, summaryPlan, workspace, WorkspacePage(sources))
    }
    try workspace.appendRun(RunEntry(replay: result, started: started, finished: Date()).line)
    try common.console.info(
      "\(result.passed.of("line", "lines")) moved into the lake, \(result.remaining) still in the quarantine"
    )
  }

  private func replay(
    _ plan: IngestPlan,
    _ summaryPlan: SummaryPlan,
    _ workspace: Workspace,
    _ page: WorkspacePage
  ) throws -> ReplayResult {
    guard let lake = try workspace.lake(of: plan) else { return ReplayResult() }
    var plan = plan
    if let (record, key) = try workspace.forgotten() { plan.forget(record, key) }
    let temporary = try workspace.temporaryDirectory()
    let directories = Ingest.Directories(
      lake: try workspace.stage(.lake),
      quarantine: try workspace.stage(.quarantine),
      temporary: temporary
    )
    let result = try Replay(plan).run(
      lake,
      quarantine: workspace.directory(.quarantine),
      directories
    )
    guard result.archives > 0 else {
      try workspace.clearStaging()
      return result
    }
    let changed = LakeReader(directory: lake.path, staged: directories.lake)
    var changes: [Workspace.Change] = [
      .updating(.lake), .updating(.quarantine, retiring: result.retiredQuarantine),
    ]
    changes += try workspace.summarize(changed, summaryPlan, before: lake)
    changes += try page.stage(workspace, changed, after: changes)
    try workspace.publish(changes)
    return result
  }
}

extension RunEntry {
  fileprivate init(replay result: ReplayResult, started: Date, finished: Date) {
    self.init(
      command: "replay",
      startedAt: started.formatted(.iso8601),
      finishedAt: finished.formatted(.iso8601),
      seconds: (finished.timeIntervalSince(started) * 1000).rounded() / 1000,
      archives: result.archives,
      unreadable: 0,
      lines: Int64(result.passed + result.remaining),
      identityDeliveries: result.identityDeliveries,
      otherDeliveries: result.otherDeliveries,
      quarantined: Int64(result.remaining),
      observations: result.observations,
      identities: result.identities
    )
  }
}
