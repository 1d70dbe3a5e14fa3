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
  private let numbers: Numbers
}

/// The facts that cohorts are made of.
struct IdentityFacts {
  fileprivate enum Kind: UInt8 {
    case observation
    case trait
  }

  private var store: FactStore
  private let flags: FlagStateViews
  private let segments: SegmentStateMembers
  private let traits: [String]
  private let numbers: IdentityHistory.Numbers
  /// The numbers that stand for what is said of flags and of segments in facts.
  private let flagTerms: [Int]
  private let segmentTerms: [Int]

  /// - Parameters:
  ///   - directory: Where facts are kept.
  ///   - flags: What sets of flags say.
  ///   - segments: What sets of segments consist of.
  ///   - features: The features that views were asked of.
  ///   - traits: The traits that are of interest.
  /// - Throws: ``FileFailure``.
  init(
    directory: String,
    _ flags: FlagStateViews,
    _ segments: SegmentStateMembers,
    features: Set<String>,
    traits: [String]
  ) throws {
    self.flags = flags
    self.segments = segments
    self.traits = traits
    var store = try FactStore(directory: directory, plan: "\(features.sorted()) \(traits)")
    flagTerms = flags.terms.map { store.number(of: $0) }
    segmentTerms = segments.terms.map { store.number(of: $0) }
    numbers = IdentityHistory.Numbers(
      flags: Self.places(flagTerms, of: store),
      segments: Self.places(segmentTerms, of: store),
      traitCount: traits.count
    )
    self.store = store
  }

  /// By the numbers of terms the places of those that stand for something.
  private static func places(_ numbers: [Int], of store: FactStore) -> [Int32?] {
    var places = [Int32?](repeating: nil, count: store.terms.count)
    for (place, number) in numbers.enumerated() { places[number] = Int32(place) }
    return places
  }

  /// Gathers the facts of partitions that are not there yet, and forgets those of others.
  ///
  /// - Parameters:
  ///   - lake: The lake.
  ///   - isWanted: Which dates are of interest, in days since 1970-01-01.
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  /// - Complexity: O(*n*) in the rows that are new.
  mutating func gather(_ lake: LakeReader, where isWanted: (_ day: Int) -> Bool) throws {
    let observations = try lake.inputs(.observations, where: isWanted)
    let values = traits.isEmpty ? [] : try lake.inputs(.traitValues, where: isWanted)
    store.keep(only: (observations + values).map(\.input))
    for (partition, input) in observations where !store.holds(input) {
      try addObservations(partition, input)
    }
    for (partition, input) in values where !store.holds(input) {
      try addTraits(partition, input)
    }
  }

  /// See ``FactStore/save(knowing:)``.
  mutating func save() throws { try store.save() }

  private mutating func addObservations(
    _ partition: LakeReader.File,
    _ input: FactStore.Input
  ) throws {
    let (flags, segments, flagTerms, segmentTerms) = (flags, segments, flagTerms, segmentTerms)
    let day = Int64(partition.day ?? 0)
    func number(_ place: Int32, _ terms: [Int]) -> UInt64 {
      place < 0 ? 0 : UInt64(terms[Int(place)] + 1)
    }
    try store.add(partition, input, columns: [0, 1, 3, 4, 5, 6]) { batch, row, facts in
      guard let flagState = batch.columns[2].digest(row),
        let segmentState = batch.columns[3].digest(row)
      else { throw LakeReader.Damaged(path: partition.path, fault: "a row names no state") }
      facts.append(Kind.observation.rawValue)
      facts.append(zigzag: day)
      facts.append(varint: number(flags.number(flagState), flagTerms))
      facts.append(varint: number(segments.number(segmentState), segmentTerms))
      facts.append(batch.columns[4].integers[row], batch.columns[5].integers[row], since: day)
    }
  }

