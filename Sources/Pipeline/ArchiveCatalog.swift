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
    var earlier: ArchiveRecord?
    /// Whether that is read again too, for dates that are made anew.
    var isReadAgain = false

    /// Whether there is nothing in it that was not ingested before.
    var isKnown: Bool { source.digest == earlier?.digest }
  }

  private(set) var pending: [Archive: Pending] = [:]
  private(set) var failures: [(Archive, ArchiveError)] = []
  /// The archives that the lake has, and under which paths they were found.
  private(set) var known: [Digest256: [String]] = [:]
  /// The archives that have to be read again, for dates that are made anew.
  private(set) var required: [Digest256: ArchiveRecord] = [:]
  /// For archives whose bytes are gone, and that are to be taken as they are now, the digests of what stands in their places.
  private(set) var replaced: [Digest256: Digest256] = [:]
  /// The digests of the files that were found.
  private(set) var seen: SeenArchives

  /// Looks at the archives of a plan.
  ///
  /// - Parameters:
  ///   - plan: The plan.
  ///   - ledger: The archives that the lake has.
  ///   - remade: The dates that are made anew.
  ///   - temporary: Where the bytes of a pipe are kept.
  /// - Throws: ``FileFailure``, or ``RebuildFailure``; what is wrong with an archive is in ``failures``.
  /// - Complexity: O(*n*) in the bytes of the archives that were not seen before as they are, or have to be read again.
  init(
    _ plan: IngestPlan,
    _ ledger: Ledger,
    _ remade: RemadeDates,
    temporary: String
  ) throws {
    seen = plan.seen
    required = remade.concerned(of: ledger)
    var digests: [String: Digest256] = [:]
    var unknown: [Archive] = []
    for archive in plan.archives {
      if let digest = plan.seen.digest(of: archive), ledger.contains(digest),
        required[digest] == nil
      {
        known[digest, default: []].append(archive.path)
        digests[archive.path] = digest
      } else {
        unknown.append(archive)
      }
    }
    let lengths = Set(lost(of: ledger).compactMap(ledger.byteCount))
    var readAgain: [Archive: Pending] = [:]
    for (archive, source) in try Self.sources(unknown, plan, prefixes: lengths.sorted(), temporary)
    {
      switch source {
      case .failure(let error): failures.append((archive, error))
      case .success(let source):
        seen.note(archive, source.fileVersion, source.digest)
        digests[archive.path] = source.digest
        guard let record = ledger[source.digest] else {
          pending[archive] = Pending(source: source)
          continue
        }
        if known[source.digest] == nil, required[source.digest] != nil {
          readAgain[archive] = Pending(source: source, earlier: record, isReadAgain: true)
        } else {
          source.removeSpool()
        }
        known[source.digest, default: []].append(archive.path)
      }
    }
    findGrown(ledger)
    try findRewritten(ledger, remade, digests)
    pending.merge(readAgain) { first, _ in first }
    try requireAll()
  }

  /// The digests of the archives that were not found.
  private func lost(of ledger: Ledger) -> [Digest256] {
    ledger.digests.filter { known[$0] == nil }
  }

  /// Finds the archives that have grown.
  private mutating func findGrown(_ ledger: Ledger) {
    let lost = lost(of: ledger).compactMap { ledger[$0] }
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
      guard let earlier else { continue }
      grown[earlier.digest] = digest
      pending[archive]?.earlier = earlier
      pending[archive]?.isReadAgain = required[earlier.digest] != nil
    }
  }

  /// Finds the archives that were ingested with bytes that are gone, where others stand in their places.
  ///
  /// Where all their dates are made anew, they are taken as they are now.
  private mutating func findRewritten(
    _ ledger: Ledger,
    _ remade: RemadeDates,
    _ digests: [String: Digest256]
  ) throws {
    let grown = Set(pending.values.compactMap { $0.earlier?.digest })
    var faults: [(path: String, reason: String)] = []
    let lost = lost(of: ledger).compactMap { ledger[$0] }
    for record in lost.sorted(by: { $0.path < $1.path }) {
      let archive = Archive(path: record.path)
      guard !grown.contains(record.digest), !archive.isStandardInput,
        let digest = digests[record.path]
      else { continue }
      let touched = try remade.touched(by: record)
      let missing = touched.subtracting(remade.days)
      if !remade.days.isEmpty, missing.isEmpty {
        replaced[record.digest] = digest
      } else if required[record.digest] != nil {
        let dates = RemadeDates.texts(missing).joined(separator: " ")
        faults.append((record.path, "its earlier content was of other dates too; add \(dates)"))
      } else if let found = pending[archive], found.earlier == nil {
        pending[archive] = nil
        let code = ArchiveError.Code.rewritten(dates: try remade.advised(for: record))
        failures.append((archive, ArchiveError(code: code, path: archive.path, offset: 0)))
      }
    }
    guard faults.isEmpty else { throw RebuildFailure(faults: faults) }
  }

  /// Makes sure that there is something to read of every archive that is required.
  private func requireAll() throws {
    let readAgain = Set(pending.values.filter(\.isReadAgain).compactMap { $0.earlier?.digest })
    let missing = required.values.filter {
      !readAgain.contains($0.digest) && replaced[$0.digest] == nil
    }
    guard !missing.isEmpty else { return }
    throw RebuildFailure(
      faults: missing.sorted { $0.path < $1.path }.map { record in
        let failure = failures.first { $0.0.path == record.path }?.1
        return (
          record.path,
          """
          \(failure?.reason ?? "it has to be read again, and is nowhere to be found"); give it back, wherever it is now, or \
          make the lake anew without it with --rebuild
          """
        )
      }
    )
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
