internal import Archives
internal import Bytes
internal import Captures
internal import Files
package import Lake
internal import Observations

/// Tries the lines in the quarantine again, because a secret was added, say, and moves what passes now into the lake.
///
/// The result is that of ingesting all archives again: what does not pass has the reason that it has now.
package struct Replay {
  private let plan: IngestPlan

  /// - Parameter plan: How lines are judged, the lake and the quarantine; its archives are not read.
  package init(_ plan: IngestPlan) { self.plan = plan }

  /// Tries all lines.
  ///
  /// - Parameters:
  ///   - lake: The lake whose lines were rejected.
  ///   - quarantine: Where they are.
  ///   - directories: Where what changes is written to.
  /// - Returns: What became of the lines.
  /// - Throws: ``FileFailure``, ``ArchiveError``, ``LakeReader/Damaged`` or ``DamagedRun``.
  package func run(
    _ lake: LakeReader,
    quarantine: String,
    _ directories: Ingest.Directories
  ) throws -> ReplayResult {
    var result = ReplayResult()
    var ledger = try lake.ledger()
    var counts = DeliveryCounts()
    let runs = FactRuns(directory: directories.temporary, prefix: "replay")
    var worker = IngestWorker(plan, runs: runs)
    for digest in ledger.digests.sorted() {
      let name = "\(digest.hexadecimal).jsonl.gz"
      guard FileSystem.exists("\(quarantine)/\(name)"), let record = ledger[digest] else {
        continue
      }
      var file = ReplayedFile(digest, plan, directory: directories.quarantine)
      try file.run(Archive(path: "\(quarantine)/\(name)"), &worker)
      worker.commit()
      result.passed += file.passed
      result.remaining += file.remaining
      result.identityDeliveries += file.tally.identityDeliveries
      result.otherDeliveries += file.tally.otherDeliveries
      guard file.isChanged else {
        try FileSystem.remove("\(directories.quarantine)/\(name)")
        continue
      }
      result.archives += 1
      if file.remaining == 0 { result.retiredQuarantine.append(name) }
      ledger.put(record.changed(by: file.tally))
      counts.merge(file.tally.counts)
    }
    try worker.finish()
    guard result.archives > 0 else { return result }
    let writer = try LakeWriter(directory: directories.lake, adding: lake)
    for part in LakeWriter.Part.allCases {
      let written = try writer.write(part, of: worker.runs, windows: plan.windows)
      result.observations += written.observations
      result.identities += written.identities
    }
    try writer.write(counts)
    if let forgotten = plan.forgotten {
      try writer.write(forgotten.adding(worker.runs.forgotten))
    }
    try writer.write(ledger)
    try writer.writeManifest(LakeManifest.Settings(plan.windows, plan.personalData))
    return result
  }
}

/// What became of the lines in the quarantine.
package struct ReplayResult: Sendable {
  /// How many lines are in the lake now.
  package fileprivate(set) var passed = 0
  /// How many lines stay in the quarantine.
  package fileprivate(set) var remaining = 0
  /// Of how many archives anything changed.
  package fileprivate(set) var archives = 0
  /// What the lines are that are in the lake now.
  package fileprivate(set) var identityDeliveries: Int64 = 0
  package fileprivate(set) var otherDeliveries: Int64 = 0
  /// How many observations the partitions have that were written, and identities the lines that moved.
  package fileprivate(set) var observations = 0
  package fileprivate(set) var identities = 0
  /// The files of the quarantine in which nothing is left.
  package fileprivate(set) var retiredQuarantine: [String] = []

  /// No lines.
  package init() {}
}

/// The lines in the quarantine of one archive.
private struct ReplayedFile {
  private let quarantine: Quarantine
  private let format: QuarantineFormat
  private let plan: IngestPlan
  private(set) var tally = LineTally()
  private(set) var passed = 0
  private(set) var remaining = 0
  /// Whether a line passed, or stays for another reason.
  private(set) var isChanged = false

  init(_ digest: Digest256, _ plan: IngestPlan, directory: String) {
    quarantine = Quarantine(directory: directory, digest: digest)
    format = QuarantineFormat(digest)
    self.plan = plan
  }

  mutating func run(_ file: Archive, _ worker: inout IngestWorker) throws {
    var reader = try BlockReader(file)
    var block = LineBlock()
    while true {
      switch try reader.next(into: &block) {
      case .end: return try quarantine.close()
      case .partOfLongLine(let isFirst, let isLast):
        // What was too long before is too long again.
        if isFirst { remaining += 1 }
        try quarantine.keepAsItIs(block, isLast: isLast)
      case .lines:
        var records: [UInt8] = []
        var cursor = LineCursor(block)
        while cursor.advance(in: block) { try replay(block.line(at: cursor), &worker, &records) }
        try quarantine.keep(records)
        try worker.spillIfFull()
      }
    }
  }

  private mutating func replay(
    _ record: Span<UInt8>,
    _ worker: inout IngestWorker,
    _ records: inout [UInt8]
  ) throws {
    // What was erased can never be tried again.
    guard let kept = QuarantinedLine(record), kept.reason != .lineTooLong, let line = kept.line
    else {
      remaining += 1
      records.append(record)
      records.append(UInt8(ascii: "\n"))
      return
    }
    let calendar = plan.windows.calendar
    do throws(Rejection) {
      let acceptance = try worker.process(line: line.span)
      let day = calendar.day(of: acceptance.receivedAt)
      tally.countAccepted(
        acceptance.verdict,
        isSnapshot: acceptance.isSnapshot,
        receivedAt: acceptance.receivedAt,
        day: day
      )
      tally.uncount(.rejected(kept.reason), day: day)
      passed += 1
      isChanged = true
    } catch {
      // A line whose time is known now was rejected with its time known: what is read before the time is the same.
      let day = error.receivedAt.map(calendar.day)
      tally.countRejected(error, day: day)
      tally.uncount(.rejected(kept.reason), day: day)
      remaining += 1
      let start = records.count
      let place = (kept.number, kept.offset)
      worker.reject(line.span, at: place, error, format, to: &records)
      let isSame = records.span.extracting(start..<records.count - 1).equalBytes(record)
      if !isSame { isChanged = true }
    }
  }
}
