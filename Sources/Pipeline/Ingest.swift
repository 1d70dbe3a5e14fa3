internal import Archives
internal import Bytes
internal import Lake
internal import Observations

/// Turns archives into a lake and a quarantine.
package struct Ingest {
  private let plan: IngestPlan

  package init(_ plan: IngestPlan) { self.plan = plan }

  /// Where an ingestion writes to.
  package struct Directories: Sendable {
    /// An empty directory for the lake.
    package var lake: String
    /// An empty directory for the rejected lines.
    package var quarantine: String
    /// A directory for what is gone in the end.
    package var temporary: String

    package init(lake: String, quarantine: String, temporary: String) {
      self.lake = lake
      self.quarantine = quarantine
      self.temporary = temporary
    }
  }

  /// Reads all archives and writes a lake and a quarantine.
  ///
  /// - Parameters:
  ///   - directories: Where they go.
  ///   - progress: Called after every archive, on any thread but never on two at once, with how many are done and its path.
  /// - Returns: What became of the archives.
  /// - Throws: ``FileFailure`` where something cannot be written; what is wrong with an archive is in the result.
  package func run(
    _ directories: Directories,
    progress: @escaping @Sendable (_ done: Int, _ path: String) -> Void = { _, _ in }
  ) throws -> IngestResult {
    let stored = try plan.lake?.ledger() ?? [:]
    let catalog = try ArchiveCatalog(plan, stored, temporary: directories.temporary)
    let queue = ArchiveQueue(plan.archives.filter { catalog.pending[$0] != nil })
    let unknownCount = catalog.pending.count + catalog.failures.count
    let ledger = IngestLedger(
      plan,
      stored,
      done: plan.archives.count - unknownCount,
      progress
    )
    for (archive, error) in catalog.failures { ledger.fail(archive, error) }
    concurrently(plan.jobs) { index in
      do {
        let runs = FactRuns(directory: directories.temporary, prefix: "facts-\(index)")
        var worker = IngestWorker(plan, runs: runs)
        try work(&worker, queue, catalog, ledger, directories)
        try worker.finish()
        ledger.add(worker.runs)
      } catch {
        queue.stop()
        ledger.fail(error)
      }
    }
    return try write(ledger, catalog, stored, directories)
  }

  /// Does what the queue has to do, until there is nothing left.
  private func work(
    _ worker: inout IngestWorker,
    _ queue: ArchiveQueue,
    _ catalog: ArchiveCatalog,
    _ ledger: IngestLedger,
    _ directories: Directories
  ) throws {
    while let task = queue.next() {
      switch task {
      case .help(let exchange): try worker.help(exchange)
      case .ingest(let archive, let exchange):
        var verdict = BlockExchange.Verdict.discard
        defer { queue.finish(exchange, verdict) }
        do {
          guard let pending = catalog.pending[archive] else { continue }
          let source = pending.source
          defer { source.removeSpool() }
          guard ledger.claim(source.digest, archive) else { continue }
          var ingestion = ArchiveIngestion(
            archive,
            pending,
            plan,
            exchange: exchange,
            quarantine: directories.quarantine
          )
          do {
            let (record, counts, damage) = try ingestion.run(&worker)
            worker.commit()
            verdict = .commit
            ledger.add(record, counts, damage, earlier: pending.earlier?.digest)
          } catch let error as ArchiveError {
            try worker.discard()
            for copy in ledger.release(source.digest) { queue.add(copy) }
            throw error
          }
        } catch let error as ArchiveError {
          ledger.fail(archive, error)
        }
      }
    }
  }

  private func write(
    _ ledger: IngestLedger,
    _ catalog: ArchiveCatalog,
    _ stored: [Digest256: ArchiveRecord],
    _ directories: Directories
  ) throws -> IngestResult {
    var (result, counts, workers) = try ledger.finish()
    result.knownCount = catalog.known.count
    result.seen = catalog.seen
    let records = ledger.ledger(result.records, catalog.known)
    result.isChanged =
      plan.lake == nil
      || Dictionary(uniqueKeysWithValues: records.map { ($0.digest, $0) }) != stored
    guard result.isChanged else { return result }
    result.retiredQuarantine = ledger.grown.map { "\($0.hexadecimal).jsonl.gz" }
    var runs = FactRuns(directory: directories.temporary, prefix: "merged")
    for worker in workers { runs.add(contentsOf: worker) }
    workers.removeAll()
    let writer = try LakeWriter(directory: directories.lake, adding: plan.lake)
    let written = try writeFacts(runs, writer)
    try writer.write(counts)
    result.forgottenDeliveries = runs.forgotten.total
    if let forgotten = plan.forgotten {
      let known = plan.lake == nil ? forgotten.uncounted : forgotten
      try writer.write(known.adding(runs.forgotten))
    }
    try writer.write(records)
    try writer.writeManifest(LakeManifest.Settings(plan.windows, plan.personalData))
    result.observations = written.observations
    result.identities = written.identities
    return result
  }

  /// Writes the tables that facts make, on as many threads as there are.
  private func writeFacts(
    _ runs: FactRuns,
    _ lake: LakeWriter
  ) throws -> (observations: Int, identities: Int) {
    let written = Monitor((observations: 0, identities: 0, failure: (any Error)?.none))
    let windows = plan.windows
    concurrentlyForEach(LakeWriter.Part.allCases, jobs: plan.jobs) { part in
      let result = Result { try lake.write(part, of: runs, windows: windows) }
      written.change { state in
        switch result {
        case .success(let (observations, identities)):
          state.observations += observations
          state.identities += identities
        case .failure(let error): state.failure = state.failure ?? error
        }
      }
    }
    let (observations, identities, failure) = written.change { $0 }
    if let failure { throw failure }
    return (observations, identities)
  }
}
