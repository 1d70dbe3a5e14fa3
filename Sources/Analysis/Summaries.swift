internal import Bytes
internal import Files
package import Lake
internal import Parquet
internal import Tables

/// Computes the summaries of a lake.
///
/// What an earlier run computed is taken over where nothing changed; the result is that of computing all anew, to the byte.
package struct Summaries {
  private let lake: LakeReader
  private let plan: SummaryPlan
  private let earlier: EarlierSummaries?
  private let facts: String?

  /// - Parameters:
  ///   - lake: The lake.
  ///   - plan: What is summarised.
  ///   - earlier: The summaries of an earlier run.
  ///   - facts: Where facts of identities are kept from run to run, if they are; a directory that may be lost.
  package init(
    _ lake: LakeReader,
    _ plan: SummaryPlan,
    since earlier: EarlierSummaries? = nil,
    facts: String? = nil
  ) {
    self.lake = lake
    self.plan = plan
    self.facts = facts
    self.earlier = earlier.flatMap { $0.areBy(plan) ? $0 : nil }
  }

  /// Whether the earlier ones are what would be computed.
  ///
  /// - Throws: ``FileFailure`` or ``LakeReader/Damaged``.
  package func areCurrent() throws -> Bool {
    guard let earlier, let manifest = try lake.manifest() else { return false }
    return earlier.areOf(manifest)
  }

  /// Writes all summaries into an empty directory.
  ///
  /// Memory is bounded by ``SummaryPlan/memory`` but for what grows with the distinct states and cells (see ``StateCells``,
  /// ``CellTally``) and with the named values of traits that have others (see ``NamedTraitValues``).
  ///
  /// - Parameters:
  ///   - directory: The directory.
  ///   - temporary: Where files go that do not outlive the call.
  /// - Throws: ``FileFailure``, ``ParquetError``, ``LakeReader/Damaged`` or ``DamagedRun``.
  /// - Complexity: O(*n*) in the observations and trait values of the dates that changed and in the rows of the summaries,
  ///   O(*f*) for each of their stretches and states of *f* cells, O(*m* log *m*) in the exposures and in the distinct values of
  ///   traits on these dates.
  package func write(into directory: String, temporary: String) throws {
    let manifest = try lake.manifest()
    do {
      try write(try Increment(lake, manifest, earlier), directory, temporary)
    } catch  where earlier != nil && (error is LakeReader.Damaged || error is ParquetError) {
      // The earlier ones are not what they should be: without them.
      try FileSystem.remove(directory)
      try FileSystem.remove(temporary)
      try FileSystem.makeDirectory(directory)
      try write(try Increment(lake, manifest, nil), directory, temporary)
    }
    if let manifest {
      try SummaryManifest(plan, manifest, directory: directory).write(to: directory)
    }
  }

  private func write(_ increment: Increment, _ directory: String, _ temporary: String) throws {
    try writeTraitDaily(increment, directory, temporary)
    try writeCells(increment, directory, temporary)
    let cohorts = CohortSummaries(
      lake,
      plan,
      directory: directory,
      facts: facts ?? temporary + "/cohorts"
    )
    try cohorts.write()
    try writeDeliveryQuality(directory)
  }

  private func partitions(_ table: LakeTable) throws -> [LakeReader.File] {
    try lake.files(table).filter { plan.contains($0.day) }
  }

  // MARK: - trait_daily, trait_numbers

  private func writeTraitDaily(
    _ increment: Increment,
    _ directory: String,
    _ temporary: String
  ) throws {
    let kept = increment.keptTraitDays
    var file = try SummaryFile(
      .traitDaily,
      directory: directory,
      keeping: try increment.rows(.traitDaily, of: kept)
    )
    var numbers = try SummaryFile(
      .traitNumbers,
      directory: directory,
      keeping: try increment.rows(.traitNumbers, of: kept)
    )
    let temporary = temporary + "/traits"
    for partition in try partitions(.traitValues) {
      guard let day = partition.day, !kept.contains(day) else { continue }
      try file.begin(day: Int64(day))
      var counts = try TraitCounts(
        partition,
        memory: plan.gatheredMemory(besides: 0),
        directory: temporary
      )
      let named = try NamedTraitValues(&counts, of: partition, topValues: plan.topValues)
      try file.append(&counts, named, day: Int64(day))
      try numbers.begin(day: Int64(day))
      try numbers.appendNumbers(&counts, day: Int64(day))
      try FileSystem.remove(temporary)
    }
    try file.finish()
    try numbers.finish()
  }

  // MARK: - feature_daily, segment_daily, exposures

  private func writeCells(
    _ increment: Increment,
    _ directory: String,
    _ temporary: String
  ) throws {
    let flagCells = try StateCells(lake, FlagKeys.self)
    let exposureCells = ExposureCells(flagCells, plan)
    let exposures = try writeDaily(increment, flagCells, exposureCells, directory, temporary)
    let rows = ExposureRows(
      try SummaryFile(.exposures, directory: directory),
      flagCells,
      exposureCells,
      among: increment.earlierExposures
    )
    try rows.write(exposures)
  }

  private func writeDaily(
    _ increment: Increment,
    _ flagCells: StateCells,
    _ exposureCells: ExposureCells,
    _ directory: String,
    _ temporary: String
  ) throws -> Exposures {
    let segmentCells = try StateCells(lake, SegmentKeys.self)
    let flags = CellTally(flagCells)
    let segments = CellTally(segmentCells)
    let tables =
      flagCells.byteCount + segmentCells.byteCount + exposureCells.byteCount + flags.byteCount
      + segments.byteCount
    let kept = increment.keptObservationDays
    var daily = DailySummaries(
      flags: flags,
      segments: segments,
      exposures: Exposures(
        flagCells,
        exposureCells,
        memory: plan.gatheredMemory(besides: tables),
        directory: temporary
      ),
      featureFile: try SummaryFile(
        .featureDaily,
        directory: directory,
        keeping: try increment.rows(.featureDaily, of: kept)
      ),
      segmentFile: try SummaryFile(
        .segmentDaily,
        directory: directory,
        keeping: try increment.rows(.segmentDaily, of: kept)
      )
    )
    for partition in try partitions(.observations) {
      if !kept.contains(partition.day ?? 0) {
        try daily.add(partition)
      } else if increment.earlierExposures == nil {
        try daily.addExposures(partition)
      }
    }
    try daily.takeBackExposures(increment.replaced.filter { plan.contains($0.day) })
    return try daily.finish()
  }

  // MARK: - delivery_quality

  private func writeDeliveryQuality(_ directory: String) throws {
    var rows: [(day: Int64?, outcome: ByteText, lines: Int64)] = []
    var totals: [Int64?: Int64] = [:]
    try lake.forEachBatch(.deliveryCounts) { batch in
      let outcomes = batch.columns[1].texts
      for row in 0..<batch.rowCount {
        let day = batch.columns[0].integer(row)
        guard plan.contains(day.map(Int.init)) else { continue }
        let lines = batch.columns[2].integers[row]
        rows.append((day, ByteText(outcomes[row]), lines))
        totals[day, default: 0] += lines
      }
    }
    var file = try SummaryFile(.deliveryQuality, directory: directory)
    for row in rows {
      file.batch.columns[0].append(row.day)
      file.batch.columns[1].append(row.outcome)
      file.batch.columns[2].append(row.lines)
      file.batch.columns[3].append(Double(row.lines) / Double(totals[row.day] ?? 1))
      try file.commitRow()
    }
    try file.finish()
  }
}

