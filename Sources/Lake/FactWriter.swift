import Bytes
internal import Files
internal import Flagsmith
import Observations
internal import Tables

/// Writes the partitioned tables of the lake; facts come in their canonical order.
struct FactWriter: ~Copyable {
  private let directory: String
  private var partition: TableFile?
  private var partitionTable = LakeTable.observations
  private var partitionDay: Int32 = 0
  /// How many observations and identities were written.
  private(set) var observationCount = 0
  private(set) var identityCount = 0

  init(directory: String) { self.directory = directory }

  /// Makes what was written durable.
  ///
  /// - Throws: ``FileFailure``.
  mutating func finish() throws { try finishPartition() }

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
  mutating func visit(_ observation: Observation, identity: Span<UInt8>) throws {
    observationCount += 1
    try openPartition(.observations, day: observation.day)
    partition?.batch.columns[0].append(observation.environment)
    partition?.batch.columns[1].append(identity)
    partition?.batch.columns[2].append(observation.windowStart)
    partition?.batch.columns[3].append(hexadecimal: observation.flagState)
    partition?.batch.columns[4].append(hexadecimal: observation.segmentState)
    partition?.batch.columns[5].append(observation.measures.interval.first)
    partition?.batch.columns[6].append(observation.measures.interval.last)
    partition?.batch.columns[7].append(observation.measures.deliveries)
    try partition?.commitRow()
  }

  mutating func visit(_ trait: TraitObservation, identity: Span<UInt8>) throws {
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

  mutating func visitIdentity() { identityCount += 1 }
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

extension TableFile {
  /// Creates the file of a table, or of a partition of it.
  ///
  /// - Parameters:
  ///   - table: The table.
  ///   - day: The date of the partition, in days since 1970-01-01; `nil` where the table has none.
  ///   - directory: The lake.
  /// - Throws: ``FileFailure``.
  init(_ table: LakeTable, day: Int32? = nil, in directory: String) throws {
    let name = table.fileName(day: day)
    let path = "\(directory)/\(name)"
    try FileSystem.makeDirectory(
      String(path.prefix(upTo: path.lastIndex(of: "/") ?? path.endIndex))
    )
    try self.init(table.schema, path: path)
  }
}
