import Analysis
import Archives
import ArgumentParser
import Bytes
import Configuration
import Foundation
import Lake
import Pipeline

/// What `run` and `ingest` share: archives into the lake.
struct IngestOptions: ParsableArguments {
  @OptionGroup var archives: ArchiveOptions
  @OptionGroup(title: "Signatures") var secrets: SecretOptions
  @OptionGroup(title: "Windows") var windows: WindowOptions

  @Flag(help: "Take the complete lines of a damaged archive before the damage.")
  var salvage = false

  @Option(
    help: ArgumentHelp(
      "The share of rejected lines, 0 to 1, above which the exit code is 65.",
      valueName: "share"
    )
  )
  var maxRejected: Share?

  @OptionGroup(title: "Resources") var resources: ResourceOptions

  @Option(
    help: ArgumentHelp(
      """
      Make the lake anew from the archives given, and forget all others; with dates, make these anew from the archives that \
      they are of: --rebuild 2026-11-01 2026-11-02.
      """,
      valueName: "date"
    )
  )
  var rebuild: [RebuildArgument] = []

  @Flag(help: "Wait for another run on the same workspace to end.")
  var wait = false

  @Option(
    help: ArgumentHelp(
      "An archive that ends too early, also inside a line, is left alone if it was changed no longer ago than this: 90s, 5m, 1h.",
      valueName: "length"
    )
  )
  var settle: TimeLength?

  func maxRejected(_ sources: SettingSources) throws -> Setting<Share>? {
    try sources.find(.maxRejected, option: maxRejected)
  }
}

/// `hooksift ingest`: archives → lake.
struct IngestCommand: TalkingCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest",
    abstract: "Verify and deduplicate archives into the lake.",
    discussion: """
      Archives that the lake has are left alone, whatever their names are now; of those that have grown, what is new is \
      added. The summaries are not touched.
      """
  )

  @OptionGroup var ingest: IngestOptions
  @OptionGroup(title: "Common options") var common: CommonOptions

  func run() throws {
    let sources = try common.sources()
    let plan = try IngestRun(ingest, common, sources)
    let workspace = try common.openWorkspace(sources, waits: ingest.wait)
    try plan.run(workspace, command: "ingest")
  }
}

/// `hooksift run`: the nightly main job.
struct RunCommand: TalkingCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Do the whole job: ingest the archives, then compute the summaries."
  )

  @OptionGroup var ingest: IngestOptions
  @OptionGroup(title: "Summaries") var summaries: SummaryOptions
  @OptionGroup(title: "Common options") var common: CommonOptions

  func run() throws {
    let sources = try common.sources()
    let plan = try IngestRun(ingest, common, sources)
    let summaryPlan = try summaries.plan(sources, memory: ingest.resources.memory)
    let workspace = try common.openWorkspace(sources, waits: ingest.wait)
    try plan.run(workspace, command: "run", summaries: summaryPlan)
  }
}

/// An ingestion that is ready to run.
struct IngestRun {
  private let plan: IngestPlan
  private let findings: ArchiveFinder.Findings
  private let console: Console
  private let maxRejected: Double?
  private let rebuild: Rebuild?

  init(_ options: IngestOptions, _ common: CommonOptions, _ sources: SettingSources) throws {
    rebuild = Rebuild(options.rebuild)
    findings = try options.archives.find(
      sources,
      excluding: common.outputPath(sources),
      mayBeNone: rebuild?.days.isEmpty == false
    )
    var plan = IngestPlan(
      archives: findings.archives,
      verifier: try options.secrets.verifier(sources),
      windows: try options.windows.policy(sources),
      salvages: options.salvage
    )
    plan.personalData = try sources.personalData()
    try options.resources.apply(to: &plan, sources)
    let settling = try sources.settle(option: options.settle).value
    plan.settledAt =
      Int(Date().timeIntervalSince1970) - Int(settling.microseconds / 1_000_000)
    self.plan = plan
    console = try common.console
    maxRejected = try options.maxRejected(sources)?.value.share
  }