/// What can be taken over from earlier summaries.
private struct Increment {
  private let earlier: EarlierSummaries?
  /// The dates whose rows are as they were.
  private(set) var keptTraitDays: Set<Int> = []
  private(set) var keptObservationDays: Set<Int> = []
  /// The exposures as they were, if what changed can be added to them.
  private(set) var earlierExposures: BatchCursor?
  /// The partitions of `observations` whose place others have taken, as they were, where there are exposures to take them from.
  private(set) var replaced: [LakeReader.File] = []

  init(_ lake: LakeReader, _ manifest: LakeManifest?, _ earlier: EarlierSummaries?) throws {
    self.earlier = earlier
    guard let earlier, let manifest else { return }
    if earlier.areSound(.traitDaily), earlier.areSound(.traitNumbers) {
      keptTraitDays = earlier.keptDays(try lake.files(.traitValues), of: manifest)
    }
    if earlier.areSound(.featureDaily), earlier.areSound(.segmentDaily) {
      keptObservationDays = earlier.keptDays(try lake.files(.observations), of: manifest)
    }
    if !keptObservationDays.isEmpty, let replaced = try earlier.replaced(by: manifest),
      earlier.areSound(.exposures)
    {
      earlierExposures = try earlier.rows(.exposures)
      self.replaced = replaced
    }
  }

  /// The rows of a summary on some dates; `nil` where there are none to be taken over.
  func rows(_ table: SummaryTable, of days: Set<Int>) throws -> KeptRows? {
    days.isEmpty ? nil : try earlier?.rows(table, of: days)
  }
}
