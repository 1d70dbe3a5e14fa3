internal import Bytes
internal import Files
internal import Flagsmith
package import Observations
internal import Tables

/// Writes what is to be added to a lake, or to take the place of files in it.
///
/// Those are the partitions and the tables of states that facts touch. Without a lake it is the whole of one.
package struct LakeWriter: Sendable {
  private let directory: String
  private let stored: LakeReader?
  private let manifest: LakeManifest?
  /// The dates whose partitions are made anew, whatever was stored of them.
  private let remade: Set<Int32>

  /// Up to how many bytes a stored partition is kept in memory while it is merged.
  private static let smallFileByteCount = 1 << 20

  /// A writer into `directory`, which it creates.
  ///
  /// - Parameters:
  ///   - directory: The directory.
  ///   - stored: The lake that is added to.
  ///   - remade: The dates, in days since 1970-01-01, of which nothing stays that was stored. The tables of states then keep what
  ///     observations name, and no more; they are to be written after these.
  /// - Throws: ``FileFailure``, or ``LakeReader/Damaged``.
  package init(
    directory: String,
    adding stored: LakeReader? = nil,
    remaking remade: Set<Int32> = []
  ) throws {
    self.directory = directory
    self.stored = stored
    self.remade = remade
    manifest = try stored?.manifest()
    try FileSystem.makeDirectory(directory)
  }

  /// The tables that can be written by different threads.
  package enum Part: CaseIterable, Sendable {
    case observations
    case flagStates
    /// Trait values; identities are counted.
    case traits
    case segmentStates
  }

  /// All parts, those first that have to be written before others; those of one stage can be written at once.
  package var stages: [[Part]] {
    if remade.isEmpty { return [Part.allCases] }
    return [[.observations, .traits], [.flagStates, .segmentStates]]
  }

  /// Writes a part of the lake.
  ///
  /// - Parameters:
  ///   - part: Which tables.
  ///   - runs: What they are made from.
  ///   - windows: How deliveries were cut into windows.
  /// - Returns: How many observations and identities were met.
  /// - Throws: ``FileFailure``, ``DamagedRun``, or ``LakeReader/Damaged``.
  package func write(
    _ part: Part,
    of runs: FactRuns,
    windows: WindowPolicy
  ) throws -> (observations: Int, identities: Int) {
    var runs = runs
    switch part {
    case .observations:
      try addStoredObservations(to: &runs)
      return try write(runs.stream(.observations, windows: windows))
    case .traits:
      try addStoredTraits(to: &runs)
      return try write(runs.stream(.traits, windows: windows))
    case .flagStates: try write(runs.flagStates, .flagStates)
    case .segmentStates: try write(runs.segmentStates, .segmentStates)
    }
    return (0, 0)
  }

  private func write(_ stream: consuming FactStream) throws -> (observations: Int, identities: Int)
  {
    var writer = FactWriter(directory: directory)
    try stream.forEach(&writer)
    try writer.finish()
    return (writer.observationCount, writer.identityCount)
  }

  private func write(_ states: StateRuns, _ table: LakeTable) throws {
    let file = try stored?.files(table).first
    let kept = remade.isEmpty ? nil : try namedStates(table)
    if let file {
      try manifest?.verify(table.fileName(), in: stored?.path ?? "")
      if kept == nil, try StateTableFile.areKnown(states, in: file) { return }
    }
    var table = try StateTableFile(table, in: directory)
    try table.write(states, file, keeping: kept)
  }

  /// The states that the observations of the lake as it will be name.
  ///
  /// - Complexity: O(*n*) in the observations; memory for the states.
  private func namedStates(_ table: LakeTable) throws -> Set<Digest128> {
    var named: Set<Digest128> = []
    let lake = LakeReader(
      directory: stored?.path ?? directory,
      staged: directory,
      without: Set(retired)
    )
    for file in try lake.files(.observations) {
      var last: Digest128?
      try file.forEachBatch(columns: [table == .flagStates ? 3 : 4]) { batch in
        for row in 0..<batch.rowCount {
          guard let digest = batch.columns[0].digest128(row), digest != last else { continue }
          named.insert(digest)
          last = digest
        }
      }
    }
    return named
  }

  /// The stored partitions that nothing takes the place of, by their paths in the lake; known once the facts are written.
  package var retired: [String] {
    guard let stored else { return [] }
    return LakeTable.allCases.filter(\.isPartitioned).flatMap { table in
      remade.sorted().map { table.fileName(day: $0) }
        .filter {
          FileSystem.exists("\(stored.path)/\($0)") && !FileSystem.exists("\(directory)/\($0)")
        }
    }
  }

  // MARK: - What was stored

  /// The stored partitions on the dates of `runs`, by date.
  private func partitions(_ table: LakeTable, _ runs: FactRuns) throws -> [LakeReader.File] {
    guard let stored else { return [] }
    return try runs.days.subtracting(remade).sorted().compactMap { day in
      guard let file = stored.partition(table, day: day) else { return nil }
      try manifest?.verify(table.fileName(day: day), in: stored.path)
      return file
    }
  }

  private func addStoredObservations(to runs: inout FactRuns) throws {
    let partitions = try partitions(.observations, runs)
    guard !partitions.isEmpty else { return }
    try runs.addObservations(inMemory: Self.areSmall(partitions)) { append in
      try Self.forEachRow(of: partitions, Observation.init, append)
    }
  }

  private func addStoredTraits(to runs: inout FactRuns) throws {
    let partitions = try partitions(.traitValues, runs)
    guard !partitions.isEmpty else { return }
    try runs.addTraits(inMemory: Self.areSmall(partitions)) { append in
      try Self.forEachRow(of: partitions, TraitObservation.init, append)
    }
  }

  /// Hands on what the rows of partitions are, with their identities.
  private static func forEachRow<Fact>(
    of partitions: [LakeReader.File],
    _ fact: (_ partition: Table, _ row: Int, _ day: Int?) -> Fact?,
    _ append: (Fact, _ identity: Span<UInt8>) throws -> Void
  ) throws {
    for file in partitions {
      try file.forEachBatch { batch in
        let identities = batch.columns[1].texts
        for row in 0..<batch.rowCount {
          guard let fact = fact(batch, row, file.day) else {
            throw LakeReader.Damaged(
              path: file.path,
              fault: "row \(row) of a batch is none of \(file.table.rawValue)"
            )
          }
          try append(fact, identities[row])
        }
      }
    }
  }

  // MARK: - What is left of what was stored

  /// Writes the partitions of the dates that are made anew as they were stored, less the rows of some identities.
  ///
  /// - Parameter names: The identities, as the lake has them.
  /// - Throws: ``FileFailure``, ``ParquetError``, or ``LakeReader/Damaged``.
  /// - Complexity: O(*n*) in the rows, in bounded memory.
  func writeStored(without names: ByteInterner) throws {
    guard let stored else { return }
    func partitions(_ table: LakeTable) -> [LakeReader.File] {
      remade.sorted().compactMap { stored.partition(table, day: $0) }
    }
    var writer = FactWriter(directory: directory)
    try Self.forEachRow(of: partitions(.observations), Observation.init) { row, identity in
      if names.find(identity) == nil { try writer.visit(row, identity: identity) }
    }
    try Self.forEachRow(of: partitions(.traitValues), TraitObservation.init) { row, identity in
      if names.find(identity) == nil { try writer.visit(row, identity: identity) }
    }
    try writer.finish()
  }

  private static func areSmall(_ files: [LakeReader.File]) -> Bool {
    files.reduce(0) { $0 + (FileSystem.byteCount($1.path) ?? 0) } <= smallFileByteCount
  }

  // MARK: - What the archives were

  /// Writes the ledger.
  ///
  /// - Throws: ``FileFailure``.
  package func write(_ ledger: Ledger) throws {
    try ledger.write(to: try TableFile(.archives, in: directory))
  }

  /// Writes how many lines had which outcome on which date, with those that were counted before.
  package func write(_ counts: DeliveryCounts) throws {
    var counts = counts
    if let stored {
      try manifest?.verify(LakeTable.deliveryCounts.fileName(), in: stored.path)
      counts.merge(try stored.deliveryCounts())
    }
    var file = try TableFile(.deliveryCounts, in: directory)
    for (day, outcome, lines) in counts.sorted {
      file.batch.columns[0].append(day.map(Int64.init))
      file.batch.columns[1].append(outcome.name)
      file.batch.columns[2].append(lines)
      try file.commitRow()
    }
    try file.finish()
  }

  /// Writes what is known of the identities that were erased.
  package func write(_ forgotten: ForgottenRecord) throws { try forgotten.write(to: directory) }

  /// Writes the manifest of the lake as it will be.
  ///
  /// - Parameter settings: What it is made with.
  /// - Throws: ``FileFailure`` or ``ParquetError``.
  /// - Complexity: O(*n*) in the bytes of the files that were written.
  package func writeManifest(_ settings: LakeManifest.Settings) throws {
    var next = LakeManifest(settings)
    if let manifest { next.files = manifest.files }
    for name in retired { next.files[name] = nil }
    for name in try FileSystem.files(below: directory) {
      let path = "\(directory)/\(name)"
      next.files[name] =
        try name.hasSuffix(LakeTable.ending)
        ? LakeManifest.File(table: path) : LakeManifest.File(path: path)
    }
    try next.write(to: directory)
  }
}

