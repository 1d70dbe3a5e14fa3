internal import Archives
internal import Bytes
internal import Files
internal import Lake

/// What is to be done with the archives that were found, by what the lake has of them.
///
/// An archive that the lake has is told by its digest, whatever its name; one that begins with the bytes of another that is gone
/// has grown from it.
struct ArchiveCatalog {
  /// An archive that has to be read.
  struct Pending {
    let source: ArchiveSource
    /// What was ingested of it before.
    let earlier: ArchiveRecord?
  }

  private(set) var pending: [Archive: Pending] = [:]
  private(set) var failures: [(Archive, ArchiveError)] = []
  /// The archives that the lake has, and under which paths they were found.
  private(set) var known: [Digest256: [String]] = [:]
  /// The digests of the files that were found.
  private(set) var seen: SeenArchives

  /// Looks at the archives of a plan.
  ///
  /// - Parameters:
  ///   - plan: The plan.
  ///   - ledger: The archives that the lake has.
  ///   - temporary: Where the bytes of a pipe are kept.
  /// - Throws: ``FileFailure``; what is wrong with an archive is in ``failures``.
  /// - Complexity: O(*n*) in the bytes of the archives that were not seen before as they are.
  init(_ plan: IngestPlan, _ ledger: [Digest256: ArchiveRecord], temporary: String) throws {
    seen = plan.seen
    var unknown: [Archive] = []
    for archive in plan.archives {
      if let digest = plan.seen.digest(of: archive), ledger[digest] != nil {
        known[digest, default: []].append(archive.path)
      } else {
        unknown.append(archive)
      }
    }
    let lost = Dictionary(grouping: ledger.values.filter { known[$0.digest] == nil }) { record in
      Int(record.bytes)
    }
    let sources = try Self.sources(unknown, plan, prefixes: lost.keys.sorted(), temporary)
    for (archive, source) in sources {
      switch source {
      case .failure(let error): failures.append((archive, error))
      case .success(let source):
        seen.note(archive, source.fileVersion, source.digest)
        if ledger[source.digest] != nil {
          known[source.digest, default: []].append(archive.path)
          source.removeSpool()
        } else {
          pending[archive] = Pending(source: source, earlier: nil)
        }
      }
    }
    findGrown(ledger)
  }

  /// Finds the archives that have grown, and those that were ingested with bytes that are gone.
  private mutating func findGrown(_ ledger: [Digest256: ArchiveRecord]) {
    let lost = ledger.values.filter { known[$0.digest] == nil }
    let byPath = Dictionary(lost.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    let byDigest = Dictionary(uniqueKeysWithValues: lost.map { ($0.digest, $0) })
    // Of two archives that begin alike one has grown and the other is new; copies of one have grown together.
    var grown: [Digest256: Digest256] = [:]
    for (archive, found) in pending.sorted(by: { $0.key.path < $1.key.path }) {
      let digest = found.source.digest
      let earlier = found.source.prefixes.values.compactMap { byDigest[$0] }
        .filter { grown[$0.digest] == nil || grown[$0.digest] == digest }
        // Every file begins with the bytes of an empty one.
        .filter { $0.bytes > 0 || $0.path == archive.path }
        .max { $0.bytes < $1.bytes }
      if let earlier { grown[earlier.digest] = digest }
      if let earlier {
        pending[archive] = Pending(source: found.source, earlier: earlier)
      } else if byPath[archive.path] != nil, !archive.isStandardInput {
        pending[archive] = nil
        failures.append((archive, ArchiveError(code: .rewritten, path: archive.path, offset: 0)))
      }
    }
  }

  private static func sources(
    _ archives: [Archive],
    _ plan: IngestPlan,
    prefixes: [Int],
    _ temporary: String
  ) throws -> [(Archive, Result<ArchiveSource, ArchiveError>)] {
    typealias Found = (Archive, Result<ArchiveSource, ArchiveError>)
    let found = Monitor((sources: [Found](), next: 0, failure: (any Error)?.none))
    concurrently(max(1, min(plan.jobs, archives.count))) { index in
      while true {
        let place = found.change { state in
          defer { state.next += 1 }
          return state.failure == nil && state.next < archives.count ? state.next : nil
        }
        guard let place else { return }
        let archive = archives[place]
        let spool = "\(temporary)/spool-\(place)"
        do {
          let source = try ArchiveSource(archive, spool: spool, prefixes: prefixes)
          found.change { $0.sources.append((archive, .success(source))) }
        } catch let error as ArchiveError {
          found.change { $0.sources.append((archive, .failure(error))) }
        } catch {
          found.change { $0.failure = error }
        }
      }
    }
    return try found.change { state in
      if let failure = state.failure { throw failure }
      return state.sources
    }
  }
}
