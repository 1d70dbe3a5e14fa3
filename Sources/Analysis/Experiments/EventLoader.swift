internal import Bytes
internal import Foundation
internal import Observations
internal import Runs
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

  /// One file that is read for some sources.
  struct File {
    let file: EventFile
    /// The places of the sources.
    let places: [Int]
    /// The SHA-256 of its bytes.
    let digest: String
    /// Whether it is not expected to grow.
    let isSettled: Bool

    var input: FactStore.Input {
      FactStore.Input(name: "events \(places) \(file.path) \(digest)", isSettled: isSettled)
    }

    /// Its name without the directories, and its digest.
    var digestLine: String { "\(file.path.split(separator: "/").last ?? "") \(digest)" }
  }

  /// What was found in one file.
  private struct Findings: Codable {
    struct Events: Codable {
      var rows = 0
      var lastAt: Int64?
    }

    struct BadRow: Codable {
      let number: Int
      let reason: String
    }

    /// By the order of the sources that it is read for.
    var events: [Events]
    var badRows = 0
    var examples: [BadRow] = []
  }

  /// How many rows that cannot be used are named.
  static let exampleCount = 10

  private let sources: [ExperimentPlan.EventSource]
  private let personalData: PersonalData
  private let memory: Int
  private(set) var tallies: [Tally]
  private var identities = TextValues()
  private var events: [EventFact] = []

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

  /// The files of all sources, each once.
  ///
  /// - Parameter facts: What knows files that were read before.
  /// - Returns: The files, in the order of the sources and of their names.
  /// - Throws: ``EventFile/Unusable``, ``FileFailure``.
  func files(_ facts: inout UnitFacts) throws -> [File] {
    // Sources that differ in the event alone are read together.
    var groups: [ExperimentPlan.EventSource: [Int]] = [:]
    for (place, source) in sources.enumerated() {
      var file = source
      file.event = nil
      groups[file, default: []].append(place)
    }
    var files: [File] = []
    for (source, places) in groups.sorted(by: { $0.value[0] < $1.value[0] }) {
      let paths = try EventPaths.files(source.path)
      for path in paths {
        let file = try EventFile(path: path, format: source.format, columns: source.columns)
        // Events are most often added to the last one, and in the files of a day.
        files.append(
          File(
            file: file,
            places: places,
            digest: try facts.digest(ofFile: path),
            isSettled: path != paths.last
          )
        )
      }
    }
    return files
  }

  /// Reads a file, unless its facts are there.
  ///
  /// - Throws: ``EventFile/Unusable``, ``FileFailure``, or ``DamagedRun`` where it is not known what was found in it.
  /// - Complexity: O(*n* log *n*) in the events.
  mutating func load(_ file: File, into facts: inout UnitFacts) throws {
    let store = facts.store
    if store.holds(file.input) {
      guard let note = store.note(of: file.input),
        let findings = try? JSONDecoder().decode(Findings.self, from: Data(note.utf8)),
        findings.events.count == file.places.count
      else { throw DamagedRun() }
      return count(findings, file)
    }
    let findings = try read(file, into: &facts)
    facts.setNote(
      String(decoding: try JSONEncoder().encode(findings), as: UTF8.self),
      of: file.input
    )
    count(findings, file)
  }

  private mutating func count(_ findings: Findings, _ file: File) {
    let unit = file.file.format == .parquet ? "row" : "line"
    for (place, found) in zip(file.places, findings.events) {
      tallies[place].rows += found.rows
      if let last = found.lastAt {
        tallies[place].lastAt = max(tallies[place].lastAt ?? last, last)
      }
      tallies[place].badRows += findings.badRows
      let room = Self.exampleCount - tallies[place].badRowExamples.count
      tallies[place].badRowExamples += findings.examples.prefix(max(0, room)).map {
        "\(file.file.path), \(unit) \($0.number): \($0.reason)"
      }
    }
  }

  private mutating func read(_ file: File, into facts: inout UnitFacts) throws -> Findings {
    let names = file.places.map { sources[$0].event.map { Array($0.utf8) } }
    var findings = Findings(events: file.places.map { _ in .init() })
    let personalData = self.personalData
    try file.file.forEachRow { number, reason in
      findings.badRows += 1
      if findings.examples.count < Self.exampleCount {
        findings.examples.append(.init(number: number, reason: reason))
      }
    } _: { row in
      for index in file.places.indices {
        if let name = names[index], !row.event.equalBytes(name.span) { continue }
        findings.events[index].rows += 1
        findings.events[index].lastAt = max(findings.events[index].lastAt ?? row.time, row.time)
        if let pseudonym = personalData.pseudonym(of: row.identity) {
          identities.append(pseudonym.span)
        } else {
          identities.append(row.identity)
        }
        events.append(EventFact(source: file.places[index], time: row.time, value: row.value))
      }
      if byteCount > memory { try flush(file.input, into: &facts) }
    }
    try flush(file.input, into: &facts)
    return findings
  }

  private var byteCount: Int {
    identities.byteCount + identities.count * 8 + events.count
      * (MemoryLayout<EventFact>.stride + 8)
  }

  private mutating func flush(_ input: FactStore.Input, into facts: inout UnitFacts) throws {
    let (identities, events) = (identities, events)
    let order = Self.order(identities, events)
    try facts.addEvents(input) { append in
      for place in order { try append(identities[place], events[place]) }
    }
    self.identities = TextValues()
    self.events.removeAll(keepingCapacity: true)
  }

  /// The places of events by their identities.
  ///
  /// Most are told apart by eight bytes after those that all identities begin with.
  private static func order(_ identities: TextValues, _ events: [EventFact]) -> [Int] {
    guard !events.isEmpty else { return [] }
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
      return identities[left.place].comparedBytes(identities[right.place]) < 0
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
