internal import Bytes
internal import Lake

/// `feature_daily` and `segment_daily` while they are written, and the exposures that are found on the way.
struct DailySummaries: ~Copyable, StretchVisitor {
  private var flags: CellTally
  private var segments: CellTally
  private var exposures: Exposures
  private var featureFile: SummaryFile
  private var segmentFile: SummaryFile
  private var day: Int64 = 0

  init(
    flags: CellTally,
    segments: CellTally,
    exposures: Exposures,
    featureFile: consuming SummaryFile,
    segmentFile: consuming SummaryFile
  ) {
    self.flags = flags
    self.segments = segments
    self.exposures = exposures
    self.featureFile = featureFile
    self.segmentFile = segmentFile
  }

  /// Takes in the next partition of `observations`.
  ///
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  mutating func add(_ partition: LakeReader.File) throws {
    day = Int64(partition.day ?? 0)
    try featureFile.begin(day: day)
    try segmentFile.begin(day: day)
    let scan = ObservationScan(partition, flagCells: flags.cells, segmentCells: segments.cells)
    try scan.forEach(&self)
    try featureFile.append(&flags, day: day)
  }

  /// Takes in a partition whose rows are taken over: for the exposures alone.
  ///
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  mutating func addExposures(_ partition: LakeReader.File) throws {
    let scan = ObservationScan(partition, flagCells: flags.cells, segmentCells: segments.cells)
    try scan.forEach(&exposures)
  }

  /// Takes back the exposures of partitions that are not there any more.
  ///
  /// - Precondition: All others were taken in.
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  mutating func takeBackExposures(_ partitions: [LakeReader.File]) throws {
    exposures.takeBack()
    for partition in partitions { try addExposures(partition) }
  }

  /// Makes the files durable; returns the exposures.
  consuming func finish() throws -> Exposures {
    try featureFile.finish()
    try segmentFile.finish()
    return exposures
  }

  @inline(__always)
  mutating func visit(flags: Stretch, identity: Span<UInt8>) {
    self.flags.add(flags)
    exposures.add(flags, identity: identity)
  }

  @inline(__always)
  mutating func visit(segments: Stretch) { self.segments.add(segments) }

  @inline(__always)
  mutating func endIdentity() throws {
    flags.endIdentity()
    segments.endIdentity()
    try exposures.endIdentity()
  }

  mutating func endEnvironment(_ environment: Int64?) throws {
    exposures.endSequence()
    try segmentFile.append(&segments, day: day, environment: environment)
  }
}
