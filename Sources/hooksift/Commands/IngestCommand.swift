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
      added. The summaries, and index.html, are not touched.
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
    abstract:
      "Do the whole job: ingest the archives, compute the summaries, report the experiments.",
    discussion: "What came of it is to be seen in index.html, in the output directory."
  )

  @OptionGroup var ingest: IngestOptions
  @OptionGroup(title: "Summaries") var summaries: SummaryOptions
  @OptionGroup(title: "Common options") var common: CommonOptions

  func run() throws {
    let sources = try common.sources()
    let plan = try IngestRun(ingest, common, sources)
    let summaryPlan = try summaries.plan(sources, memory: ingest.resources.memory)
    let workspace = try common.openWorkspace(sources, waits: ingest.wait)
    let experiments = sources.file?.experiments?.value.map(\.plan) ?? []
    try plan.run(
      workspace,
      command: "run",
      summaries: summaryPlan,
      experiments: experiments,
      try ExperimentReports(sources, memory: ingest.resources.memory),
      WorkspacePage(sources)
    )
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

  /// Ingests, summarises where there is a plan for it, reports, publishes all at once, and says what became of it.
  ///
  /// - Parameters:
  ///   - workspace: The workspace, locked.
  ///   - command: What it is called in `runs.jsonl`.
  ///   - summaries: What is summarised.
  ///   - experiments: What is reported.
  ///   - reports: What reports them.
  ///   - page: What makes the page of the workspace.
  /// - Throws: ``CommandFailure``, `data` where everything was published and something was wrong.
  func run(
    _ workspace: Workspace,
    command: String,
    summaries: SummaryPlan? = nil,
    experiments: [ExperimentPlan] = [],
    _ reports: ExperimentReports? = nil,
    _ page: WorkspacePage? = nil
  ) throws {
    let started = Date()
    let (result, made) = try workspace.abandoningOnFailure {
      try ingest(workspace, summaries, experiments, reports, page)
    }
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
    for report in made?.reports ?? [] { console.info(report.headline) }
    console.info("the tables are in \(workspace.path)")
    try judge(summary)
    if let fault = made?.fault { throw CommandFailure(.configuration, "published, but \(fault)") }
  }

  private func ingest(
    _ workspace: Workspace,
    _ summaries: SummaryPlan?,
    _ experiments: [ExperimentPlan],
    _ reports: ExperimentReports?,
    _ page: WorkspacePage?
  ) throws -> (IngestResult, ExperimentReports.Made?) {
    var plan = plan
    plan.remadeDays = rebuild?.days ?? []
    if rebuild?.isWhole != true { plan.lake = try workspace.lake(of: plan) }
    if let (record, key) = try workspace.forgotten() { plan.forget(record, key) }
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
    let lake = try LakeReader(
      directory: plan.lake?.path ?? directories.lake,
      staged: directories.lake,
      without: Set(result.retiredPartitions)
    ).rememberingManifest()
    if let summaries {
      let onlyGrew = plan.remadeDays.isEmpty
      changes += try workspace.summarize(lake, summaries, before: onlyGrew ? plan.lake : nil)
    }
    try reports?.removeFacts(ofOthersThan: experiments, workspace)
    let made =
      experiments.isEmpty ? nil : try reports?.stage(experiments, lake, workspace, .onlyChanged)
    changes += made?.changes ?? []
    changes += try page?.stage(workspace, lake, after: changes) ?? []
    try workspace.publish(changes)
    // Without it the next run is slower, and no different.
    try? result.seen.write(to: workspace.seenPath)
    return (result, made)
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
    try lake(remaking: plan.remadeDays) { _ in
      LakeManifest.Settings(plan.windows, plan.personalData)
    }
  }

  /// The same for a run that has the settings that `expected` gives for those of the lake.
  func lake(
    remaking days: Set<Int32> = [],
    _ expected: (LakeManifest.Settings) -> LakeManifest.Settings
  ) throws -> LakeReader? {
    guard let lake = try (try? LakeReader(self))?.rememberingManifest() else { return nil }
    guard let manifest = try lake.manifest() else {
      throw CommandFailure(
        .configuration,
        "\(lake.path): the lake has no manifest, so it is not known how it was made; make it anew with --rebuild"
      )
    }
    let settings = expected(manifest.settings)
    guard manifest.settings == settings else {
      throw CommandFailure(
        .configuration,
        """
        \(lake.path): the lake was made with \(manifest.settings.text), and this run has \(settings.text); \
        give the same, or make it anew with --rebuild
        """
      )
    }
    try manifest.verify(lake.path, except: days)
    return lake
  }
}
