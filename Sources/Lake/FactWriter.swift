package import Bytes
internal import Files
internal import Flagsmith
package import Observations
internal import Tables

/// Writes the tables of the lake that facts make; facts come in their canonical order.
package struct FactWriter: ~Copyable {
  private let directory: String
  private var partition: TableFile?
  private var partitionTable = LakeTable.observations
  private var partitionDay: Int32 = 0
  private var flagStates: TableFile?
  private var segmentStates: TableFile?
  private var flagRows = StateRowMemory<FlagRow>()
  private var segmentRows = StateRowMemory<SegmentRow>()
  /// How many observations and identities were written.
  package private(set) var observationCount = 0
  package private(set) var identityCount = 0

  init(directory: String, _ part: FactPart) throws {
    var flagStates: TableFile?
    var segmentStates: TableFile?
    if part == .others {
      flagStates = try TableFile(.flagStates, in: directory)
      segmentStates = try TableFile(.segmentStates, in: directory)
    }
    self.directory = directory
    self.flagStates = flagStates
    self.segmentStates = segmentStates
  }

  /// Makes what was written durable.
  ///
  /// - Throws: ``FileFailure``.
  package mutating func finish() throws {
    try finishPartition()
    try flagStates?.finish()
    try segmentStates?.finish()
  }

  /// Makes ``partition`` that of a table and a date; the one before is finished.
  private mutating func openPartition(_ table: LakeTable, day: Int32) throws {
    if partition != nil, partitionTable == table, partitionDay == day { return }
    try finishPartition()
    partition = try TableFile(table, day: day, in: directory)
    partitionTable = table
    partitionDay = day
  }

  private mutating func finishPartition() throws {
    try partition?.finish()
    partition = nil
  }
}

extension FactWriter: FactVisitor {
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
      flagStates?.batch.columns[0].append(name.span)
      flagStates?.batch.append(flagRows.rows[Int(place)], from: 1)
      try flagStates?.commitRow()
    }
  }

  package mutating func visit(segmentState: Digest128, text: Span<UInt8>) throws {
    let name = segmentState.hexadecimalBytes
    try segmentRows.decode(text)
    for place in segmentRows.places {
      let row = segmentRows.rows[Int(place)]
      segmentStates?.batch.columns[0].append(name.span)
      segmentStates?.batch.columns[1].append(row.segmentID)
      segmentStates?.batch.columns[2].append(row.segment)
      segmentStates?.batch.columns[3].append(row.member)
      try segmentStates?.commitRow()
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
}

extension TableFile {
  /// Creates the file of a table, or of a partition of it.
  ///
  /// - Parameters:
  ///   - table: The table.
  ///   - day: The date of the partition, in days since 1970-01-01; `nil` where the table has none.
  ///   - directory: The lake.
  /// - Throws: ``FileFailure``.
  init(_ table: LakeTable, day: Int32? = nil, in directory: String) throws {
    var path = "\(directory)/\(table.rawValue)"
    if let day {
      var date: [UInt8] = []
      date.append(date: Int(day))
      path += "/date=" + String(decoding: date, as: UTF8.self)
      try FileSystem.makeDirectory(path)
    }
    try self.init(table.schema, path: "\(path)/\(table.rawValue).parquet")
  }
}
