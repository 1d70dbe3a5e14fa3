import Observations
import TestSupport
import Testing

@Suite("Facts are a commutative monoid")
struct FactAlgebraTests {
  /// 2026-03-28T12:00:00Z.
  static let start: Int64 = 1_774_699_200_000_000

  static func policy(_ random: inout SeededGenerator) -> WindowPolicy {
    WindowPolicy(
      kind: random.one(of: WindowPolicy.Kind.allCases),
      size: Int64(random.one(of: [1, 60, 1800, 7 * 3600])) * 1_000_000,
      calendar: LocalCalendar(identifier: random.one(of: ["UTC", "Europe/Berlin"])) ?? .utc
    )
  }

  static func merged(_ left: Facts, _ right: Facts) -> Facts {
    var result = left
    result.merge(right)
    return result
  }

  @Test("merge is associative and commutative and has the empty identity")
  func laws() throws {
    for seed in TestSeed.cases(300) {
      var random = SeededGenerator(seed: seed)
      var folder = Folder(Self.policy(&random))
      let parts = try (0..<3).map { _ in
        try folder.fold(.random(random.number(0...12), around: Self.start, &random))
      }
      let (a, b, c) = (parts[0], parts[1], parts[2])
      #expect(Self.merged(a, b) == Self.merged(b, a), "seed \(seed)")
      #expect(
        Self.merged(Self.merged(a, b), c) == Self.merged(a, Self.merged(b, c)),
        "seed \(seed)"
      )
      #expect(Self.merged(a, Facts()) == a, "seed \(seed)")
      #expect(Self.merged(Facts(), a) == a, "seed \(seed)")
      let total = Self.merged(a, b).observations.entries.reduce(0) { $0 + $1.measures.deliveries }
      let sums = [a, b].flatMap(\.observations.entries).reduce(0) { $0 + $1.measures.deliveries }
      #expect(total == sums, "seed \(seed)")
    }
  }

  @Test("any order and any split of the deliveries gives the same facts")
  func orderAndSplit() throws {
    for seed in TestSeed.cases(100) {
      var random = SeededGenerator(seed: seed)
      let windows = Self.policy(&random)
      let deliveries = [MadeDelivery].random(random.number(0...40), around: Self.start, &random)
      var folder = Folder(windows)
      let whole = try folder.fold(deliveries)
      #expect(try folder.fold(deliveries.shuffled(using: &random)) == whole, "seed \(seed)")
      var parts = [[MadeDelivery]](repeating: [], count: random.number(1...4))
      for delivery in deliveries { parts[random.number(0...parts.count - 1)].append(delivery) }
      var sum = Facts()
      for part in parts.shuffled(using: &random) { sum.merge(try folder.fold(part)) }
      #expect(sum == whole, "seed \(seed)")
    }
  }

  @Test("names that were met in another order give the same rows")
  func names() throws {
    for seed in TestSeed.cases(60) {
      var random = SeededGenerator(seed: seed)
      let windows = Self.policy(&random)
      let deliveries = [MadeDelivery].random(random.number(0...40), around: Self.start, &random)
      var first = Folder(windows)
      var second = Folder(windows)
      let facts = try first.fold(deliveries)
      let shuffled = try second.fold(deliveries.shuffled(using: &random))
      let rows = try first.rows([facts])
      let others = try second.rows([shuffled])
      #expect(rows.observations == others.observations, "seed \(seed)")
      #expect(rows.traits == others.traits, "seed \(seed)")
      #expect(rows.flagStates == others.flagStates, "seed \(seed)")
      #expect(rows.segmentStates == others.segmentStates, "seed \(seed)")
      // Books, runs, and both.
      let parts = try [
        deliveries.prefix(9), deliveries.dropFirst(9).prefix(9), deliveries.dropFirst(18),
      ]
      .map { try second.fold(Array($0)) }
      for count in 1...3 {
        let of = try second.rows(Array(parts.prefix(count)), fanIn: 2)
        let truth = Set(
          try deliveries.prefix(count == 3 ? .max : count * 9).map {
            try second.states(of: $0).flags
          }
        )
        #expect(of.flagStates.map(\.digest) == truth.sorted { $0.lexicographicallyPrecedes($1) })
        for state in of.flagStates { #expect(rows.flagStates.contains(state), "seed \(seed)") }
      }
      #expect(rows.identityCount == Set(deliveries.map(\.identity)).count, "seed \(seed)")
    }
  }

  @Test("runs of any split merge into the rows of the whole, whatever the fan-in")
  func runs() throws {
    for seed in TestSeed.cases(60) {
      var random = SeededGenerator(seed: seed)
      var folder = Folder(Self.policy(&random))
      let deliveries = [MadeDelivery].random(random.number(0...40), around: Self.start, &random)
      let whole = try folder.rows([try folder.fold(deliveries)])
      var parts = [[MadeDelivery]](repeating: [], count: random.number(1...9))
      for delivery in deliveries { parts[random.number(0...parts.count - 1)].append(delivery) }
      let facts = try parts.map { try folder.fold($0) }
      for fanIn in [2, 3, 64] {
        #expect(try folder.rows(facts, fanIn: fanIn) == whole, "fan-in \(fanIn), seed \(seed)")
      }
    }
  }
}

extension [MadeDelivery] {
  static func random(
    _ count: Int,
    around start: Int64,
    _ random: inout SeededGenerator
  ) -> [MadeDelivery] {
    MadeDelivery.random(count, around: start, &random)
  }
}