  /// Ingests, summarises where there is a plan for it, publishes all at once, and says what became of it.
  ///
  /// - Throws: ``CommandFailure``, `data` where everything was published and something was wrong.
  func run(_ workspace: Workspace, command: String, summaries: SummaryPlan? = nil) throws {
    let started = Date()
    let result = try workspace.abandoningOnFailure { try ingest(workspace, summaries) }
    let finished = Date()
    let summary = RunSummary(
      result: result,
      unreachable: findings.unreadable,
      seconds: finished.timeIntervalSince(started)
    )
    try workspace.appendRun(
      summary.journalLine(command: command, started: started, finished: finished)
    )
    report(result)
    console.table(summary.rows)
    console.info("the tables are in \(workspace.path)")
    try judge(summary)
  }

  private func ingest(_ workspace: Workspace, _ summaries: SummaryPlan?) throws -> IngestResult {
    var plan = plan
    plan.remadeDays = rebuild?.days ?? []
    if rebuild?.isWhole != true { plan.lake = try workspace.lake(of: plan) }
    plan.quarantine = workspace.directory(.quarantine)
    plan.seen = SeenArchives(path: workspace.seenPath)
    let console = self.console
    let temporary = try workspace.temporaryDirectory()
    let directories = Ingest.Directories(
      lake: try workspace.stage(.lake),
      quarantine: try workspace.stage(.quarantine),
      temporary: temporary
    )
    let result = try Ingest(plan).run(directories) { console.progress($0, of: $1, $2) }
    var changes: [Workspace.Change] = []
    if plan.lake == nil {
      changes += [.replacing(.lake), .replacing(.quarantine)]
    } else if result.isChanged {
      changes += [
        .updating(.lake, retiring: result.retiredPartitions),
        .updating(.quarantine, retiring: result.retiredQuarantine),
      ]
    }
    if let summaries {
      let directory = try workspace.stage(.summaries)
      let lake = LakeReader(
        directory: plan.lake?.path ?? directories.lake,
        staged: directories.lake,
        without: Set(result.retiredPartitions)
      )
      try Summaries(lake, summaries).write(into: directory, temporary: temporary + "/summaries")
      changes.append(.replacing(.summaries))
    }
    try workspace.publish(changes)
    // Without it the next run is slower, and no different.
    try? result.seen.write(to: workspace.seenPath)
    return result
  }

  private func report(_ result: IngestResult) {
    for place in findings.unreadable {
      console.error("\(place.path): \(place.reason); it was left out")
    }
    for failure in result.failures {
      console.error(
        "\(failure.path): \(failure.reason); "
          + (failure.isSalvaged ? "the complete lines before it were taken" : "it was left out")
      )
    }
    for path in result.unfinished {
      console.info(
        "\(path): it ends too early and was changed just now; it is left for the next run"
      )
    }
    for copy in result.copies {
      console.info("\(copy.path): the same bytes as \(copy.original); it was left out")
    }
  }

  private func judge(_ summary: RunSummary) throws {
    if summary.nothingVerifies {
      console.warning("not one signature verifies: is it the secret of these webhooks?")
    }
    let unread = summary.result.failures.count + findings.unreadable.count
    if unread > 0 {
      throw CommandFailure(
        .data,
        "published, but \(unread.of("archive", "archives")) could not be read in full; see above"
      )
    }
    if let maxRejected, summary.rejectedShare > maxRejected {
      throw CommandFailure(
        .data,
        """
        published, but \(summary.quarantined) of \(summary.lines) lines were rejected, more than --max-rejected \
        \(maxRejected) allows; see the quarantine
        """
      )
    }
  }
}

extension Workspace {
  /// The lake that is added to; `nil` where there is none.
  ///
  /// - Throws: ``CommandFailure`` where it was made with other settings, ``LakeReader/Damaged`` where it is not as it was.
  func lake(of plan: IngestPlan) throws -> LakeReader? {
    guard let lake = try? LakeReader(self) else { return nil }
    guard let manifest = try lake.manifest() else {
      throw CommandFailure(
        .configuration,
        "\(lake.path): the lake has no manifest, so it is not known how it was made; make it anew with --rebuild"
      )
    }
    let settings = LakeManifest.Settings(plan.windows, plan.personalData)
    guard manifest.settings == settings else {
      throw CommandFailure(
        .configuration,
        """
        \(lake.path): the lake was made with \(manifest.settings.text), and this run has \(settings.text); \
        give the same, or make it anew with --rebuild
        """
      )
    }
    try manifest.verify(lake.path, except: plan.remadeDays)
    return lake
  }
}
