import Archives
import ArgumentParser
import Bytes
import Captures
import Configuration
import Pipeline
import Tables

/// `hooksift verify`: audits signatures, writes nothing.
struct VerifyCommand: TalkingCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Verify the signatures of archives and write nothing.",
    discussion: """
      Prints, as CSV, how many lines of each archive had which outcome: `verified`, `reconstructed`, `unsigned_accepted`, or the \
      reason for which the line would be rejected. Payloads are not looked at.

      With --explain, prints every line that does not verify and why: what usually goes wrong is tried, and what is said of a secret or a \
      body is proved by a digest that matches.
      """
  )

  @OptionGroup var archives: ArchiveOptions
  @OptionGroup(title: "Signatures") var secrets: SecretOptions

  @Flag(help: "Print every line that does not verify, and why, instead of counts.")
  var explain = false

  @Option(
    help: ArgumentHelp(
      "The share of rejected lines, 0 to 1, above which the exit code is 65.",
      valueName: "share"
    )
  )
  var maxRejected: Share?

  @OptionGroup(title: "Common options") var common: CommonOptions

  private static let explanations = TableSchema(
    name: "explanations",
    [
      ColumnSchema("path", .string), ColumnSchema("line", .int64), ColumnSchema("offset", .int64),
      ColumnSchema("outcome", .string), ColumnSchema("explanation", .string),
    ]
  )

  private static let counts = TableSchema(
    name: "counts",
    [
      ColumnSchema("path", .string), ColumnSchema("outcome", .string),
      ColumnSchema("lines", .int64), ColumnSchema("share", .double),
    ]
  )

  func run() throws {
    let sources = try common.sources()
    let console = try common.console
    let findings = try archives.find(sources, excluding: common.outputPath(sources))
    let maxRejected = try sources.find(.maxRejected, option: maxRejected)?.value.share
    var audit = Audit(try secrets.verifier(sources))
    let output = StandardOutput()
    let writer = CSVWriter(explain ? Self.explanations : Self.counts)
    var text: [UInt8] = []
    writer.appendHeader(to: &text)
    var lines: Int64 = 0
    var rejected: Int64 = 0
    var unread = findings.unreadable.count
    for place in findings.unreadable { console.error("\(place.path): \(place.reason)") }
    for archive in findings.archives {
      let result: AuditResult
      if explain {
        var failure: (any Error)?
        result = audit.audit(archive) { fault in
          writer.append(Self.table(archive, fault), to: &text)
          guard text.count > 1 << 16, failure == nil else { return }
          do { try output.write(text.span) } catch { failure = error }
          text.removeAll()
        }
        if let failure { throw failure }
      } else {
        result = audit.audit(archive)
        writer.append(Self.table(archive, result), to: &text)
      }
      try output.write(text.span)
      text.removeAll()
      lines += result.lines
      rejected += result.rejected.values.reduce(0, +)
      if let failure = result.failure {
        unread += 1
        console.error(failure.description)
      }
    }
    let share = lines == 0 ? 0 : Double(rejected) / Double(lines)
    console.info("\(lines) lines, \(rejected) of them would be rejected")
    if unread > 0 {
      throw CommandFailure(
        .data,
        unread.of("archive", "archives") + " could not be read in full; see above"
      )
    }
    if let maxRejected, share > maxRejected {
      throw CommandFailure(.data, "more lines would be rejected than --max-rejected allows")
    }
  }

  private static func table(_ archive: Archive, _ fault: Audit.Fault) -> Table {
    var table = Table(explanations)
    table.columns[0].append(archive.path)
    table.columns[1].append(Int64(fault.line))
    table.columns[2].append(Int64(fault.offset))
    table.columns[3].append(fault.reason.rawValue)
    table.columns[4].append(fault.explanation)
    return table
  }

  private static func table(_ archive: Archive, _ result: AuditResult) -> Table {
    var table = Table(counts)
    let outcomes =
      [Verdict.verified, .reconstructed, .unsignedAccepted].map {
        ($0.rawValue, result.accepted[$0] ?? 0)
      } + RejectionReason.allCases.map { ($0.rawValue, result.rejected[$0] ?? 0) }
    for (outcome, lines) in outcomes where lines > 0 {
      table.columns[0].append(archive.path)
      table.columns[1].append(outcome)
      table.columns[2].append(lines)
      table.columns[3].append(Double(lines) / Double(result.lines))
    }
    return table
  }
}
