package import Bytes
internal import Captures
internal import Files
internal import Flagsmith
package import Observations
internal import Tables

/// Writes a whole lake into an empty directory; facts come in their canonical order.
package struct LakeWriter: ~Copyable {
  private let directory: String
  private var partition: TableFile?
  private var partitionTable = LakeTable.observations
  private var partitionDay: Int32 = 0
  private var flagStates: TableFile
  private var segmentStates: TableFile
  private var flagRows = StateRowMemory<FlagRow>()
  private var segmentRows = StateRowMemory<SegmentRow>()
  /// How many observations and identities were written.
  package private(set) var observationCount = 0
  package private(set) var identityCount = 0

  /// A writer into `directory`, which it creates.
  package init(directory: String) throws {
    for table in LakeTable.allCases {
      try FileSystem.makeDirectory("\(directory)/\(table.rawValue)")
    }
    let flagStates = try Self.tableFile(.flagStates, in: directory)
    let segmentStates = try Self.tableFile(.segmentStates, in: directory)
    self.directory = directory
    self.flagStates = flagStates
    self.segmentStates = segmentStates
  }

  /// Makes what was written durable.
  package mutating func finish() throws {
    try finishPartition()
    try flagStates.finish()
    try segmentStates.finish()
  }

  /// Writes the ledger.
  package func write(_ records: [ArchiveRecord]) throws {
    var file = try Self.tableFile(.archives, in: directory)
    for record in records.sorted(by: { $0.digest < $1.digest }) {
      file.batch.append(record)
      try file.commitRow()
    }
    try file.finish()
  }

  /// Writes how many lines had which outcome on which date.
  package func write(_ counts: DeliveryCounts) throws {
    var file = try Self.tableFile(.deliveryCounts, in: directory)
    for (day, outcome, lines) in counts.sorted {
      file.batch.columns[0].append(day.map(Int64.init))
      file.batch.columns[1].append(outcome.name)
      file.batch.columns[2].append(lines)
      try file.commitRow()
    }
    try file.finish()
  }

  private static func tableFile(
    _ table: LakeTable,
    day: Int32? = nil,
    in directory: String
  ) throws -> TableFile {
    var path = "\(directory)/\(table.rawValue)"
    if let day {
      var date: [UInt8] = []
      date.append(date: Int(day))
      path += "/date=" + String(decoding: date, as: UTF8.self)
      try FileSystem.makeDirectory(path)
    }
    return try TableFile(table.schema, path: "\(path)/\(table.rawValue).parquet")
  }

  /// Makes ``partition`` that of a table and a date; the one before is finished.
  private mutating func openPartition(_ table: LakeTable, day: Int32) throws {
    if partition != nil, partitionTable == table, partitionDay == day { return }
    try finishPartition()
    partition = try Self.tableFile(table, day: day, in: directory)
    partitionTable = table
    partitionDay = day
  }

  private mutating func finishPartition() throws {
    try partition?.finish()
    partition = nil
  }
}

extension LakeWriter: FactVisitor {
  package mutating func visit(_ observation: Observation, identity: Span<UInt8>) throws {
    observationCount += 1
    try openPartition(.observations, day: observation.day)
    partition?.batch.columns[0].append(observation.environment)
    partition?.batch.columns[1].append(identity)
    partition?.batch.columns[2].append(observation.windowStart)
    partition?.batch.columns[3].append(observation.flagState.hexadecimalBytes.span)
    partition?.batch.columns[4].append(observation.segmentState.hexadecimalBytes.span)
    partition?.batch.columns[5].append(observation.measures.interval.first)
    partition?.batch.columns[6].append(observation.measures.interval.last)
    partition?.batch.columns[7].append(observation.measures.deliveries)
    try partition?.commitRow()
  }

  package mutating func visit(_ trait: TraitObservation, identity: Span<UInt8>) throws {
    try openPartition(.traitValues, day: trait.day)
    partition?.batch.columns[0].append(trait.environment)
    partition?.batch.columns[1].append(identity)
    partition?.batch.columns[2].append(trait.trait.span)
    partition?.batch.columns[3].append(String(describing: trait.type.name))
    if trait.type == .null {
      partition?.batch.columns[4].appendNull()
    } else {
      partition?.batch.columns[4].append(trait.value.span)
    }
    partition?.batch.columns[5].append(trait.number)
    partition?.batch.columns[6].append(trait.interval.first)
    partition?.batch.columns[7].append(trait.interval.last)
    try partition?.commitRow()
  }

  package mutating func visit(flagState: Digest128, text: Span<UInt8>) throws {
    let name = flagState.hexadecimalBytes
    try flagRows.decode(text)
    for place in flagRows.places {
      flagStates.batch.columns[0].append(name.span)
      flagStates.batch.append(flagRows.rows[Int(place)], from: 1)
      try flagStates.commitRow()
    }
  }

  package mutating func visit(segmentState: Digest128, text: Span<UInt8>) throws {
    let name = segmentState.hexadecimalBytes
    try segmentRows.decode(text)
    for place in segmentRows.places {
      let row = segmentRows.rows[Int(place)]
      segmentStates.batch.columns[0].append(name.span)
      segmentStates.batch.columns[1].append(row.segmentID)
      segmentStates.batch.columns[2].append(row.segment)
      segmentStates.batch.columns[3].append(row.member)
      try segmentStates.commitRow()
    }
  }

  package mutating func visitIdentity() { identityCount += 1 }
}

extension TraitObservation {
  /// The value where it is a number.
  fileprivate var number: Double? {
    guard type == .integer || type == .float else { return nil }
    let text = String(decoding: value, as: UTF8.self)
    return switch text {
    case "NaN": .nan
    case "Infinity": .infinity
    case "-Infinity": -.infinity
    default: Double(text)
    }
  }
}

extension Table {
  fileprivate mutating func append(_ row: FlagRow, from column: Int) {
    columns[column].append(row.environment)
    columns[column + 1].append(row.featureID)
    columns[column + 2].append(row.feature)
    columns[column + 3].append(row.featureType)
    columns[column + 4].append(row.enabled)
    columns[column + 5].append(row.valueType)
    columns[column + 6].append(row.value)
    columns[column + 7].append(row.percentageAllocation)
    columns[column + 8].append(row.initialValue)
    columns[column + 9].append(row.override)
  }

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