  private mutating func addTraits(_ partition: LakeReader.File, _ input: FactStore.Input) throws {
    let wanted = traits.map { Array($0.utf8) }
    let day = Int64(partition.day ?? 0)
    try store.add(partition, input, columns: [0, 1, 2, 3, 4, 6, 7]) { batch, row, facts in
      let names = batch.columns[2].texts
      guard let trait = wanted.firstIndex(where: { names[row].equalBytes($0.span) }) else { return }
      let types = batch.columns[3].texts
      facts.append(Kind.trait.rawValue)
      facts.append(zigzag: day)
      facts.append(varint: UInt64(trait))
      facts.append(batch.columns[5].integers[row], batch.columns[6].integers[row], since: day)
      facts.append(counted: types[row])
      facts.append(UInt8(batch.columns[4].isNull(row) ? 0 : 1))
      if !batch.columns[4].isNull(row) {
        let texts = batch.columns[4].texts
        facts.append(counted: texts[row])
      }
    }
  }

  /// Hands on what is known of each identity; see ``FactStore/forEachHistory(_:_:)``.
  mutating func forEachHistory(_ body: (IdentityHistory) throws -> Void) throws {
    try store.forEachHistory(IdentityHistory(numbers), body)
  }
}

extension IdentityHistory: FactHistory {
  /// What numbers in facts stand for.
  struct Numbers {
    /// By the numbers, those of ``FlagStateViews``.
    let flags: [Int32?]
    /// By the numbers, those of ``SegmentStateMembers``.
    let segments: [Int32?]
    let traitCount: Int

    fileprivate static func place(_ number: UInt64, _ places: [Int32?]) throws -> Int32 {
      if number == 0 { return -1 }
      guard number <= places.count, let place = places[Int(number) - 1] else { throw DamagedRun() }
      return place
    }
  }

  init(_ numbers: Numbers) { self.numbers = numbers }

  mutating func begin(_ environment: Int64?, _ identity: [UInt8]) {
    self.environment = environment
    self.identity = identity
    sightings.removeAll(keepingCapacity: true)
    traits.removeAll(keepingCapacity: true)
  }

  mutating func add(_ facts: Span<UInt8>) throws {
    var cursor = CompactCursor(facts)
    var (lastDay, isByDay): (Int, Bool) = (.min, true)
    while !cursor.isAtEnd {
      let kind = IdentityFacts.Kind(rawValue: try cursor.byte())
      let day = try cursor.zigzag()
      isByDay = isByDay && lastDay <= Int(day)
      lastDay = Int(day)
      switch kind {
      case .observation: try addSighting(&cursor, day)
      case .trait: try addTrait(&cursor, day)
      case nil: throw DamagedRun()
      }
    }
    guard !isByDay else { return }
    // Those of one date are of one partition, and keep its order.
    sightings.sort { $0.day < $1.day }
    traits.sort { $0.day < $1.day }
  }

  private mutating func addSighting(_ cursor: inout CompactCursor, _ day: Int64) throws {
    let flagState = try Numbers.place(try cursor.varint(), numbers.flags)
    let segmentState = try Numbers.place(try cursor.varint(), numbers.segments)
    let times = try cursor.times(since: day)
    sightings.append(
      Sighting(
        day: Int(day),
        flagState: flagState,
        segmentState: segmentState,
        firstAt: times.firstAt,
        lastAt: times.lastAt
      )
    )
  }

  private mutating func addTrait(_ cursor: inout CompactCursor, _ day: Int64) throws {
    let trait = Int(truncatingIfNeeded: try cursor.varint())
    guard (0..<numbers.traitCount).contains(trait) else { throw DamagedRun() }
    let times = try cursor.times(since: day)
    let type = try cursor.text()
    let text = try cursor.byte() == 0 ? nil : try cursor.text()
    traits.append(
      TraitFact(
        trait: trait,
        day: Int(day),
        firstAt: times.firstAt,
        lastAt: times.lastAt,
        type: type,
        text: text
      )
    )
  }
}
