internal import Bytes
package import Lake
internal import Tables

/// What is summarised, and how.
package struct SummaryPlan: Sendable {
  /// Which features `exposures` holds.
  package enum Exposures: String, CaseIterable, Sendable {
    case multivariate
    case all
  }

  /// How many values of a trait `trait_daily` names.
  package static let defaultTopValues = 50

  /// The first date, in days since 1970-01-01.
  package var since: Int?
  /// The date, in days since 1970-01-01, before which the summaries end.
  package var until: Int?
  package var exposures = Exposures.multivariate
  package var topValues = defaultTopValues

  package init() {}

  func contains(_ day: Int?) -> Bool {
    guard let day else { return since == nil && until == nil }
    return (since ?? .min) <= day && day < (until ?? .max)
  }
}

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
  /// - Throws: ``FileFailure`` or ``ParquetError``.
  /// - Complexity: O(*n* × *f*) in the observations and the flags of a state; memory for a batch of rows, the cells and
  ///   the exposures.
  package func write(into directory: String) throws {
    let flagCells = try lake.flagCells()
    try writeDaily(flagCells, directory)
    try writeTraitDaily(directory)
    try writeExposures(flagCells, directory)
    try writeDeliveryQuality(directory)
  }

  private func partitions(_ table: LakeTable) throws -> [LakeReader.File] {
    try lake.files(table).filter { plan.contains($0.day) }
  }

  // MARK: - feature_daily, segment_daily

  private func writeDaily(_ flagCells: StateCells<FlagCell>, _ directory: String) throws {
    let segmentCells = try lake.segmentCells()
    var features = try SummaryFile(.featureDaily, directory: directory)
    var segments = try SummaryFile(.segmentDaily, directory: directory)
    var flagCounters = CellCounters(cellCount: flagCells.cells.count)
    var segmentCounters = CellCounters(cellCount: segmentCells.cells.count)
    for partition in try partitions(.observations) {
      let day = Int64(partition.day ?? 0)
      var environment: Int64??
      try partition.forEachObservation { row, _ in
        if let last = environment, last != row.environment {
          try Self.append(segmentCells.cells, segmentCounters, day, last, to: &segments)
          segmentCounters.reset()
        }
        environment = .some(row.environment)
        flagCounters.add(
          flagCells.places(of: row.flagState),
          identity: row.identitySerial,
          window: row.windowSerial,
          deliveries: row.deliveries
        )
        segmentCounters.add(
          segmentCells.places(of: row.segmentState),
          identity: row.identitySerial,
          window: row.windowSerial,
          deliveries: row.deliveries
        )
      }
      try Self.append(flagCells.cells, flagCounters, day, to: &features)
      if let last = environment {
        try Self.append(segmentCells.cells, segmentCounters, day, last, to: &segments)
      }
      flagCounters.reset()
      segmentCounters.reset()
    }
    try features.finish()
    try segments.finish()
  }

  private static func append(
    _ cells: [FlagCell],
    _ counters: CellCounters,
    _ day: Int64,
    to file: inout SummaryFile
  ) throws {
    for (cell, counts) in zip(cells, counters.counts) where counts.deliveries > 0 {
      file.batch.columns[0].append(day)
      file.batch.columns[1].append(cell.environment)
      file.batch.columns[2].append(cell.featureID)
      file.batch.columns[3].append(cell.feature)
      file.batch.columns[4].append(cell.featureType)
      file.batch.columns[5].append(cell.enabled)
      file.batch.columns[6].append(cell.valueType)
      file.batch.columns[7].append(cell.value)
      file.batch.columns[8].append(counts.identities)
      file.batch.columns[9].append(counts.windows)
      file.batch.columns[10].append(counts.deliveries)
      try file.commitRow()
    }
  }

  private static func append(
    _ cells: [SegmentCell],
    _ counters: CellCounters,
    _ day: Int64,
    _ environment: Int64?,
    to file: inout SummaryFile
  ) throws {
    for (cell, counts) in zip(cells, counters.counts) where counts.deliveries > 0 {
      file.batch.columns[0].append(day)
      file.batch.columns[1].append(environment)
      file.batch.columns[2].append(cell.segmentID)
      file.batch.columns[3].append(cell.segment)
      file.batch.columns[4].append(cell.member)
      file.batch.columns[5].append(counts.identities)
      file.batch.columns[6].append(counts.windows)
      file.batch.columns[7].append(counts.deliveries)
      try file.commitRow()
    }
  }

  // MARK: - trait_daily

  private func writeTraitDaily(_ directory: String) throws {
    var file = try SummaryFile(.traitDaily, directory: directory)
    for partition in try partitions(.traitValues) {
      let counts = try TraitCounts(partition, topValues: plan.topValues)
      for row in counts.rows {
        file.batch.columns[0].append(Int64(partition.day ?? 0))
        file.batch.columns[1].append(row.environment)
        file.batch.columns[2].append(row.trait)
        file.batch.columns[3].append(row.valueType)
        file.batch.columns[4].append(row.value)
        file.batch.columns[5].append(row.identities)
        try file.commitRow()
      }
    }
    try file.finish()
  }

  // MARK: - exposures

  private func writeExposures(_ cells: StateCells<FlagCell>, _ directory: String) throws {
    var exposures = Exposures(cells, includesAll: plan.exposures == .all)
    for partition in try partitions(.observations) {
      try partition.forEachObservation { exposures.add($0, identity: $1) }
    }
    var file = try SummaryFile(.exposures, directory: directory)
    for exposure in exposures.sorted() {
      let cell = exposure.cell
      file.batch.columns[0].append(cell.environment)
      file.batch.columns[1].append(cell.featureID)
      file.batch.columns[2].append(cell.feature)
      file.batch.columns[3].append(cell.enabled)
      file.batch.columns[4].append(cell.valueType)
      file.batch.columns[5].append(cell.value)
      file.batch.columns[6].append(exposures.identities[exposure.identity])
      file.batch.columns[7].append(exposure.firstAt)
      file.batch.columns[8].append(exposure.lastAt)
      file.batch.columns[9].append(exposure.windows)
      file.batch.columns[10].append(exposure.deliveries)
      try file.commitRow()
    }
    try file.finish()
  }

  // MARK: - delivery_quality

  private func writeDeliveryQuality(_ directory: String) throws {
    var rows: [(day: Int64?, outcome: ByteText, lines: Int64)] = []
    var totals: [Int64?: Int64] = [:]
    try lake.forEachBatch(.deliveryCounts) { batch in
      for row in 0..<batch.rowCount {
        let day = batch.columns[0].integer(row)
        guard plan.contains(day.map(Int.init)) else { continue }
        let lines = batch.columns[2].integers[row]
        rows.append((day, batch.columns[1].requiredText(row), lines))
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
