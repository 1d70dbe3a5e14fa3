internal import Archives
internal import Bytes
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
    var done = 0
    var failure: (any Error)?
  }

  private let monitor = Monitor(State())
  private let places: [Archive: Int]
  private let progress: @Sendable (_ done: Int, _ path: String) -> Void

  init(_ plan: IngestPlan, _ progress: @escaping @Sendable (Int, String) -> Void) {
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

  /// Adds an archive that was read, and what it was salvaged from.
  func add(_ record: ArchiveRecord, _ counts: DeliveryCounts, _ damage: ArchiveError?) {
    monitor.change { state in
      state.result.records.append(record)
      state.counts.merge(counts)
      if let damage { state.result.failures.append(.init(damage, isSalvaged: true)) }
      advance(&state, Archive(path: record.path))
    }
  }

  /// Notes that an archive could not be read.
  func fail(_ archive: Archive, _ error: ArchiveError) {
    monitor.change { state in
      state.result.failures.append(.init(error, isSalvaged: false))
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

  private func place(_ path: String) -> Int { places[Archive(path: path)] ?? .max }

  private func advance(_ state: inout State, _ archive: Archive) {
    state.done += 1
    progress(state.done, archive.path)
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
