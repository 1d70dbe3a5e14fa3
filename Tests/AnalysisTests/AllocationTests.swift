import Analysis
import TestSupport
import Testing

@Suite("Allocations over time")
struct AllocationTests {
  typealias Period = Allocations.Period

  private func periods(
    _ notes: [(arm: Int, allocation: Double?, time: Int64)],
    arms: Int = 3
  ) -> [Period] {
    var allocations = Allocations(armCount: arms)
    for note in notes { allocations.note(arm: note.arm, note.allocation, at: note.time) }
    return allocations.periods(start: 100)
  }

  @Test("are one period while nothing changes, of which the control gets the rest")
  func onePeriod() {
    let expected = [Period(start: 100, shares: [0.5, 0.25, 0.25])]
    #expect(periods([(1, 25, 300), (2, 25, 120), (1, 25, 110), (0, nil, 105)]) == expected)
    #expect(periods([(1, 100, 1)], arms: 2) == [Period(start: 100, shares: [0, 1])])
  }

  @Test("change when a new one is seen first, in whatever order it is told")
  func changes() {
    let notes: [(Int, Double?, Int64)] = [
      (1, 20, 150), (2, 30, 160), (1, 40, 500), (1, 40, 400), (2, 10, 400), (1, 20, 800),
      (2, 50, 900),
    ]
    let expected = [
      Period(start: 100, shares: [0.5, 0.2, 0.3]), Period(start: 400, shares: [0.5, 0.4, 0.1]),
      Period(start: 900, shares: [0.1, 0.4, 0.5]),
    ]
    #expect(periods(notes) == expected)
    #expect(periods(notes.reversed()) == expected)
  }

  @Test(
    "are not known where a treatment has none, or all have more than there is",
    arguments: [
      [], [(1, 50, 1)], [(1, nil, 1), (2, 50, 1)], [(1, 60, 1), (2, 60, 1)],
      [(1, 50, 1), (2, 50, 1), (2, 51, 2)], [(0, 50, 1)],
    ] as [[(Int, Double?, Int64)]]
  )
  func unknown(notes: [(Int, Double?, Int64)]) {
    #expect(periods(notes) == [])
  }

  @Test("are none without arms to compare")
  func noArms() {
    #expect(periods([], arms: 0) == [])
    #expect(periods([], arms: 1) == [])
  }

  @Test("say at every time what was seen last until then", arguments: TestSeed.cases(200))
  func atEveryTime(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let arms = random.number(2...4)
    // Values of an arm do not come back: what is known of each is when it was seen first.
    var notes: [(Int, Double?, Int64)] = []
    for arm in 1..<arms {
      let values = [5.0, 10, 15, 20].shuffled(using: &random).prefix(random.number(1...4))
      let times = Set((0..<4).map { _ in Int64(random.number(100...140)) }).sorted()
      for (value, time) in zip(values, times) { notes.append((arm, value, time)) }
    }
    let found = periods(notes.shuffled(using: &random), arms: arms)
    #expect(found.first?.start == 100, "seed \(seed)")
    for time: Int64 in 100...141 {
      let treatments = (1..<arms).map { arm in
        let own = notes.filter { $0.0 == arm }.sorted { $0.2 < $1.2 }
        return (own.last { $0.2 <= time } ?? own[0]).1 ?? 0
      }
      let shares = found.last { $0.start <= time }?.shares ?? []
      #expect(Array(shares.dropFirst()) == treatments.map { $0 / 100 }, "seed \(seed), \(time)")
      #expect(abs(shares.reduce(0, +) - 1) < 1e-12, "seed \(seed), \(time)")
    }
    #expect(zip(found, found.dropFirst()).allSatisfy { $0.shares != $1.shares }, "seed \(seed)")
  }
}
