package import Archives
internal import Bytes
package import Captures
package import Lake
package import Observations
package import Recognition
internal import SystemPackage

/// What is to be ingested, and how.
package struct IngestPlan: Sendable {
  package var archives: [Archive]
  package var verifier: Verifier
  package var windows: WindowPolicy
  /// Whether the complete lines before the damage of a broken archive are taken.
  package var salvages = false
  /// What is remembered of earlier deliveries.
  package var recognition = Recognition.Options()
  package var maximumLineLength = ArchiveReader.defaultMaximumLineLength

  package init(
    archives: [Archive],
    verifier: Verifier,
    windows: WindowPolicy,
    salvages: Bool = false
  ) {
    self.archives = archives
    self.verifier = verifier
    self.windows = windows
    self.salvages = salvages
  }
}

/// What became of the archives of a run.
package struct IngestResult: Sendable {
  /// An archive that could not be read to its end.
  package struct Failure: Sendable {
    package let path: String
    package let reason: String
    /// Whether its complete lines were taken all the same.
    package let isSalvaged: Bool
  }

  /// A file whose bytes are those of an archive that was read already.
  package struct Copy: Sendable {
    package let path: String
    package let original: String
  }

  /// The ledger of the archives that were ingested.
  package fileprivate(set) var records: [ArchiveRecord] = []
  package fileprivate(set) var failures: [Failure] = []
  package fileprivate(set) var copies: [Copy] = []
  package fileprivate(set) var observations = 0
  package fileprivate(set) var identities = 0

  package init() {}
}

/// Turns archives into a lake and a quarantine.
package struct Ingest: ~Copyable {
  private let plan: IngestPlan
  private var worker: DeliveryWorker
  private var facts = Facts()
  private var result = IngestResult()
  private var paths: [Digest256: String] = [:]

  package init(_ plan: IngestPlan) {
    self.plan = plan
    worker = DeliveryWorker(
      plan.verifier,
      windows: plan.windows,
      recognition: plan.recognition
    )
  }

  /// Reads all archives and writes a lake and a quarantine into these empty directories.
  ///
  /// - Parameters:
  ///   - lake: Where the lake goes.
  ///   - quarantine: Where the rejected lines go.
  ///   - spool: A path for what cannot be read twice, standard input for instance.
  ///   - progress: Called after every archive with its path.
  /// - Returns: What became of the archives.
  /// - Throws: ``FileFailure`` where something cannot be written; what is wrong with an archive is in the result.
  package consuming func run(
    lake: String,
    quarantine: String,
    spool: String,
    progress: (_ path: String) -> Void = { _ in }
  ) throws -> IngestResult {
    for archive in plan.archives {
      try ingest(archive, quarantine: quarantine, spool: spool)
      progress(archive.path)
    }
    let writer = try LakeWriter(directory: lake)
    (result.observations, result.identities) = try writer.write(
      facts,
      worker.names,
      windows: plan.windows
    )
    var counts = DeliveryCounts()
    for record in result.records { counts.merge(record.counts) }
    try writer.write(counts)
    try writer.write(result.records)
    return result
  }

  private mutating func ingest(
    _ archive: Archive,
    quarantine: String,
    spool: String
  ) throws {
    do {
      let source = try ArchiveSource(archive, spool: spool)
      defer { source.removeSpool() }
      if let original = paths[source.digest] {
        result.copies.append(IngestResult.Copy(path: archive.path, original: original))
        return
      }
      let rejected = Quarantine(directory: quarantine, digest: source.digest)
      var staged = Facts()
      var record = ArchiveRecord(path: archive.path)
      record.digest = source.digest
      var reader = try ArchiveReader(
        source.archive,
        named: archive.path,
        maximumLineLength: plan.maximumLineLength
      )
      do throws(ArchiveError) {
        try readLines(&reader, &record, &staged, rejected)
        guard try reader.digest() == source.digest else {
          throw ArchiveError(code: .changed, path: archive.path, offset: reader.byteCount)
        }
      } catch {
        guard plan.salvages, error.isDamage else {
          try rejected.discard()
          throw error
        }
        record.status = .salvaged
        fail(archive, error, isSalvaged: true)
      }
      if let failure = rejected.failure { throw failure }
      try rejected.close()
      record.bytes = Int64(source.byteCount)
      record.inflatedBytes = Int64(reader.inflatedByteCount)
      facts.merge(staged)
      paths[source.digest] = archive.path
      result.records.append(record)
    } catch let error as ArchiveError {
      fail(archive, error, isSalvaged: false)
    }
  }

  private mutating func fail(_ archive: Archive, _ error: ArchiveError, isSalvaged: Bool) {
    result.failures.append(
      IngestResult.Failure(
        path: archive.path,
        reason: error.reason,
        isSalvaged: isSalvaged
      )
    )
  }

  private mutating func readLines(
    _ reader: inout ArchiveReader,
    _ record: inout ArchiveRecord,
    _ staged: inout Facts,
    _ rejected: Quarantine
  ) throws(ArchiveError) {
    let calendar = plan.windows.calendar
    while true {
      switch try reader.next() {
      case .end: return
      case .line:
        do throws(Rejection) {
          let acceptance = try worker.process(reader.bytes, into: &staged)
          record.countAccepted(
            acceptance.verdict,
            isSnapshot: acceptance.isSnapshot,
            receivedAt: acceptance.receivedAt,
            day: calendar.day(of: acceptance.receivedAt)
          )
        } catch {
          record.countRejected(error, day: error.receivedAt.map(calendar.day))
          rejected.keep(
            reader.bytes,
            number: reader.lineNumber,
            offset: reader.lineOffset,
            error
          )
        }
      case .partOfLongLine(let isFirst, let isLast):
        let rejection = Rejection(
          .lineTooLong,
          "the line is longer than \(plan.maximumLineLength) bytes"
        )
        if isFirst { record.countRejected(rejection, day: nil) }
        rejected.keepPart(
          reader.bytes,
          number: reader.lineNumber,
          offset: reader.lineOffset,
          isFirst: isFirst,
          isLast: isLast,
          rejection
        )
      }
      if rejected.failure != nil { return }
    }
  }
}
