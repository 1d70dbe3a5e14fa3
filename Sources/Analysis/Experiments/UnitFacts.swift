internal import Bytes
internal import Lake
internal import Runs
internal import Tables

/// The facts that units of an experiment are made of: observations, trait values and events, of one environment.
struct UnitFacts {
  enum Kind: UInt8 {
    case observation
    case trait
    case event
  }

  private var runs: IdentityRuns
  private let environment: Int64?

  /// - Parameters:
  ///   - directory: Where runs go.
  ///   - environment: The environment that counts.
  init(directory: String, environment: Int64?) {
    runs = IdentityRuns(directory: directory, prefix: "units")
    self.environment = environment
  }

  /// Adds a partition of `observations`.
  ///
  /// - Parameters:
  ///   - partition: The partition.
  ///   - features: What states say of the feature.
  ///   - segments: In which segments states are.
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  mutating func addObservations(
    _ partition: LakeReader.File,
    _ features: FeatureStates,
    _ segments: SegmentMembership
  ) throws {
    try add(partition, .observation, columns: [0, 1, 3, 4, 5, 6]) { batch, row, value in
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
  mutating func addTraits(_ partition: LakeReader.File, traits: [String]) throws {
    let names = traits.map { Array($0.utf8) }
    try add(partition, .trait, columns: [0, 1, 2, 3, 4, 5, 6, 7]) { batch, row, value in
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

  private mutating func add(
    _ partition: LakeReader.File,
    _ kind: Kind,
    columns: [Int],
    _ makeValue: (_ batch: Table, _ row: Int, _ value: inout [UInt8]) throws -> Bool
  ) throws {
    let environment = environment
    try runs.add(
      partition,
      kind: kind.rawValue,
      columns: columns,
      where: { $0 == environment },
      makeValue
    )
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
    let environment = environment
    var fact = IdentityRuns.Fact()
    try runs.add(inMemory: inMemory) { writer in
      try body { identity, number, event in
        fact.begin(environment, identity, kind: Kind.event.rawValue, day: 0, number: number)
        fact.value.append(sortable: Int32(event.source))
        fact.value.append(sortable: event.time)
        fact.value.append(optional: event.value)
        try fact.write(to: &writer)
      }
    }
  }

  /// Hands on what is known of each identity, in the order of the identities.
  ///
  /// - Parameters:
  ///   - sources: What facts are of.
  ///   - body: What takes it.
  /// - Throws: ``FileFailure``, ``DamagedRun`` or what `body` throws.
  mutating func forEachHistory(
    _ sources: MetricSources,
    _ body: (UnitHistory) throws -> Void
  ) throws {
    let empty = UnitHistory(
      traitCount: sources.traits.count,
      eventSourceCount: sources.events.count
    )
    try runs.forEachHistory(empty, body)
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
