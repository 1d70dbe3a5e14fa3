internal import Bytes
internal import Lake
internal import Runs
internal import Tables

/// What is known of one identity in an environment, over the dates that are summarised.
struct IdentityHistory {
  /// An observation.
  struct Sighting {
    let day: Int
    let flagState: Int32
    let segmentState: Int32
    let firstAt: Int64
    let lastAt: Int64

    /// Which of two says what holds after both.
    static func latest(_ known: Sighting?, _ next: Sighting) -> Sighting {
      guard let known, (known.lastAt, known.firstAt) > (next.lastAt, next.firstAt) else {
        return next
      }
      return known
    }
  }

  /// A value of a trait.
  struct TraitFact {
    let trait: Int
    let day: Int
    let firstAt: Int64
    let lastAt: Int64
    let type: String
    let text: String?
  }

  private(set) var environment: Int64?
  private(set) var identity: [UInt8] = []
  /// By date.
  private(set) var sightings: [Sighting] = []
  /// By date.
  private(set) var traits: [TraitFact] = []
}

/// The facts that cohorts are made of.
struct IdentityFacts {
  private var runs: IdentityRuns

  /// - Parameter directory: Where runs go.
  init(directory: String) { runs = IdentityRuns(directory: directory, prefix: "identities") }

  /// Adds a partition of `observations`.
  ///
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  mutating func addObservations(
    _ partition: LakeReader.File,
    _ flags: FlagStateViews,
    _ segments: SegmentStateMembers
  ) throws {
    let kind = IdentityHistory.Kind.observation.rawValue
    try runs.add(partition, kind: kind, columns: [0, 1, 3, 4, 5, 6]) { batch, row, value in
      guard let flagState = batch.columns[2].digest(row),
        let segmentState = batch.columns[3].digest(row)
      else { throw LakeReader.Damaged(path: partition.path, fault: "a row names no state") }
      value.append(sortable: flags.number(flagState))
      value.append(sortable: segments.number(segmentState))
      value.append(sortable: batch.columns[4].integers[row])
      value.append(sortable: batch.columns[5].integers[row])
      return true
    }
  }

  /// Adds those rows of a partition of `trait_values` that are of some traits.
  ///
  /// - Throws: ``FileFailure`` or ``ParquetError``.
  mutating func addTraits(_ partition: LakeReader.File, traits: [String]) throws {
    let wanted = traits.map { Array($0.utf8) }
    let kind = IdentityHistory.Kind.trait.rawValue
    try runs.add(partition, kind: kind, columns: [0, 1, 2, 3, 4, 6, 7]) { batch, row, value in
      let names = batch.columns[2].texts
      guard let trait = wanted.firstIndex(where: { names[row].equalBytes($0.span) }) else {
        return false
      }
      let types = batch.columns[3].texts
      value.append(sortable: Int32(trait))
      value.append(sortable: batch.columns[5].integers[row])
      value.append(sortable: batch.columns[6].integers[row])
      value.append(sortable: types[row])
      if !batch.columns[4].isNull(row) {
        let texts = batch.columns[4].texts
        value.append(UInt8(1))
        value.append(texts[row])
      }
      return true
    }
  }

  /// Hands on what is known of each identity; see ``IdentityRuns/forEachHistory(_:_:)``.
  mutating func forEachHistory(_ body: (IdentityHistory) throws -> Void) throws {
    try runs.forEachHistory(IdentityHistory(), body)
  }
}

extension IdentityHistory: FactHistory {
  fileprivate enum Kind: UInt8 {
    case observation
    case trait
  }

  mutating func begin(_ environment: Int64?, _ identity: [UInt8]) {
    self.environment = environment
    self.identity = identity
    sightings.removeAll(keepingCapacity: true)
    traits.removeAll(keepingCapacity: true)
  }

  mutating func add(_ kind: UInt8, day: Int, _ value: Span<UInt8>) throws {
    switch Kind(rawValue: kind) {
    case .observation: addSighting(day, value)
    case .trait: addTrait(day, value)
    case nil: throw DamagedRun()
    }
  }

  private mutating func addSighting(_ day: Int, _ value: Span<UInt8>) {
    var cursor = SortableCursor(value)
    sightings.append(
      Sighting(
        day: day,
        flagState: cursor.int32(),
        segmentState: cursor.int32(),
        firstAt: cursor.int64(),
        lastAt: cursor.int64()
      )
    )
  }

  private mutating func addTrait(_ day: Int, _ value: Span<UInt8>) {
    var cursor = SortableCursor(value)
    let trait = Int(cursor.int32())
    let (firstAt, lastAt) = (cursor.int64(), cursor.int64())
    var type: [UInt8] = []
    cursor.text(into: &type)
    // Four bytes of the place, twice eight of times, the type and two that end it.
    let start = 4 + 16 + type.count + 2
    traits.append(
      TraitFact(
        trait: trait,
        day: day,
        firstAt: firstAt,
        lastAt: lastAt,
        type: String(decoding: type, as: UTF8.self),
        text: start < value.count ? String(decoding: value.extracting((start + 1)...)) : nil
      )
    )
  }
}
