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

  private(set) var store: FactStore
  private let environment: Int64?
  /// For every view of the feature the number of its term.
  private var viewNumbers: [Int] = []
  /// By the numbers of terms the places of views.
  private var views: [Int?] = []

  /// - Parameters:
  ///   - directory: Where facts are kept.
  ///   - feature: The feature's name.
  ///   - environment: The environment that counts.
  ///   - features: What states say of the feature.
  ///   - sources: What metrics and slices are made of.
  ///   - personalData: What identities are stored as.
  /// - Throws: ``FileFailure``.
  init(
    directory: String,
    feature: String,
    environment: Int64?,
    _ features: FeatureStates,
    _ sources: MetricSources,
    personalData: String
  ) throws {
    self.environment = environment
    let plan = "\(feature) \(String(describing: environment)) \(sources) \(personalData)"
    store = try FactStore(directory: directory, plan: plan)
    viewNumbers = features.views.map { store.number(of: features.term($0)) }
    views = Array(repeating: nil, count: store.terms.count)
    for (view, number) in viewNumbers.enumerated() { views[number] = view }
  }

  // MARK: - Inputs

  /// Says which inputs there are; facts of others are forgotten.
  mutating func keep(only inputs: [FactStore.Input]) { store.keep(only: inputs) }

  /// See ``FactStore/digest(ofFile:)``.
  mutating func digest(ofFile path: String) throws -> String { try store.digest(ofFile: path) }

  mutating func setNote(_ note: String, of input: FactStore.Input) {
    store.setNote(note, of: input)
  }

  /// See ``FactStore/save(knowing:)``.
  mutating func save(knowing paths: [String]) throws { try store.save(knowing: paths) }

  /// Adds a partition of `observations`, unless its facts are there.
  ///
  /// - Parameters:
  ///   - partition: The partition.
  ///   - input: The partition as an input.
  ///   - features: What states say of the feature.
  ///   - segments: In which segments states are.
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  mutating func addObservations(
    _ partition: LakeReader.File,
    _ input: FactStore.Input,
    _ features: FeatureStates,
    _ segments: SegmentMembership
  ) throws {
    let numbers = viewNumbers
    let day = Int64(partition.day ?? 0)
    try add(partition, input, columns: [0, 1, 3, 4, 5, 6]) { batch, row, facts in
      guard let flagState = batch.columns[2].digest(row),
        let segmentState = batch.columns[3].digest(row)
      else { throw LakeReader.Damaged(path: partition.path, fault: "a row names no state") }
      facts.append(Kind.observation.rawValue)
      facts.append(zigzag: day)
      facts.append(varint: UInt64(features.view(of: flagState).map { numbers[$0] + 1 } ?? 0))
      facts.append(varint: segments.mask(of: segmentState))
      facts.append(batch.columns[4].integers[row], batch.columns[5].integers[row], since: day)
    }
  }

  /// Adds those rows of a partition of `trait_values` that are of some traits, unless they are there.
  ///
  /// - Throws: ``FileFailure`` or ``ParquetError``.
  mutating func addTraits(
    _ partition: LakeReader.File,
    _ input: FactStore.Input,
    traits: [String]
  ) throws {
    let names = traits.map { Array($0.utf8) }
    let day = Int64(partition.day ?? 0)
    try add(partition, input, columns: [0, 1, 2, 3, 4, 5, 6, 7]) { batch, row, facts in
      let texts = batch.columns[2].texts
      guard let trait = names.firstIndex(where: { texts[row].equalBytes($0.span) }) else { return }
      let text = batch.columns[4].text(row)
      let number = TraitNumber(
        type: batch.columns[3].text(row) ?? "",
        text: text,
        number: batch.columns[5].isNull(row) ? nil : batch.columns[5].doubles[row]
      )
      facts.append(Kind.trait.rawValue)
      facts.append(zigzag: day)
      facts.append(varint: UInt64(trait))
      facts.append(batch.columns[6].integers[row], batch.columns[7].integers[row], since: day)
      facts.append(optional: number.value)
      facts.append(UInt8(number.isTruthy ? 1 : 0))
      facts.append(UInt8(text == nil ? 0 : 1))
      if let text { facts.append(counted: text.utf8.span) }
    }
  }

  private mutating func add(
    _ partition: LakeReader.File,
    _ input: FactStore.Input,
    columns: [Int],
    _ appendFact: (_ batch: Table, _ row: Int, _ facts: inout [UInt8]) throws -> Void
  ) throws {
    guard !store.holds(input) else { return }
    let environment = environment
    try store.add(partition, input, columns: columns, where: { $0 == environment }, appendFact)
  }

  /// Adds events of a file that are sorted by their identities.
  ///
  /// - Parameters:
  ///   - input: The file as an input.
  ///   - body: Hands each on, with its identity.
  /// - Throws: ``FileFailure``, or what `body` throws.
  mutating func addEvents(
    _ input: FactStore.Input,
    _ body: (
      _ append: (_ identity: Span<UInt8>, EventFact) throws -> Void
    ) throws -> Void
  ) throws {
    let environment = environment
    var facts: [UInt8] = []
    try store.add(input) { writer in
      try body { identity, event in
        facts.removeAll(keepingCapacity: true)
        facts.append(Kind.event.rawValue)
        facts.append(varint: UInt64(event.source))
        facts.append(zigzag: event.time)
        facts.append(optional: event.value)
        try writer.append(environment, identity, facts)
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
      views: views,
      traitCount: sources.traits.count,
      eventSourceCount: sources.events.count
    )
    try store.forEachHistory(empty, body)
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
  /// Appends the first and the last time of a fact, in microseconds since the epoch.
  ///
  /// - Parameters:
  ///   - firstAt: The first one.
  ///   - lastAt: The last one.
  ///   - day: A date that they are near to, in days since 1970-01-01.
  mutating func append(_ firstAt: Int64, _ lastAt: Int64, since day: Int64) {
    append(zigzag: firstAt &- day &* 86_400_000_000)
    append(zigzag: lastAt &- firstAt)
  }
}

extension CompactCursor {
  /// The next two times; see `append(_:_:since:)`.
  mutating func times(since day: Int64) throws -> (firstAt: Int64, lastAt: Int64) {
    let firstAt = try zigzag() &+ day &* 86_400_000_000
    return (firstAt, firstAt &+ (try zigzag()))
  }
}
