import Archives
import ArgumentParser
import Bytes
import Configuration
import Files
import Foundation
import Lake
import Pipeline

/// `hooksift status`: what the lake holds.
struct StatusCommand: TalkingCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract:
      "Say what the lake holds, how fresh it is, what ran last and what is still to be read.",
    discussion:
      "Archives that are named, or are in directories that are, count as pending until the lake has them."
  )

  @OptionGroup var archives: ArchiveOptions

  @Flag(help: "Read everything again and check it: every byte, every order, every sum.")
  var verify = false

  @Flag(help: "Write JSON.")
  var json = false

  @OptionGroup(title: "Common options") var common: CommonOptions

  func run() throws {
    let sources = try common.sources()
    let output = try common.outputPath(sources)
    let workspace = Workspace.reading(output)
    let lake = try LakeReader(workspace)
    try lake.manifest()?.verify(lake.path)
    let report = StatusReport(
      try LakeStatus(lake),
      workspace,
      pending: try pending(archives.names(sources).value, workspace, lake),
      audit: verify ? try LakeAudit(lake) : nil
    )
    let text = json ? try report.json() : report.text
    FileHandle.standardOutput.write(Data((text + "\n").utf8))
    if let faults = report.faults, !faults.isEmpty {
      throw CommandFailure(
        .inputOutput,
        "the lake breaks its laws in \(faults.count.of("place", "places")); make it anew from its archives with --rebuild"
      )
    }
  }

  /// The archives that the lake does not have, as far as that is known without reading them.
  private func pending(
    _ names: [String],
    _ workspace: Workspace,
    _ lake: LakeReader
  ) throws -> [String] {
    guard !names.isEmpty else { return [] }
    let seen = SeenArchives(path: workspace.seenPath)
    let known = try lake.ledger()
    return ArchiveFinder.find(names, excluding: workspace.path).archives
      .filter { archive in seen.digest(of: archive).map(known.contains) != true }
      .map(\.path)
  }
}

/// What `hooksift status` says.
struct StatusReport {
  private struct Contents: Encodable {
    let workspace: String
    let archives: Int
    let lines: Int64
    let identityDeliveries: Int64
    let otherDeliveries: Int64
    let quarantined: Int64
    let forgottenIdentities: Int?
    let forgottenDeliveries: Int64?
    let firstReceivedAt: String?
    let lastReceivedAt: String?
    let firstDate: String?
    let lastDate: String?
    let tables: [LakeStatus.TableStatus]
    let lastRuns: [RunEntry]
    let pending: [String]
    let faults: [String]?
  }

  /// How many runs are shown.
  private static let runCount = 5

  private let contents: Contents

  init(_ status: LakeStatus, _ workspace: Workspace, pending: [String], audit: LakeAudit?) {
    func time(_ microseconds: Int64?) -> String? {
      microseconds.map { microseconds in
        var text: [UInt8] = []
        text.append(timestamp: microseconds)
        return String(decoding: text, as: UTF8.self)
      }
    }
    func date(_ day: Int?) -> String? {
      day.map { day in
        var text: [UInt8] = []
        text.append(date: day)
        return String(decoding: text, as: UTF8.self)
      }
    }
    let runs = RunEntry.all(at: workspace.path + "/runs.jsonl")
    contents = Contents(
      workspace: workspace.path,
      archives: status.archives,
      lines: status.lines,
      identityDeliveries: status.identityDeliveries,
      otherDeliveries: status.otherDeliveries,
      quarantined: status.quarantined,
      forgottenIdentities: status.forgottenIdentities > 0 ? status.forgottenIdentities : nil,
      forgottenDeliveries: status.forgottenDeliveries > 0 ? status.forgottenDeliveries : nil,
      firstReceivedAt: time(status.received?.first),
      lastReceivedAt: time(status.received?.last),
      firstDate: date(status.dates?.first),
      lastDate: date(status.dates?.last),
      tables: status.tables,
      lastRuns: runs.suffix(Self.runCount),
      pending: pending,
      faults: audit?.faults
    )
  }

  var faults: [String]? { contents.faults }

  /// - Throws: `EncodingError`.
  func json() throws -> String { try JSONFile.text(contents) }

  var text: String {
    var lines = ["\(contents.workspace)"]
    lines.append(
      "  \(contents.archives.of("archive", "archives")), \(contents.lines) lines: "
        + "\(contents.identityDeliveries) identity deliveries, \(contents.otherDeliveries) others, "
        + "\(contents.quarantined) quarantined"
    )
    if let identities = contents.forgottenIdentities {
      lines.append(
        "  \(identities.of("identity", "identities")) erased, with "
          + "\(contents.forgottenDeliveries ?? 0) of the identity deliveries"
      )
    }
    if let first = contents.firstReceivedAt, let last = contents.lastReceivedAt {
      lines.append("  received from \(first) to \(last)")
    }
    if let first = contents.firstDate, let last = contents.lastDate {
      lines.append("  observations from \(first) to \(last)")
    }
    lines.append("")
    lines.append("  " + row("table", "files", "rows", "bytes"))
    for table in contents.tables {
      lines.append("  " + row(table.name, "\(table.files)", "\(table.rows)", "\(table.bytes)"))
    }
    if !contents.lastRuns.isEmpty {
      lines += ["", "  last runs"]
      for run in contents.lastRuns {
        if let erased = run.erased {
          lines.append(
            "    \(run.startedAt)  \(run.command): \(erased.identities.of("identity", "identities")), "
              + "\(erased.observations.of("observation", "observations")) and "
              + "\(erased.quarantinedLines.of("quarantined line", "quarantined lines")) erased, \(run.seconds) s"
          )
          continue
        }
        let unreadable = run.unreadable == 0 ? "" : ", \(run.unreadable) could not be read"
        lines.append(
          "    \(run.startedAt)  \(run.command): \(run.archives.of("archive", "archives")), "
            + "\(run.lines) lines, \(run.quarantined) quarantined\(unreadable), \(run.seconds) s"
        )
        let failed = run.failed ?? []
        lines += failed.map { "      \($0.path): \($0.reason)" }
        if run.unreadable > failed.count, !failed.isEmpty {
          lines.append("      and \(run.unreadable - failed.count) more")
        }
      }
    }
    if !contents.pending.isEmpty {
      lines += ["", "  pending"] + contents.pending.map { "    \($0)" }
    }
    if let faults = contents.faults {
      lines += [""] + (faults.isEmpty ? ["  all files and laws hold"] : faults.map { "  \($0)" })
    }
    return lines.joined(separator: "\n")
  }

  private func row(_ name: String, _ numbers: String...) -> String {
    name + String(repeating: " ", count: max(0, 16 - name.count))
      + numbers.map { String(repeating: " ", count: max(1, 14 - $0.count)) + $0 }.joined()
  }
}
