import Analysis
import TestSupport
import Testing

@Suite("Caps of values")
struct CapTests {
  private struct Unit {
    var history = MetricHistory()
    var days = 0..<0

    func value(_ day: Int) -> Double? {
      guard days.contains(day) else { return nil }
      var value = 0.0
      for change in history.changes where change.day <= day { value = change.numerator }
      return value
    }
  }

  /// Type 7 as its authors define it: of *n* values the one of rank 1 + (*n* − 1)*p*, between two in proportion.
  private func quantile(_ values: [Double], _ p: Double) -> Double? {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return nil }
    let rank = 1 + Double(sorted.count - 1) * p
    let (below, above) = (Int(rank.rounded(.down)), Int(rank.rounded(.up)))
    let share = rank - rank.rounded(.down)
    return sorted[below - 1] * (1 - share) + sorted[above - 1] * share
  }

  private func caps(_ units: [Unit], _ quantile: Double, _ days: Int) -> [Double?] {
    var caps = WinsorizationCaps(quantile: quantile, dayCount: days)
    for unit in units { caps.add(unit.history, analysedDays: unit.days) }
    return caps.caps()
  }

  @Test("are quantiles of those who are analysed that day", arguments: TestSeed.cases(300))
  func quantiles(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let days = random.number(1...6)
    let p = random.one(of: [0.5, 0.9, 0.95, 0.999, 1, Double(random.number(500...999)) / 1000])
    let units = (0..<random.number(0...12)).map { _ in
      var unit = Unit()
      let start = random.number(0...days)
      unit.days = start..<random.number(start...days)
      for day in 0..<days where random.once(in: 2) {
        unit.history.changes.append(
          .init(day: day, numerator: Double(random.number(-5...40)), denominator: 1)
        )
      }
      return unit
    }
    let found = caps(units, p, days)
    #expect(found.count == days)
    for day in 0..<days {
      let expected = quantile(units.compactMap { $0.value(day) }, p)
      #expect((found[day] == nil) == (expected == nil), "seed \(seed), day \(day)")
      if let one = found[day], let other = expected {
        #expect(abs(one - other) < 1e-9, "seed \(seed), day \(day)")
      }
    }
  }

  @Test(
    "are those of numpy.quantile([1, 2, 3, 4, 6, 10], p)",
    arguments: [(0.5, 3.5), (0.75, 5.5), (0.9, 8), (0.999, 9.98), (1, 10)]
  )
  func reference(quantile: Double, expected: Double) throws {
    let units = [10.0, 1, 4, 2, 6, 3].map { value in
      var unit = Unit(days: 0..<1)
      unit.history.changes = [.init(day: 0, numerator: value, denominator: 1)]
      return unit
    }
    let cap = try #require(caps(units, quantile, 1)[0])
    #expect(abs(cap - expected) < 1e-12)
  }
}
