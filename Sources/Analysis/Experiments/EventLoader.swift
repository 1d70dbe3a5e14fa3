internal import Bytes
internal import Observations
internal import Tables

/// Brings the events that a plan asks for into ``UnitFacts``.
struct EventLoader {
  /// What was found in the files of one metric's source.
  struct Tally: Equatable {
    /// Events of the source.
    var rows = 0
    /// The time of the last one, in microseconds since the epoch.
    var lastAt: Int64?
    /// Rows of its files that cannot be used, and the first of them.
    var badRows = 0
    var badRowExamples: [String] = []
  }

  /// How many rows that cannot be used are named.
  static let exampleCount = 10

  private let sources: [ExperimentPlan.EventSource]
  private let personalData: PersonalData
  private let memory: Int
  private(set) var tallies: [Tally]
  private var identities = TextValues()
  private var events: [(number: Int64, event: EventFact)] = []
  private var rowCount: Int64 = 0

  /// - Parameters:
  ///   - sources: The sources.
  ///   - personalData: What identities are stored as.
  ///   - memory: How many bytes are gathered before they are written to a run.
  init(
    _ sources: [ExperimentPlan.EventSource],
    _ personalData: PersonalData,
    memory: Int
  ) {
    self.sources = sources
    self.personalData = personalData
    self.memory = memory
    tallies = Array(repeating: Tally(), count: sources.count)
  }

  /// Reads all files, each once.
  ///
  /// - Throws: ``EventFile/Unusable``, ``FileFailure``.
  /// - Complexity: O(*n* log *n*) in the events.
  mutating func load(into facts: inout UnitFacts) throws {
    // Sources that differ in the event alone are read together.
    var groups: [ExperimentPlan.EventSource: [Int]] = [:]
    for (place, source) in sources.enumerated() {
      var file = source
      file.event = nil
      groups[file, default: []].append(place)
    }
    for (source, places) in groups.sorted(by: { $0.value[0] < $1.value[0] }) {
      for path in try EventPaths.files(source.path) {
        let file = try EventFile(path: path, format: source.format, columns: source.columns)
        try load(file, places, into: &facts)
      }
    }
    try flush(into: &facts, isLast: true)
  }

  private mutating func load(
    _ file: EventFile,
    _ places: [Int],
    into facts: inout UnitFacts
  ) throws {
    let names = places.map { sources[$0].event.map { Array($0.utf8) } }
    var bad: [(number: Int, reason: String)] = []
    var badCount = 0
    let personalData = self.personalData
    try file.forEachRow { number, reason in
      badCount += 1
      if bad.count < Self.exampleCount { bad.append((number, reason)) }
    } _: { row in
      rowCount += 1
      for index in places.indices {
        if let name = names[index], !row.event.equalBytes(name.span) { continue }
        let place = places[index]
        tallies[place].rows += 1
        tallies[place].lastAt = max(tallies[place].lastAt ?? row.time, row.time)
        if let pseudonym = personalData.pseudonym(of: row.identity) {
          identities.append(pseudonym.span)
        } else {
          identities.append(row.identity)
        }
        events.append(
          (rowCount, EventFact(source: place, time: row.time, value: row.value))
        )
      }
      if byteCount > memory { try flush(into: &facts, isLast: false) }
    }
    let unit = file.format == .parquet ? "row" : "line"
    for place in places {
      tallies[place].badRows += badCount
      let room = Self.exampleCount - tallies[place].badRowExamples.count
      tallies[place].badRowExamples += bad.prefix(max(0, room)).map {
        "\(file.path), \(unit) \($0.number): \($0.reason)"
      }
    }
  }

  private var byteCount: Int {
    identities.byteCount + identities.count * 8 + events.count
      * (MemoryLayout<(Int64, EventFact)>.stride + 8)
  }

  private mutating func flush(into facts: inout UnitFacts, isLast: Bool) throws {
    guard !events.isEmpty else { return }
    let (identities, events) = (identities, events)
    let order = Self.order(identities, events)
    try facts.addEvents(inMemory: isLast && rowCount == Int64(events.count)) { append in
      for place in order {
        // The key tells facts apart: a row counts once for each source.
        let number = events[place].number << 16 | Int64(events[place].event.source)
        try append(identities[place], number, events[place].event)
      }
    }
    self.identities = TextValues()
    self.events.removeAll(keepingCapacity: true)
  }

  /// The places of events by their identities, and then as they came.
  ///
  /// Most are told apart by eight bytes after those that all identities begin with.
  private static func order(
    _ identities: TextValues,
    _ events: [(number: Int64, event: EventFact)]
  ) -> [Int] {
    var shared = identities[0].count
    for place in events.indices {
      let prefix = identities[0].extracting(..<shared)
      shared = identities[place].commonPrefix(with: prefix)
    }
    let keys = events.indices.map { place in
      (prefix: identities[place].bigEndianPrefix(from: shared), place: place)
    }
    return keys.sorted { left, right in
      if left.prefix != right.prefix { return left.prefix < right.prefix }
      let order = identities[left.place].comparedBytes(identities[right.place])
      if order != 0 { return order < 0 }
      // One row can be of several sources.
      let (one, other) = (events[left.place], events[right.place])
      return (one.number, one.event.source) < (other.number, other.event.source)
    }.map(\.place)
  }
}

extension Span<UInt8> {
  /// Eight bytes as a number that sorts as they do; zeros stand for those that are not there.
  fileprivate func bigEndianPrefix(from start: Int) -> UInt64 {
    var prefix: UInt64 = 0
    for place in start..<start + 8 {
      prefix = prefix << 8 | UInt64(place < count ? self[place] : 0)
    }
    return prefix
  }
}
