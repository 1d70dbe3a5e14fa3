import Bytes
import Flagsmith
import Observations
import TestSupport

/// A delivery as the tests make it up.
struct MadeDelivery: Hashable {
  var environment: Int64?
  var identity: String
  var receivedAt: Int64
  /// Which of some flag states and segment states.
  var flags: Int
  var segments: Int
  /// Key and JSON value of each trait.
  var traits: [[String]]

  var body: [UInt8] {
    let environment = environment.map(String.init) ?? "null"
    let states = (0...flags).map { number in
      "{\"enabled\": true, \"environment\": \(environment), \"feature_state_value\": \(flags - number / 2), "
        + "\"feature\": {\"id\": \(1 - number), \"name\": \"f\", \"type\": \"STANDARD\"}}"
    }
    let segment = "{\"id\": 1, \"name\": \"s\", \"member\": \(segments == 1)}"
    let traits = traits.map { "{\"trait_key\": \"\($0[0])\", \"trait_value\": \($0[1])}" }
    return Array(
      """
      {"flags": [\(states.joined(separator: ", "))], "identity": "\(identity)", "segments": [\(segment)], \
      "traits": [\(traits.joined(separator: ", "))]}
      """.utf8
    )
  }

  /// Deliveries of a few identities that often repeat and often come close together.
  static func random(
    _ count: Int,
    around start: Int64,
    _ random: inout SeededGenerator
  ) -> [MadeDelivery] {
    // Now and then one identity alone, whose windows are then dense with states.
    let isCrowd = !random.once(in: 3)
    let identities = isCrowd ? ["a", "B", "ab", "é", "Zoë", "zz", "a\u{1F69A}"] : ["a"]
    let environments: [Int64?] = isCrowd ? [nil, -1, 2, 10] : [2]
    let values = ["1", "1.0", "true", "null", "\"x\"", "\"\"", "\"é\"", "-5"]
    return (0..<count).map { _ in
      MadeDelivery(
        environment: random.one(of: environments),
        identity: random.one(of: identities),
        receivedAt: start + Int64(random.number(0...2 * 86_400)) * 1_000_000
          / Int64(random.one(of: [1, 1, 7, 60])) + Int64(random.number(-2...2)),
        flags: random.number(0...2),
        segments: random.number(0...1),
        traits: (0..<random.number(0...3)).map { _ in
          [random.one(of: ["t", "T", "ü"]), random.one(of: values)]
        }
      )
    }
  }
}

/// An observation with names instead of numbers.
struct NamedObservation: Hashable {
  var environment: Int64?
  var identity: [UInt8]
  var day: Int32
  var windowStart: Int64
  var flagState: [UInt8]
  var segmentState: [UInt8]
  var first: Int64
  var last: Int64
  var deliveries: Int64
}

/// A trait value of an identity with names instead of numbers.
struct NamedTrait: Hashable {
  var environment: Int64?
  var identity: [UInt8]
  var day: Int32
  var trait: [UInt8]
  var type: String
  var value: [UInt8]
  var first: Int64
  var last: Int64
}

/// Decodes the deliveries' bodies and names what is in them.
struct Folder: ~Copyable {
  let windows: WindowPolicy
  var names = FactNames()
  var decoder = PayloadDecoder()
  var snapshot = SnapshotNames()

  init(_ windows: WindowPolicy) { self.windows = windows }

  mutating func fold(_ deliveries: [MadeDelivery], into facts: inout Facts) throws {
    for delivery in deliveries {
      _ = try decoder.decode(delivery.body.span)
      names.intern(decoder, into: &snapshot)
      facts.add(
        snapshot,
        environment: delivery.environment,
        receivedAt: delivery.receivedAt,
        windows: windows
      )
    }
  }

  mutating func fold(_ deliveries: [MadeDelivery]) throws -> Facts {
    var facts = Facts()
    try fold(deliveries, into: &facts)
    return facts
  }

  /// The names that deliveries' states have.
  mutating func states(of delivery: MadeDelivery) throws -> (flags: [UInt8], segments: [UInt8]) {
    _ = try decoder.decode(delivery.body.span)
    return (
      decoder.flagState.digest.hexadecimalBytes, decoder.segmentState.digest.hexadecimalBytes
    )
  }

  func observations(_ facts: Facts) throws -> [NamedObservation] {
    try rows([facts]).observations
  }

  func traits(_ facts: Facts) throws -> [NamedTrait] { try rows([facts]).traits }

  /// What runs of these facts, merged, hold.
  func rows(_ parts: [Facts], fanIn: Int = 64) throws -> CollectedFacts {
    let directory = try TemporaryDirectory()
    var runs = FactRuns(directory: directory.path("runs"), prefix: "run", fanIn: fanIn)
    for (place, part) in parts.enumerated() {
      runs.add(try runs.write(part, names, inMemory: place.isMultiple(of: 2)))
    }
    var collected = CollectedFacts()
    try runs.stream(.observations, windows: windows).forEach(&collected)
    try runs.stream(.traits, windows: windows).forEach(&collected)
    collected.flagStates = try CollectedState.all(of: runs.flagStates)
    collected.segmentStates = try CollectedState.all(of: runs.segmentStates)
    return collected
  }
}

/// Facts as they come out of merged runs.
struct CollectedFacts: FactVisitor, Equatable {
  var observations: [NamedObservation] = []
  var traits: [NamedTrait] = []
  var flagStates: [CollectedState] = []
  var segmentStates: [CollectedState] = []
  var identityCount = 0

  mutating func visit(_ observation: Observation, identity: Span<UInt8>) {
    observations.append(
      NamedObservation(
        environment: observation.environment,
        identity: Self.bytes(identity),
        day: observation.day,
        windowStart: observation.windowStart,
        flagState: observation.flagState.hexadecimalBytes,
        segmentState: observation.segmentState.hexadecimalBytes,
        first: observation.measures.interval.first,
        last: observation.measures.interval.last,
        deliveries: observation.measures.deliveries
      )
    )
  }

  mutating func visit(_ trait: TraitObservation, identity: Span<UInt8>) {
    traits.append(
      NamedTrait(
        environment: trait.environment,
        identity: Self.bytes(identity),
        day: trait.day,
        trait: trait.trait,
        type: String(describing: trait.type.name),
        value: trait.value,
        first: trait.interval.first,
        last: trait.interval.last
      )
    )
  }

  mutating func visitIdentity() { identityCount += 1 }

  private static func bytes(_ span: Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(span)
    return bytes
  }
}

/// A state as it comes out of merged runs.
struct CollectedState: Equatable {
  var digest: [UInt8]
  var text: [UInt8]

  static func all(of runs: StateRuns) throws -> [CollectedState] {
    var states: [CollectedState] = []
    var cursor = try runs.cursor()
    while try cursor.advance(), let digest = cursor.digest {
      var text: [UInt8] = []
      switch cursor.form {
      case .rows(let rows, let book):
        for row in rows { runs.appendText(of: row, inBook: book, to: &text) }
      case .text(let bytes): text = bytes
      }
      states.append(CollectedState(digest: digest.hexadecimalBytes, text: text))
    }
    return states
  }
}
