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

  /// Called with how many archives are done, how many there are, and the path of the last one.
  package typealias Progress = @Sendable (_ done: Int, _ total: Int, _ path: String) -> Void

  /// Reads all archives and writes a lake and a quarantine.
  ///
  /// - Parameters:
  ///   - directories: Where they go.
  ///   - progress: Called after every archive, on any thread but never on two at once.
  /// - Returns: What became of the archives.
  /// - Throws: ``FileFailure`` where something cannot be written, ``RebuildFailure`` where dates cannot be made anew; what is
  ///   wrong with an archive is in the result otherwise.
  package func run(
    _ directories: Directories,
    progress: @escaping Progress = { _, _, _ in }
  ) throws -> IngestResult {
    let stored = try plan.lake?.ledger() ?? Ledger()
    let remade = RemadeDates(plan)
    var plan = plan
    plan.remadeDays = remade.days
    plan.archives = remade.archives(of: stored, and: plan.archives)
    return try Ingest(plan).run(directories, stored, remade, progress)
  }

  private func run(
    _ directories: Directories,
    _ stored: Ledger,
    _ remade: RemadeDates,
    _ progress: @escaping Progress
  ) throws -> IngestResult {
    let catalog = try ArchiveCatalog(plan, stored, remade, temporary: directories.temporary)
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
          guard pending.isKnown || ledger.claim(source.digest, archive) else { continue }
          var ingestion = ArchiveIngestion(
            archive,
            pending,
            plan,
            exchange: exchange,
            quarantine: directories.quarantine
          )
          do {
            let outcome = try ingestion.run(&worker)
            worker.commit()
            verdict = .commit
            ledger.add(outcome, of: archive, earlier: pending.earlier?.digest)
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
    _ stored: Ledger,
    _ directories: Directories
  ) throws -> IngestResult {
    var (result, counts, workers) = try ledger.finish()
    result.knownCount = catalog.known.count
    result.seen = catalog.seen
    let gone = try gone(catalog, ledger, result)
    let archives = ledger.ledger(result.records, catalog.known, without: gone)
    result.isChanged = plan.lake == nil || !plan.remadeDays.isEmpty || archives.isChanged
    guard result.isChanged else { return result }
    result.retiredQuarantine = (ledger.grown + gone).map { "\($0.hexadecimal).jsonl.gz" }
    if let lake = plan.lake, !plan.remadeDays.isEmpty {
      let replaced = gone.compactMap { stored[$0] }
      counts.merge(try lake.recounted(plan.remadeDays, ledger.readAgain.lines, without: replaced))
    }
    var runs = FactRuns(directory: directories.temporary, prefix: "merged")
    for worker in workers { runs.add(contentsOf: worker) }
    workers.removeAll()
    let writer = try LakeWriter(
      directory: directories.lake,
      adding: plan.lake,
      remaking: plan.remadeDays
    )
    let written = try writeFacts(runs, writer)
    try writer.write(counts)
    result.forgottenDeliveries = runs.forgotten.total
    if let forgotten = plan.forgotten {
      var known = plan.lake == nil ? forgotten.uncounted : forgotten
      known.deliveries.remove(plan.remadeDays)
      try writer.write(known.adding(runs.forgotten))
    }
    try writer.write(archives)
    try writer.writeManifest(LakeManifest.Settings(plan.windows, plan.personalData))
    result.retiredPartitions = writer.retired
    result.observations = written.observations
    result.identities = written.identities
    return result
  }

  /// The archives that others have taken the place of.
  ///
  /// - Throws: ``RebuildFailure`` where an archive could not be read without which dates cannot be made anew.
  private func gone(_ catalog: ArchiveCatalog, _ ledger: IngestLedger, _ result: IngestResult)
    throws
    -> Set<Digest256>
  {
    let there = Set(result.records.map(\.digest)).union(catalog.known.keys)
    let gone = Set(catalog.replaced.filter { there.contains($0.value) }.keys)
    let done = gone.union(ledger.readAgain.digests)
    let missing = catalog.required.values.filter { !done.contains($0.digest) }
    guard !missing.isEmpty else { return gone }
    throw RebuildFailure(
      faults: missing.sorted { $0.path < $1.path }.map { record in
        let readers = catalog.pending.filter { $0.value.earlier?.digest == record.digest }
        let paths = Set(readers.map(\.key.path) + [record.path])
        if let failure = result.failures.first(where: { paths.contains($0.path) }) {
          return (failure.path, failure.reason)
        }
        let path = result.unfinished.first(where: paths.contains)
        return (path ?? record.path, "it is still being written; try again when it is whole")
      }
    )
  }

  /// Writes the tables that facts make, on as many threads as there are.
  private func writeFacts(
    _ runs: FactRuns,
    _ lake: LakeWriter
  ) throws -> (observations: Int, identities: Int) {
    let written = Monitor((observations: 0, identities: 0, failure: (any Error)?.none))
    let windows = plan.windows
    let write: @Sendable (LakeWriter.Part) -> Void = { part in
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
    for stage in lake.stages {
      concurrentlyForEach(stage, jobs: plan.jobs, write)
      if let failure = written.use({ $0.failure }) { throw failure }
    }
    return written.use { ($0.observations, $0.identities) }
  }
}
