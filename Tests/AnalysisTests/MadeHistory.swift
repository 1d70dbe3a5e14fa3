import Analysis
import TestSupport

/// A random experiment, and what is known of one identity in it.
struct MadeHistory {
  static let hour: Int64 = 3_600_000_000
  static let traits = ["clicks", "plan"]
  static let segments = ["vips"]

  let plan: ExperimentPlan
  /// The first dates of the experiment, as far as the lake goes.
  let days: Range<Int>
  let views: [FeatureStates.View]
  /// The arm of each value.
  let arms: [Int?] = [0, 1, nil]

  private(set) var sightings: [UnitHistory.Sighting] = []
  private(set) var traits: [[UnitHistory.Point]] = [[], []]
  private(set) var traitTexts: [UnitHistory.TraitText] = []
  private(set) var events: [[UnitHistory.Point]]

  /// When a date begins: five hours late, and one of them is an hour longer.
  static func start(of day: Int) -> Int64 {
    (Int64(day) * 24 + 5 + (day > 102 ? 1 : 0)) * hour
  }

  var history: UnitHistory {
    UnitHistory(
      Array("ana".utf8),
      sightings: sightings,
      traits: traits,
      traitTexts: traitTexts,
      events: events
    )
  }

  init(_ random: inout SeededGenerator) {
    days = 100..<100 + random.number(1...6)
    var plan = ExperimentPlan(name: "e", feature: "f", start: 100, end: 107)
    plan.exposure = random.one(of: ExperimentPlan.Exposure.allCases)
    plan.metrics = Self.metrics(&random)
    plan.slices = [.segment("vips"), .trait("plan")]
    self.plan = plan
    views = (0..<3).flatMap { value in
      [(true, false), (false, false), (true, true)].map {
        FeatureStates.View(value: value, isEnabled: $0, isOverride: $1, allocation: nil)
      }
    }
    events = Array(repeating: [], count: MetricSources(plan).events.count)
    addSightings(&random)
    addPoints(&random)
  }

  private static func metrics(_ random: inout SeededGenerator) -> [ExperimentPlan.Metric] {
    func source() -> ExperimentPlan.MetricSource {
      random.one(of: [
        .events(.init(path: "/a", event: "buy")), .events(.init(path: "/a", event: "look")),
        .trait("clicks"), .trait("plan"), .segment("vips"),
      ])
    }
    return ExperimentPlan.Aggregation.allCases.flatMap { aggregation in
      (0..<3).map { number in
        var metric = ExperimentPlan.Metric(
          name: "\(aggregation) \(number)",
          source: source(),
          aggregation: aggregation
        )
        if aggregation == .ratio {
          metric.denominator = .init(
            source: source(),
            aggregation: random.one(of: [.occurrence, .count, .sum, .mean, .last])
          )
        }
        metric.conversionWindow = random.one(of: [nil, 1, hour, 30 * hour, 48 * hour, .max])
        metric.covariateLookback = random.one(of: [nil, 1, hour, 24 * hour, 50 * hour])
        return metric
      }
    }
  }

  private mutating func addSightings(_ random: inout SeededGenerator) {
    let usual = random.number(0...2)
    let others = random.one(of: [1000, 1000, 4])
    for _ in 0..<random.number(1...7) {
      let day = random.number(97...days.upperBound)
      let firstAt = Self.start(of: day) + Self.time(&random, 0...23)
      let value = random.once(in: others) ? random.number(0...2) : usual
      let kind = random.once(in: 5) ? 1 : random.once(in: 20) ? 2 : 0
      sightings.append(
        UnitHistory.Sighting(
          day: day,
          view: random.once(in: 8) ? nil : value * 3 + kind,
          segments: random.once(in: 2) ? 1 : 0,
          firstAt: firstAt,
          lastAt: firstAt + Self.time(&random, 0...3)
        )
      )
    }
    sightings.sort { ($0.day, $0.firstAt) < ($1.day, $1.firstAt) }
  }

  private mutating func addPoints(_ random: inout SeededGenerator) {
    /// Often a time at which something else begins or ends, or just beside it.
    func time() -> Int64 {
      let edges =
        sightings.flatMap { [$0.firstAt, $0.lastAt] } + (100...107).map(Self.start)
      let edge = random.one(of: edges) + Int64(random.number(-1...1))
      return random.once(in: 3)
        ? edge : Self.start(of: random.number(97...107)) + Self.time(&random, 0...23)
    }
    for place in traits.indices {
      for _ in 0..<random.number(0...5) {
        let firstAt = time()
        let lastAt = random.once(in: 3) ? firstAt : max(firstAt, time())
        let value = random.once(in: 4) ? nil : Double(random.number(-2...9))
        traits[place].append(
          .init(
            firstAt: firstAt,
            lastAt: lastAt,
            value: value,
            isTruthy: value.map { $0 != 0 } ?? random.once(in: 2)
          )
        )
        traitTexts.append(
          .init(
            trait: place,
            firstAt: firstAt,
            lastAt: lastAt,
            text: random.one(of: [nil, "free", "pro"])
          )
        )
      }
    }
    for place in events.indices {
      for _ in 0..<random.number(0...6) {
        let at = time()
        let value = random.once(in: 4) ? nil : Double(random.number(-2...9))
        events[place].append(.init(firstAt: at, lastAt: at, value: value, isTruthy: true))
      }
    }
  }

  private static func time(_ random: inout SeededGenerator, _ hours: ClosedRange<Int>) -> Int64 {
    Int64(random.number(hours)) * hour
  }
}
