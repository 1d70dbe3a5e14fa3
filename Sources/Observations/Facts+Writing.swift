internal import Bytes
internal import Runs

extension Facts {
  /// Writes the run of one part of the facts, sorted.
  ///
  /// - Parameters:
  ///   - part: Which facts.
  ///   - names: What the numbers in the facts stand for.
  ///   - order: The order of those names; see ``nameOrder(_:)``.
  ///   - writer: Where the run goes.
  /// - Throws: What the writer throws.
  /// - Complexity: O(*n* log *n*) in the facts.
  func write(
    _ part: FactStream.Part,
    _ names: FactNames,
    _ order: NameOrder,
    to writer: inout RunWriter
  ) throws {
    switch part {
    case .observations: try writeObservations(names, order, to: &writer)
    case .traits:
      try writeTraitValues(names, order, to: &writer)
      try order.writeUsedIdentities(names, to: &writer)
    }
  }

  /// The order of all names, and which of them these facts use.
  ///
  /// - Complexity: O(*n* log *n*) in the names.
  func nameOrder(_ names: FactNames) -> NameOrder {
    var order = NameOrder(names)
    for entry in observations.entries {
      order.isUsed[Int(entry.key.identity)] = true
      order.flags.isUsed[Int(entry.key.flagState)] = true
      order.segments.isUsed[Int(entry.key.segmentState)] = true
    }
    return order
  }

  private func writeObservations(
    _ names: FactNames,
    _ order: NameOrder,
    to writer: inout RunWriter
  ) throws {
    var keys: [SortKey] = []
    keys.reserveCapacity(observations.count)
    for (place, entry) in observations.entries.enumerated() {
      let key = entry.key
      keys.append(
        SortKey(
          day: key.cell.day,
          environment: key.environment,
          identity: order.identityRanks[Int(key.identity)],
          start: key.cell.start,
          states: (
            order.flags.ranks[Int(key.flagState)], order.segments.ranks[Int(key.segmentState)]
          ),
          place: place
        )
      )
    }
    keys.sort()
    var key: [UInt8] = []
    var value: [UInt8] = []
    for sorted in keys {
      let entry = observations.entries[sorted.place]
      key.setObservationKey(
        day: entry.key.cell.day,
        environment: entry.key.environment,
        identity: names.identities[entry.key.identity],
        start: entry.key.cell.start,
        names.flagStates.digests[Int(entry.key.flagState)],
        names.segmentStates.digests[Int(entry.key.segmentState)]
      )
      value.removeAll(keepingCapacity: true)
      entry.measures.append(to: &value)
      try writer.append(key: key.span, value: value.span)
    }
  }

  private func writeTraitValues(
    _ names: FactNames,
    _ order: NameOrder,
    to writer: inout RunWriter
  ) throws {
    let texts = (0..<Int32(names.traitValueCount)).map { id in
      var text: [UInt8] = []
      let value = names.traitValue(id)
      text.append(sortable: value.trait.span, value.type, value.value.span)
      return ByteText(text.span)
    }
    let ranks = texts.indices.ranks { texts[$0] < texts[$1] }
    var keys: [SortKey] = []
    keys.reserveCapacity(traitValues.count)
    for (place, entry) in traitValues.entries.enumerated() {
      keys.append(
        SortKey(
          day: entry.key.day,
          environment: entry.key.environment,
          identity: order.identityRanks[Int(entry.key.identity)],
          start: Int64(ranks[Int(entry.key.trait)]),
          states: (0, 0),
          place: place
        )
      )
    }
    keys.sort()
    var key: [UInt8] = []
    var value: [UInt8] = []
    for sorted in keys {
      let entry = traitValues.entries[sorted.place]
      key.setTraitKey(
        day: entry.key.day,
        environment: entry.key.environment,
        identity: names.identities[entry.key.identity]
      )
      key += texts[Int(entry.key.trait)].bytes
      value.removeAll(keepingCapacity: true)
      entry.measures.append(to: &value)
      try writer.append(key: key.span, value: value.span)
    }
  }
}

/// What a fact is sorted by, names replaced by their places among all names.
private struct SortKey: Comparable {
  private let day: Int32
  private let identity: Int32
  private let hasEnvironment: Bool
  private let environment: Int64
  private let start: Int64
  private let states: UInt64
  let place: Int

  init(
    day: Int32,
    environment: Int64?,
    identity: Int32,
    start: Int64,
    states: (Int32, Int32),
    place: Int
  ) {
    self.day = day
    self.identity = identity
    hasEnvironment = environment != nil
    self.environment = environment ?? 0
    self.start = start
    self.states = UInt64(UInt32(bitPattern: states.0)) << 32 | UInt64(UInt32(bitPattern: states.1))
    self.place = place
  }

  static func < (left: SortKey, right: SortKey) -> Bool {
    if left.day != right.day { return left.day < right.day }
    if left.hasEnvironment != right.hasEnvironment { return right.hasEnvironment }
    if left.environment != right.environment { return left.environment < right.environment }
    if left.identity != right.identity { return left.identity < right.identity }
    if left.start != right.start { return left.start < right.start }
    return left.states < right.states
  }
}

/// The places of names when they are sorted, and which of them facts use.
struct NameOrder {
  let identityRanks: [Int32]
  var isUsed: [Bool]
  var flags: StateOrder
  var segments: StateOrder

  fileprivate init(_ names: FactNames) {
    identityRanks = names.identities.ranks()
    isUsed = Array(repeating: false, count: identityRanks.count)
    flags = StateOrder(names.flagStates)
    segments = StateOrder(names.segmentStates)
  }

  fileprivate func writeUsedIdentities(_ names: FactNames, to writer: inout RunWriter) throws {
    var order = [Int32](repeating: 0, count: identityRanks.count)
    for (id, rank) in identityRanks.enumerated() { order[Int(rank)] = Int32(id) }
    var key: [UInt8] = []
    for id in order where isUsed[Int(id)] {
      key.removeAll(keepingCapacity: true)
      key.append(FactKind.identity.rawValue)
      key.append(names.identities[id])
      try writer.append(key: key.span, value: Span())
    }
  }
}

/// The places of states when they are sorted by their digests, and which of them facts use.
struct StateOrder {
  let ranks: [Int32]
  var isUsed: [Bool]

  fileprivate init(_ book: StateBook) {
    let digests = book.digests
    ranks = digests.indices.ranks { digests[$0] < digests[$1] }
    isUsed = Array(repeating: false, count: ranks.count)
  }

  /// The states of `book` that are in use.
  func used(of book: StateBook) -> UsedStates {
    var order = [StateBook.ID](repeating: 0, count: ranks.count)
    for (id, rank) in ranks.enumerated() { order[Int(rank)] = StateBook.ID(id) }
    return UsedStates(book: book, ids: order.filter { isUsed[Int($0)] })
  }
}

extension Range<Int> {
  /// For every number its place when all are sorted.
  fileprivate func ranks(_ precedes: (Int, Int) -> Bool) -> [Int32] {
    var ranks = [Int32](repeating: 0, count: count)
    for (rank, number) in sorted(by: precedes).enumerated() { ranks[number] = Int32(rank) }
    return ranks
  }
}
