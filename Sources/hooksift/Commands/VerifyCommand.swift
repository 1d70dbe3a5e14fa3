import Archives
import ArgumentParser
import Bytes
import Captures
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
      """
  )

  @OptionGroup var archives: ArchiveOptions
  @OptionGroup(title: "Signatures") var secrets: SecretOptions

  @Option(
    help: ArgumentHelp(
      "The share of rejected lines, 0 to 1, above which the exit code is 65.",
      valueName: "share"
    )
  )
  var maxRejected: Double?

  @OptionGroup(title: "Common options") var common: CommonOptions

  private static let schema = TableSchema(
    name: "verify",
    [
      ColumnSchema("path", .string), ColumnSchema("outcome", .string),
      ColumnSchema("lines", .int64), ColumnSchema("share", .double),
    ]
  )

  func run() throws {
    let findings = try archives.find(excluding: common.outputPath)
    var audit = Audit(try secrets.verifier())
    let output = StandardOutput()
    let writer = CSVWriter(Self.schema)
    var text: [UInt8] = []
    writer.appendHeader(to: &text)
    var lines: Int64 = 0
    var rejected: Int64 = 0
    var unread = findings.unreadable.count
    for place in findings.unreadable { common.console.error("\(place.path): \(place.reason)") }
    for archive in findings.archives {
      let result = audit.audit(archive)
      writer.append(Self.table(archive, result), to: &text)
      try output.write(text.span)
      text.removeAll()
      lines += result.lines
      rejected += result.rejected.values.reduce(0, +)
      if let failure = result.failure {
        unread += 1
        common.console.error(failure.description)
      }
    }
    let share = lines == 0 ? 0 : Double(rejected) / Double(lines)
    common.console.info("\(lines) lines, \(rejected) of them would be rejected")
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

  private static func table(_ archive: Archive, _ result: AuditResult) -> Table {
    var table = Table(schema)
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
