import Analysis
import ArgumentParser
import Configuration
import Files
import Foundation
import Lake
import Observations
import Pipeline

/// `hooksift forget`: erases identities.
struct ForgetCommand: TalkingCommand {
  static let configuration = CommandConfiguration(
    commandName: "forget",
    abstract: "Erase identities from lake, summaries and quarantine, for good.",
    discussion: """
      Their observations, trait values and states go, and so do rejected lines that mention them; the summaries, where there \
      are any, are computed again. Only a keyed digest of each is kept, so that archives that are ingested later do not bring \
      them back; the key is in the workspace, in .forgotten-key: keep a copy of it. The archives themselves still hold the \
      identities, and so does what was exported or copied before.

        hooksift forget --from identities.txt
      """
  )

  @OptionGroup var identities: IdentityOptions

  @Flag(help: "Say what would be erased, and change nothing.")
  var dryRun = false

  @Flag(help: "Wait for another run on the same workspace to end.")
  var wait = false

  @OptionGroup(title: "Summaries") var summaries: SummaryOptions
  @OptionGroup(title: "Resources") var memory: MemoryOption
  @OptionGroup(title: "Common options") var common: CommonOptions

  func run() throws {
    let sources = try common.sources()
    let given = try identities.read()
    let summaryPlan = try summaries.plan(sources, memory: memory)
    let started = Date()
    if dryRun {
      let workspace = Workspace.reading(try common.outputPath(sources))
      let key = try workspace.forgottenKey() ?? .random()
      var forget = try forget(given, workspace, sources, key)
      let result = try forget.find(quarantine: workspace.directory(.quarantine))
      try report(given, result, seconds: Date().timeIntervalSince(started))
      return try common.console.info("nothing was erased: this was a dry run")
    }
    let workspace = try common.openWorkspace(sources, waits: wait)
    let result = try workspace.abandoningOnFailure {
      try erase(given, workspace, sources, summaryPlan)
    }
    let entry = RunEntry(given.count, result, started: started, finished: Date())
    try workspace.appendRun(entry.line)
    try report(given, result, seconds: entry.seconds)
    try common.console.info(
      "erased from \(workspace.path); the archives themselves still hold what they held, and so do exports and copies"
    )
  }

  private func forget(
    _ given: [IdentityOptions.Given],
    _ workspace: Workspace,
    _ sources: SettingSources,
    _ key: ForgottenKey
  ) throws -> Forget {
    let personalData = try sources.personalData()
    return Forget(
      given.map(\.bytes),
      personalData,
      lake: try workspace.lake { $0.with(personalData) },
      known: try workspace.forgotten()?.record,
      key: key
    )
  }

  private func erase(
    _ given: [IdentityOptions.Given],
    _ workspace: Workspace,
    _ sources: SettingSources,
    _ summaryPlan: SummaryPlan
  ) throws -> Forget.Result {
    let known = try workspace.forgottenKey()
    let key = known ?? .random()
    var forget = try forget(given, workspace, sources, key)
    var result = try forget.find(quarantine: workspace.directory(.quarantine))
    if known == nil { try workspace.keep(key) }
    try FileSystem.remove(workspace.factsPath)
    let temporary = try workspace.temporaryDirectory()
    let directories = Ingest.Directories(
      lake: try workspace.stage(.lake),
      quarantine: try workspace.stage(.quarantine),
      temporary: temporary
    )
    var changes: [Workspace.Change] = []
    if result.isChanged {
      try forget.write(&result, directories)
      changes += [.updating(.lake, retiring: result.retired), .updating(.quarantine)]
    }
    // They may be of a lake that was made anew since, and hold what it does not.
    if let lake = try? LakeReader(workspace) {
      let next = LakeReader(
        directory: lake.path,
        staged: directories.lake,
        without: Set(result.retired)
      )
      if FileSystem.exists(workspace.directory(.summaries)) {
        changes += try workspace.summarize(next, summaryPlan, keepsFacts: false)
      }
      changes += try report(next, workspace, sources)
      if [workspace.directory(.summaries), workspace.pagePath].contains(where: FileSystem.exists) {
        changes += try WorkspacePage(sources).stage(workspace, next, after: changes)
      }
    }
    try workspace.publish(changes)
    return result
  }

  /// Stages the reports of those experiments that have one; of those that are not configured any more, nothing stays.
  private func report(
    _ lake: LakeReader,
    _ workspace: Workspace,
    _ sources: SettingSources
  ) throws -> [Workspace.Change] {
    let directory = workspace.directory(.experiments)
    guard FileSystem.exists(directory) else { return [] }
    let plans = (sources.file?.experiments?.value ?? []).map(\.plan)
      .filter { FileSystem.exists("\(directory)/\($0.name)") }
    let made = try ExperimentReports(sources, memory: memory).stage(
      plans,
      lake,
      workspace,
      .forgetting
    )
    if let fault = made.fault { try common.console.warning("\(fault); their reports are removed") }
    return [.replacing(.experiments)]
  }

  private func report(
    _ given: [IdentityOptions.Given],
    _ result: Forget.Result,
    seconds: Double
  ) throws {
    let console = try common.console
    guard result.hasLake else {
      return console.info("there is no lake yet; archives to come will not bring these identities")
    }
    for place in given.indices where !result.found.contains(place) {
      console.info("\(given[place].name): the lake does not know this identity")
    }
    let numbers = [
      ("identities", given.count), ("  found", result.found.count),
      ("observations", result.lake.observations),
      ("  deliveries", Int(result.lake.deliveries.total)),
      ("trait_values", result.lake.traitValues), ("partitions", result.lake.partitions),
      ("states", result.lake.states), ("quarantined_lines", result.quarantinedLines),
    ]
    console.table(
      numbers.map { (name: $0, value: RunSummary.format(Int64($1)), remark: "") }
        + [(name: "seconds", value: String(format: "%.2f", seconds), remark: "")]
    )
  }
}

extension RunEntry {
  fileprivate init(
    _ identities: Int,
    _ result: Forget.Result,
    started: Date,
    finished: Date
  ) {
    self.init(
      command: "forget",
      startedAt: started.formatted(.iso8601),
      finishedAt: finished.formatted(.iso8601),
      seconds: (finished.timeIntervalSince(started) * 1000).rounded() / 1000,
      archives: 0,
      unreadable: 0,
      lines: 0,
      identityDeliveries: 0,
      otherDeliveries: 0,
      quarantined: 0,
      observations: 0,
      identities: 0,
      erased: Erased(
        identities: identities,
        found: result.found.count,
        observations: result.lake.observations,
        deliveries: result.lake.deliveries.total,
        traitValues: result.lake.traitValues,
        partitions: result.lake.partitions,
        states: result.lake.states,
        quarantinedLines: result.quarantinedLines
      )
    )
  }
}
