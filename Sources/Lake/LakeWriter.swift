internal import Bytes
internal import Captures
internal import Files
package import Observations
internal import Tables

/// Writes a whole lake into an empty directory.
package struct LakeWriter: Sendable {
  private let directory: String

  /// A writer into `directory`, which it creates.
  package init(directory: String) throws {
    self.directory = directory
    for table in LakeTable.allCases {
      try FileSystem.makeDirectory("\(directory)/\(table.rawValue)")
    }
  }

  /// The tables that can be written by different threads.
  package enum Part: CaseIterable, Sendable {
    case observations
    case flagStates
    /// Trait values; identities are counted.
    case traits
    case segmentStates
  }

  /// Writes a part of the lake.
  ///
  /// - Parameters:
  ///   - part: Which tables.
  ///   - runs: What they are made from.
  ///   - windows: How deliveries were cut into windows.
  /// - Returns: How many observations and identities were met.
  /// - Throws: ``FileFailure`` or ``DamagedRun``.
  package func write(
    _ part: Part,
    of runs: FactRuns,
    windows: WindowPolicy
  ) throws -> (observations: Int, identities: Int) {
    switch part {
    case .observations: return try write(runs.stream(.observations, windows: windows))
    case .traits: return try write(runs.stream(.traits, windows: windows))
    case .flagStates:
      var file = try StateTableFile(.flagStates, in: directory)
      try file.write(runs.flagStates)
    case .segmentStates:
      var file = try StateTableFile(.segmentStates, in: directory)
      try file.write(runs.segmentStates)
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

  /// Writes the ledger.
  package func write(_ records: [ArchiveRecord]) throws {
    var file = try TableFile(.archives, in: directory)
    for record in records.sorted(by: { $0.digest < $1.digest }) {
      file.batch.append(record)
      try file.commitRow()
    }
    try file.finish()
  }

  /// Writes how many lines had which outcome on which date.
  package func write(_ counts: DeliveryCounts) throws {
    var file = try TableFile(.deliveryCounts, in: directory)
    for (day, outcome, lines) in counts.sorted {
      file.batch.columns[0].append(day.map(Int64.init))
      file.batch.columns[1].append(outcome.name)
      file.batch.columns[2].append(lines)
      try file.commitRow()
    }
    try file.finish()
  }
}

extension Table {
  fileprivate mutating func append(_ record: ArchiveRecord) {
    let verdicts = Verdict.allCases.map { record.lines(.accepted($0)) }
    let numbers =
      [
        record.bytes, record.inflatedBytes, record.lines, record.identityDeliveries,
        record.otherDeliveries, record.quarantined,
      ] + verdicts
    let rejections = RejectionReason.allCases.map { record.lines(.rejected($0)) }
    columns[0].append(record.digest.hexadecimalBytes.span)
    columns[1].append(record.path)
    for (place, number) in numbers.enumerated() { columns[2 + place].append(number) }
    let status = 2 + numbers.count
    columns[status].append(record.status.rawValue)
    for (place, number) in rejections.enumerated() { columns[status + 1 + place].append(number) }
    columns[status + 1 + rejections.count].append(record.received?.first)
    columns[status + 2 + rejections.count].append(record.received?.last)
  }
}
