internal import Bytes
internal import Files
package import Lake
internal import Tables

/// Computes the summaries of a lake.
package struct Summaries {
  private let lake: LakeReader
  private let plan: SummaryPlan

  package init(_ lake: LakeReader, _ plan: SummaryPlan) {
    self.lake = lake
    self.plan = plan
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
  /// - Complexity: O(*n*) in the observations and trait values, O(*f*) for each of their stretches and states of *f* cells,
  ///   O(*m* log *m*) in the exposures and in the distinct values of traits.
  package func write(into directory: String, temporary: String) throws {
    try writeTraitDaily(directory, temporary)
    try writeCells(directory, temporary)
    try writeDeliveryQuality(directory)
  }

  private func partitions(_ table: LakeTable) throws -> [LakeReader.File] {
    try lake.files(table).filter { plan.contains($0.day) }
  }

  // MARK: - trait_daily

  private func writeTraitDaily(_ directory: String, _ temporary: String) throws {
    var file = try SummaryFile(.traitDaily, directory: directory)
    let temporary = temporary + "/traits"
    for partition in try partitions(.traitValues) {
      var counts = try TraitCounts(
        partition,
        memory: plan.gatheredMemory(besides: 0),
        directory: temporary
      )
      let named = try NamedTraitValues(&counts, of: partition, topValues: plan.topValues)
      try file.append(&counts, named, day: Int64(partition.day ?? 0))
      try FileSystem.remove(temporary)
    }
    try file.finish()
  }

  // MARK: - feature_daily, segment_daily, exposures

  private func writeCells(_ directory: String, _ temporary: String) throws {
    let flagCells = try StateCells(lake, FlagKeys.self)
    let exposures = try writeDaily(flagCells, directory, temporary)
    var file = try SummaryFile(.exposures, directory: directory)
    try file.append(exposures, flagCells)
    try file.finish()
  }

  private func writeDaily(
    _ flagCells: StateCells,
    _ directory: String,
    _ temporary: String
  ) throws -> Exposures {
    let segmentCells = try StateCells(lake, SegmentKeys.self)
    let exposureCells = ExposureCells(flagCells, of: plan.exposures)
    let flags = CellTally(flagCells)
    let segments = CellTally(segmentCells)
    let tables =
      flagCells.byteCount + segmentCells.byteCount + exposureCells.byteCount + flags.byteCount
      + segments.byteCount
    var daily = DailySummaries(
      flags: flags,
      segments: segments,
      exposures: Exposures(
        flagCells,
        exposureCells,
        memory: plan.gatheredMemory(besides: tables),
        directory: temporary
      ),
      featureFile: try SummaryFile(.featureDaily, directory: directory),
      segmentFile: try SummaryFile(.segmentDaily, directory: directory)
    )
    for partition in try partitions(.observations) { try daily.add(partition) }
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
