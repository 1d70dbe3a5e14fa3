internal import Bytes
internal import Lake
internal import Runs
internal import Tables

/// Facts of identities in sorted runs: observations, trait values and events, identity by identity.
///
/// The key of a record is the identity, the kind of fact, and its place; so all facts of an identity come in a row, whatever
/// partition or file they are from.
struct UnitFacts {
  enum Kind: UInt8 {
    case observation = 0
    case trait = 1
    case event = 2
  }

  /// That no two records have the same key.
  enum Folding: RunFolding {
    static func fold(_ other: [UInt8], into value: inout [UInt8], key: [UInt8]) {}
  }

  private var runs: RunSet<Folding>
  private var key: [UInt8] = []
  private var value: [UInt8] = []

  /// - Parameter directory: Where runs go.
  init(directory: String) { runs = RunSet(directory: directory, prefix: "units") }

  /// Adds a partition of `observations`.
  ///
  /// - Parameters:
  ///   - partition: The partition.
  ///   - environment: The environment that counts.
  ///   - features: What states say of the feature.
  ///   - segments: In which segments states are.
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  mutating func addObservations(
    _ partition: LakeReader.File,
    environment: Int64?,
    _ features: FeatureStates,
    _ segments: SegmentMembership
  ) throws {
    try write(partition, .observation, columns: [0, 1, 3, 4, 5, 6], environment) {
      batch,
      row,
      value in
      guard let flagState = batch.columns[2].digest(row),
        let segmentState = batch.columns[3].digest(row)
      else { throw LakeReader.Damaged(path: partition.path, fault: "a row names no state") }
      value.append(sortable: Int32(features.view(of: flagState) ?? -1))
      value.append(sortable: Int64(bitPattern: segments.mask(of: segmentState)))
      value.append(sortable: batch.columns[4].integers[row])
      value.append(sortable: batch.columns[5].integers[row])
      return true
    }
  }

  /// Adds those rows of a partition of `trait_values` that are of some traits.
  ///
  /// - Throws: ``FileFailure`` or ``ParquetError``.
  mutating func addTraits(
    _ partition: LakeReader.File,
    environment: Int64?,
    traits: [String]
  ) throws {
    let names = traits.map { Array($0.utf8) }
    try write(partition, .trait, columns: [0, 1, 2, 3, 4, 5, 6, 7], environment) {
      batch,
      row,
      value in
      let texts = batch.columns[2].texts
      guard let trait = names.firstIndex(where: { texts[row].equalBytes($0.span) }) else {
        return false
      }
      let text = batch.columns[4].text(row)
      let number = TraitNumber(
        type: batch.columns[3].text(row) ?? "",
        text: text,
        number: batch.columns[5].isNull(row) ? nil : batch.columns[5].doubles[row]
      )
      value.append(sortable: Int32(trait))
      value.append(sortable: batch.columns[6].integers[row])
      value.append(sortable: batch.columns[7].integers[row])
      value.append(optional: number.value)
      value.append(UInt8(number.isTruthy ? 1 : 0))
      value.append(UInt8(text == nil ? 0 : 1))
      value += Array((text ?? "").utf8)
      return true
    }
  }

  /// Adds events that are sorted by their identities.
  ///
  /// - Parameters:
  ///   - inMemory: Whether they are few.
  ///   - body: Hands each on, with its identity.
  /// - Throws: ``FileFailure``, or what `body` throws.
  mutating func addEvents(
    inMemory: Bool,
    _ body: (
      _ append: (_ identity: Span<UInt8>, _ number: Int64, EventFact) throws -> Void
    ) throws -> Void
  ) throws {
    var runs = self.runs
    let run = try runs.write(inMemory: inMemory) { writer in
      try body { identity, number, event in
        setKey(identity, .event, day: 0, number)
        value.removeAll(keepingCapacity: true)
        value.append(sortable: Int32(event.source))
        value.append(sortable: event.time)
        value.append(optional: event.value)
        try writer.append(key: key.span, value: value.span)
      }
    }
    runs.add(run)
    self.runs = runs
  }

  /// All records, merged.
  mutating func merge() throws -> RunMerge<Folding> { try runs.merge() }

  private mutating func write(
    _ partition: LakeReader.File,
    _ kind: Kind,
    columns: [Int],
    _ environment: Int64?,
    _ makeValue: (_ batch: Table, _ row: Int, _ value: inout [UInt8]) throws -> Bool
  ) throws {
    var number: Int64 = 0
    var runs = self.runs
    let run = try runs.write { writer in
      try partition.forEachBatch(columns: columns) { batch in
        let environments = batch.columns[0]
        let identities = batch.columns[1].texts
        for row in 0..<batch.rowCount where environments.integer(row) == environment {
          value.removeAll(keepingCapacity: true)
          guard try makeValue(batch, row, &value) else { continue }
          setKey(identities[row], kind, day: partition.day ?? 0, number)
          number += 1
          try writer.append(key: key.span, value: value.span)
        }
      }
    }
    runs.add(run)
    self.runs = runs
  }

  private mutating func setKey(_ identity: Span<UInt8>, _ kind: Kind, day: Int, _ number: Int64) {
    key.removeAll(keepingCapacity: true)
    key.append(sortable: identity)
    key.append(kind.rawValue)
    key.append(sortable: Int32(day))
    key.append(sortable: number)
  }
}

/// An event that counts for a metric.
struct EventFact {
  /// The place of its source among those of the plan.
  let source: Int
  /// Microseconds since the epoch.
  let time: Int64
  let value: Double?
}

/// What a trait's value is as a number: `true` is 1 and `false` is 0.
struct TraitNumber {
  let value: Double?
  /// Whether it stands for something that occurred: not null, false, zero or empty.
  let isTruthy: Bool

  init(type: String, text: String?, number: Double?) {
    switch type {
    case "boolean":
      value = text == "true" ? 1 : 0
      isTruthy = text == "true"
    case "integer", "float":
      value = number.flatMap { $0.isFinite ? $0 : nil }
      isTruthy = number.map { $0 != 0 && !$0.isNaN } ?? false
    case "string":
      value = nil
      isTruthy = text?.isEmpty == false
    default:
      value = nil
      isTruthy = false
    }
  }
}

extension [UInt8] {
  /// Appends a number, or that there is none.
  mutating func append(optional number: Double?) {
    append(UInt8(number == nil ? 0 : 1))
    append(sortable: Int64(bitPattern: (number ?? 0).bitPattern))
  }
}

extension SortableCursor {
  /// The next number that may be none.
  mutating func optionalDouble() -> Double? {
    let isThere = byte() != 0
    let bits = UInt64(bitPattern: int64())
    return isThere ? Double(bitPattern: bits) : nil
  }
}
