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

  @Flag(help: "Replace a lake that holds archives which are not given.")
  var rebuild = false

  func maxRejected(_ sources: SettingSources) throws -> Setting<Share>? {
    try sources.find(.maxRejected, option: maxRejected)
  }
}

/// `hooksift ingest`: archives → lake.
struct IngestCommand: TalkingCommand {
  static let configuration = CommandConfiguration(
    commandName: "ingest",
    abstract: "Verify and deduplicate archives into the lake.",
    discussion: "The lake is built anew from all archives given; the summaries are not touched."
  )

  @OptionGroup var ingest: IngestOptions
  @OptionGroup(title: "Common options") var common: CommonOptions

  func run() throws {
    let sources = try common.sources()
    let plan = try IngestRun(ingest, common, sources)
    let workspace = try common.openWorkspace(sources)
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
    let workspace = try common.openWorkspace(sources)
    try plan.run(workspace, command: "run", summaries: summaryPlan)
  }
}

/// An ingestion that is ready to run.
struct IngestRun {
  private let plan: IngestPlan
  private let findings: ArchiveFinder.Findings
  private let console: Console
  private let maxRejected: Double?
  private let rebuilds: Bool

  init(_ options: IngestOptions, _ common: CommonOptions, _ sources: SettingSources) throws {
    findings = try options.archives.find(sources, excluding: common.outputPath(sources))
    var plan = IngestPlan(
      archives: findings.archives,
      verifier: try options.secrets.verifier(sources),
      windows: try options.windows.policy(sources),
      salvages: options.salvage
    )
    plan.personalData = try sources.personalData()
    try options.resources.apply(to: &plan, sources)
    self.plan = plan
    console = try common.console
    maxRejected = try options.maxRejected(sources)?.value.share
    rebuilds = options.rebuild
  }

  /// Ingests, summarises where there is a plan for it, publishes all at once, and says what became of it.
  ///
  /// - Throws: ``CommandFailure``, `data` where everything was published and something was wrong.
  func run(_ workspace: Workspace, command: String, summaries: SummaryPlan? = nil) throws {
    let started = Date()
    let result = try workspace.abandoningOnFailure { try ingest(workspace, summaries) }
    let finished = Date()
    let summary = RunSummary(result: result, seconds: finished.timeIntervalSince(started))
    try workspace.appendRun(
      summary.journalLine(command: command, started: started, finished: finished)
    )
    report(result)
    console.table(summary.rows)
    console.info("the tables are in \(workspace.path)")
    try judge(summary)
  }

  private func ingest(_ workspace: Workspace, _ summaries: SummaryPlan?) throws -> IngestResult {
    let lake = try workspace.stage(.lake)
    let quarantine = try workspace.stage(.quarantine)
    let console = self.console
    let total = plan.archives.count
    let temporary = try workspace.temporaryDirectory()
    let directories = Ingest.Directories(
      lake: lake,
      quarantine: quarantine,
      temporary: temporary
    )
    let result = try Ingest(plan).run(directories) { console.progress($0, of: total, $1) }
    try refuseToForget(workspace, result)
    var parts: [Workspace.Part] = [.lake, .quarantine]
    if let summaries {
      let directory = try workspace.stage(.summaries)
      try Summaries(LakeReader(directory: lake), summaries).write(
        into: directory,
        temporary: temporary + "/summaries"
      )
      parts.append(.summaries)
    }
    try workspace.publish(parts)
    return result
  }

  /// Stops where the published lake holds archives that this run did not read.
  ///
  /// A file that is larger now than it was is taken for one that has grown.
  private func refuseToForget(_ workspace: Workspace, _ result: IngestResult) throws {
    guard !rebuilds, let lake = try? LakeReader(workspace) else { return }
    let known = Set(result.records.map(\.digest.hexadecimal))
    let sizes = Dictionary(
      result.records.map { ($0.path, $0.bytes) },
      uniquingKeysWith: { first, _ in first }
    )
    let lost = try lake.ledger().filter { entry in
      let hasGrown =
        entry.path != Archive.standardInput.path && sizes[entry.path] ?? -1 >= entry.bytes
      return !known.contains(entry.digest) && !hasGrown
    }
    guard let first = lost.first else { return }
    throw CommandFailure(
      .cannotCreate,
      """
      nothing was published: the lake holds \(lost.count.of("archive", "archives")) that this run did not read, \
      \(first.path) for one; give all archives, or choose another --output, or replace the lake with --rebuild
      """
    )
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
