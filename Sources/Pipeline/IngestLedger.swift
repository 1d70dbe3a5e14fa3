internal import Archives
internal import Bytes
internal import Files
internal import Lake
internal import Observations
internal import Runs

/// What all workers of an ingestion know together: which archives were read, and what became of them.
final class IngestLedger: Sendable {
  private struct State {
    var result = IngestResult()
    var counts = DeliveryCounts()
    var runs: [FactRuns] = []
    /// The archives with the same bytes, by their digests, the one that is read first.
    var claims: [Digest256: [Archive]] = [:]
    /// The lines on dates that are made anew, of the archives that were read again, and which these are.
    var recounted = DeliveryCounts()
    var readAgain: Set<Digest256> = []
    /// For the archives that have grown, the digests that they had.
    var earlier: [Digest256: Digest256] = [:]
    var done: Int
    var failure: (any Error)?
  }

  private let monitor: Monitor<State>
  private let places: [Archive: Int]
  private let progress: Ingest.Progress
  private let settledAt: Int
  /// The archives that the lake has.
  private let stored: Ledger

  init(
    _ plan: IngestPlan,
    _ stored: Ledger,
    done: Int,
    _ progress: @escaping Ingest.Progress
  ) {
    monitor = Monitor(State(done: done))
    settledAt = plan.settledAt
    self.stored = stored
    places = Dictionary(
      plan.archives.enumerated().map { ($1, $0) },
      uniquingKeysWith: { first, _ in first }
    )
    self.progress = progress
  }

  /// Whether the archive is the first one with these bytes; if not, it is noted as a copy.
  func claim(_ digest: Digest256, _ archive: Archive) -> Bool {
    monitor.change { state in
      state.claims[digest, default: []].append(archive)
      let isFirst = state.claims[digest]?.count == 1
      if !isFirst { advance(&state, archive) }
      return isFirst
    }
  }

  /// Takes back a claim, because the archive could not be read.
  ///
  /// - Returns: Its copies, which are to be tried in its place.
  func release(_ digest: Digest256) -> [Archive] {
    monitor.change { state in
      let copies = state.claims.removeValue(forKey: digest)?.dropFirst() ?? []
      state.done -= copies.count
      return Array(copies)
    }
  }

  /// Adds what became of an archive that was read.
  func add(_ outcome: ArchiveIngestion.Outcome, of archive: Archive, earlier: Digest256?) {
    monitor.change { state in
      if let recounted = outcome.recounted, let earlier {
        state.recounted.merge(recounted)
        state.readAgain.insert(earlier)
      }
      if let record = outcome.record {
        state.earlier[record.digest] = earlier
        state.result.records.append(record)
        state.counts.merge(outcome.counts)
      }
      if let damage = outcome.damage {
        state.result.failures.append(.init(damage, isSalvaged: true))
      }
      advance(&state, archive)
    }
  }

  /// Notes that an archive could not be read.
  func fail(_ archive: Archive, _ error: ArchiveError) {
    monitor.change { state in
      if error.isEndMissing, let version = archive.version, version.modifiedAt > settledAt {
        state.result.unfinished.append(archive.path)
      } else {
        state.result.failures.append(.init(error, isSalvaged: false))
      }
      advance(&state, archive)
    }
  }

  /// Adds the facts of a worker.
  func add(_ runs: FactRuns) { monitor.change { $0.runs.append(runs) } }

  /// Notes that nothing can go on.
  func fail(_ error: any Error) { monitor.change { $0.failure = $0.failure ?? error } }

  /// What became of all archives, in the order of their paths.
  ///
  /// - Throws: What made a worker stop.
  func finish() throws -> (IngestResult, DeliveryCounts, [FactRuns]) {
    try monitor.change { state in
      if let failure = state.failure { throw failure }
      var result = state.result
      var originals: [Digest256: String] = [:]
      var originalPaths: [String: String] = [:]
      for (digest, archives) in state.claims where archives.count > 1 {
        // Of copies, the first in the order of paths is the original, whichever was read.
        let sorted = archives.sorted { place($0.path) < place($1.path) }
        originals[digest] = sorted[0].path
        for archive in sorted { originalPaths[archive.path] = sorted[0].path }
        result.copies += sorted.dropFirst().map { .init(path: $0.path, original: sorted[0].path) }
      }
      result.records = result.records.map { record in
        originals[record.digest].map(record.renamed) ?? record
      }
      result.failures = result.failures.map { failure in
        originalPaths[failure.path].map(failure.renamed) ?? failure
      }
      result.records.sort { place($0.path) < place($1.path) }
      result.failures.sort { place($0.path) < place($1.path) }
      result.copies.sort { place($0.path) < place($1.path) }
      return (result, state.counts, state.runs)
    }
  }

  /// Adds what was ingested to the archives that the lake has.
  ///
  /// - Parameters:
  ///   - records: What was ingested, after ``finish()``.
  ///   - known: The archives that the lake has, and the paths under which they were found.
  ///   - gone: The digests of archives that are no longer part of the lake.
  /// - Returns: The ledger as it will be.
  func ledger(
    _ records: [ArchiveRecord],
    _ known: [Digest256: [String]],
    without gone: Set<Digest256>
  ) -> Ledger {
    var ledger = stored
    for digest in gone { ledger.remove(digest) }
    let earlier = monitor.use { $0.earlier }
    for record in records {
      let before = earlier[record.digest].flatMap { ledger.remove($0) }
      ledger.put(before?.grown(into: record) ?? record)
    }
    for (digest, paths) in known {
      guard let known = ledger.path(of: digest), paths != [known] else { continue }
      // A file that was found has the bytes that it was found with.
      let isThere = places[Archive(path: known)] == nil && FileSystem.exists(known)
      let path = (paths + (isThere ? [known] : [])).min { Self.precedes($0, $1) }
      if let path, path != known, let record = ledger[digest] { ledger.put(record.renamed(path)) }
    }
    return ledger
  }

  /// The archives that were read again, and their lines on the dates that are made anew.
  var readAgain: (digests: Set<Digest256>, lines: DeliveryCounts) {
    monitor.use { ($0.readAgain, $0.recounted) }
  }

  /// The digests of archives that have grown, as they were.
  var grown: [Digest256] { monitor.use { Array($0.earlier.values) } }

  /// Paths in the order of their bytes, standard input last.
  private static func precedes(_ left: String, _ right: String) -> Bool {
    let input = Archive.standardInput.path
    if left == input || right == input { return right == input && left != input }
    return left.utf8.lexicographicallyPrecedes(right.utf8)
  }

  private func place(_ path: String) -> Int { places[Archive(path: path)] ?? .max }

  private func advance(_ state: inout State, _ archive: Archive) {
    state.done += 1
    progress(state.done, places.count, archive.path)
  }
}

extension IngestResult.Failure {
  fileprivate init(_ error: ArchiveError, isSalvaged: Bool) {
    self.init(path: error.path, reason: error.reason, isSalvaged: isSalvaged)
  }

  /// The same under the path of the original, where a copy was read.
  fileprivate func renamed(_ path: String) -> Self {
    Self(path: path, reason: reason, isSalvaged: isSalvaged)
  }
}