extension Observation {
  /// The observation in a row of a partition; `nil` where it is none.
  fileprivate init?(_ partition: Table, row: Int, day: Int?) {
    let columns = partition.columns
    guard let day, let flagState = columns[3].digest128(row),
      let segmentState = columns[4].digest128(row)
    else { return nil }
    self.init(
      day: Int32(day),
      environment: columns[0].integer(row),
      windowStart: columns[2].integers[row],
      flagState: flagState,
      segmentState: segmentState,
      measures: ObservationMeasures(
        interval: Interval(first: columns[5].integers[row], last: columns[6].integers[row]),
        deliveries: columns[7].integers[row]
      )
    )
  }
}

extension TraitObservation {
  /// The trait value in a row of a partition; `nil` where it is none.
  fileprivate init?(_ partition: Table, row: Int, day: Int?) {
    let columns = partition.columns
    let type = columns[3].string(row)
    guard let day,
      let type = ValueType.allCases.first(where: { String(describing: $0.name) == type })
    else { return nil }
    self.init(
      day: Int32(day),
      environment: columns[0].integer(row),
      trait: columns[2].bytes(row),
      type: type,
      value: columns[4].bytes(row),
      interval: Interval(first: columns[6].integers[row], last: columns[7].integers[row])
    )
  }
}
