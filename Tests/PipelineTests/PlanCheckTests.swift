import Analysis
import Lake
import TestSupport
import Testing

@Suite("A check of plans of experiments")
struct PlanCheckTests {
  /// Two identities, each served a value on two days.
  private static let two: [PlanDelivery] = [
    PlanDelivery(identity: "ana", day: 2, value: "\"control\"", allocation: "null"),
    PlanDelivery(identity: "ana", day: 3, value: "\"control\"", allocation: "null"),
    PlanDelivery(identity: "bob", day: 2, traits: [("plan", "\"gold\"")], segments: ["spain"]),
    PlanDelivery(
      identity: "bob",
      day: 3,
      traits: [("revenue", "5"), ("beta", "true"), ("nothing", "null")]
    ),
  ]

  /// Another delivery than the usual one.
  private static func made(_ change: (inout PlanDelivery) -> Void) -> PlanDelivery {
    var delivery = PlanDelivery()
    change(&delivery)
    return delivery
  }

  @Test("finds nothing where the lake has all that is named")
  func nothing() throws {
    let plan = ExperimentPlan.november { plan in
      plan.metrics = [
        ExperimentPlan.Metric(name: "a", source: .trait("revenue"), aggregation: .sum),
        ExperimentPlan.Metric(name: "b", source: .trait("beta"), aggregation: .mean),
        ExperimentPlan.Metric(name: "c", source: .segment("spain"), aggregation: .occurrence),
        ExperimentPlan.Metric(name: "d", source: .trait("plan"), aggregation: .count),
      ]
      plan.slices = [.trait("plan"), .segment("spain")]
    }
    let result = try PlanLake(Self.two).check(plan)[0]
    #expect(result.findings == [])
    #expect(result.environment == 2)
    let start = ExperimentPlan.november
    #expect(result.dates == start + 1..<start + 3)
    let variants = result.values.map { "\($0.variant ?? "-") \($0.value ?? "null")" }
    #expect(variants == ["control control", "b blue"])
    #expect(result.values.map(\.exposingWindows) == [2, 2])
    #expect(result.values.map(\.otherWindows) == [0, 0])
  }

  /// A lake, a plan, and what is found.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var deliveries: [PlanDelivery]
    var plan: ExperimentPlan
    var findings: [String]

    init(
      _ description: String,
      _ deliveries: [PlanDelivery],
      _ plan: ExperimentPlan,
      _ findings: String...
    ) {
      testDescription = description
      self.deliveries = deliveries
      self.plan = plan
      self.findings = findings
    }
  }

  private static let dates: [Case] = [
    Case(
      "an empty lake",
      [],
      .november(),
      "error no_dates start: the lake has no observations yet",
      "error unknown_feature feature: button was never seen; the lake has no features yet"
    ),
    Case(
      "dates before the lake's",
      two,
      .november(1..<2),
      "error no_dates start: the lake has no date from 2026-11-01 to before 2026-11-02; it has dates from 2026-11-02 to 2026-11-03"
    ),
    Case(
      "dates in a gap",
      two + [made { $0.day = 9 }],
      .november(4..<9),
      "error no_dates start: the lake has no date from 2026-11-04 to before 2026-11-09; it has dates from 2026-11-02 to 2026-11-09"
    ),
    Case(
      "dates to come",
      two,
      .november(4..<9),
      "warning not_begun start: 2026-11-04 is after the last date of the lake; what is named is looked for from 2026-11-02 to 2026-11-03"
    ),
    Case(
      "dates to come, and names that may come too",
      two,
      .november(4..<9) { plan in
        plan.variants[1].value = "green"
        plan.slices = [.trait("x"), .segment("y")]
      },
      "warning not_begun start: 2026-11-04 is after the last date of the lake; what is named is looked for from 2026-11-02 to 2026-11-03",
      "warning unseen_value variants.b.value: green was never seen; seen were blue (2 windows), control (2 windows)",
      "warning unnamed_value variants: no variant has blue (2 windows); whoever was served it is not analysed",
      "warning unknown_trait slices[0].trait: x was not seen in environment 2 from 2026-11-02 to 2026-11-03; known traits: beta, nothing, plan, revenue",
      "warning unknown_segment slices[1].segment: y was never seen; known segments: spain"
    ),
  ]

  private static let features: [Case] = [
    Case(
      "a misspelt feature",
      two,
      .november { $0.feature = "buton" },
      "error unknown_feature feature: buton was never seen; did you mean button?"
    ),
    Case(
      "another feature",
      two,
      .november { $0.feature = "checkout" },
      "error unknown_feature feature: checkout was never seen; known features: button"
    ),
    Case(
      "another environment",
      two + [made { $0.environment = 7 }],
      .november { $0.environment = 3 },
      "error other_environment environment: button was never seen in environment 3; it was in: 2, 7"
    ),
    Case(
      "several environments",
      two + [made { $0.environment = nil }],
      .november(),
      "error ambiguous_environment environment: is missing: button was seen in several environments: none, 2"
    ),
    Case(
      "no observation on these dates",
      two + [
        made {
          $0.day = 9
          $0.feature = "other"
        }
      ],
      .november(5..<10),
      "error not_observed feature: button was not seen in environment 2 from 2026-11-05 to 2026-11-09, but on other dates"
    ),
    Case(
      "a disabled feature",
      [made { $0.isEnabled = false }],
      .november(),
      "error never_exposed exposed_when: button was never enabled in environment 2 from 2026-11-01 to 2026-11-01; with exposed_when: always it counts all the same"
    ),
    Case(
      "a disabled feature that counts",
      [
        made { $0.isEnabled = false },
        made {
          $0.isEnabled = false
          $0.value = "\"control\""
        },
      ],
      .november { $0.exposure = .always }
    ),
  ]

  private static let variants: [Case] = [
    Case(
      "a value that was never seen",
      two + [made { $0.value = "\"greem\"" }],
      .november { $0.variants.append(ExperimentPlan.Variant(name: "g", value: "green")) },
      "error unseen_value variants.g.value: green was never seen; seen were blue (2 windows), control (2 windows), greem (1 window); did you mean greem?",
      "warning unnamed_value variants: no variant has greem (1 window); whoever was served it is not analysed"
    ),
    Case(
      "a value that was disabled",
      two + [
        made {
          $0.isEnabled = false
          $0.value = "null"
        }
      ],
      .november { $0.variants.append(ExperimentPlan.Variant(name: "g", value: nil)) },
      "error unseen_value variants.g.value: (null) was seen only while the feature was disabled (1 window)"
    ),
    Case(
      "a value of other dates",
      two + [
        made {
          $0.day = 20
          $0.value = "1.50"
        }
      ],
      .november { $0.variants.append(ExperimentPlan.Variant(name: "g", value: "1.5")) },
      "error unseen_value variants.g.value: 1.5 was not seen from 2026-11-02 to 2026-11-07, but on other dates; seen were blue (2 windows), control (2 windows)"
    ),
    Case(
      "no variant called control",
      two,
      .november { $0.variants[0].name = "a" },
      "warning control control: is missing: the first variant, a, is taken for it"
    ),
    Case("inferred variants", two, .november { $0.variants = [] }),
    Case(
      "one value",
      [PlanDelivery()],
      .november { $0.variants = [] },
      "error few_values variants: only one value was seen from 2026-11-01 to 2026-11-01: blue (1 window); a comparison needs two"
    ),
    Case(
      "a control that was never seen",
      two,
      .november {
        $0.variants = []
        $0.control = "blu"
      },
      "error control control: blu was never seen; did you mean blue?"
    ),
    Case(
      "a control by its allocation",
      [
        made {
          $0.value = "1"
          $0.allocation = "null"
        }, made { $0.value = "2" },
      ],
      .november { $0.variants = [] }
    ),
    Case(
      "a control that an override hides",
      [
        made {
          $0.value = "1"
          $0.allocation = "null"
          $0.isOverride = true
        }, made { $0.value = "2" },
      ],
      .november { $0.variants = [] },
      "warning control control: is missing, and nothing tells which value is the control; seen were 1 (1 window), 2 (1 window)"
    ),
  ]

  private static let sources: [Case] = [
    Case(
      "a misspelt trait",
      two,
      .november { plan in
        plan.metrics = [
          ExperimentPlan.Metric(name: "m", source: .trait("revenu"), aggregation: .sum)
        ]
      },
      "error unknown_trait metrics[0].source.trait: revenu was not seen in environment 2 from 2026-11-02 to 2026-11-03; did you mean revenue?"
    ),
    Case(
      "a trait of another environment",
      two + [
        made {
          $0.environment = 7
          $0.traits = [("size", "1")]
        }
      ],
      .november { plan in
        plan.environment = 2
        plan.slices = [.trait("size")]
      },
      "error unknown_trait slices[0].trait: size was not seen in environment 2 from 2026-11-01 to 2026-11-03; known traits: beta, nothing, plan, revenue"
    ),
    Case(
      "a trait before the start",
      two,
      .november(3..<5) { plan in
        plan.metrics = [
          ExperimentPlan.Metric(name: "m", source: .trait("plan"), aggregation: .count)
        ]
      },
      "error unknown_trait metrics[0].source.trait: plan was not seen in environment 2 from 2026-11-03 to 2026-11-03; known traits: beta, nothing, revenue"
    ),
    Case(
      "a trait in the time of a covariate",
      two,
      .november(3..<5) { plan in
        var metric = ExperimentPlan.Metric(name: "m", source: .trait("plan"), aggregation: .count)
        metric.covariateLookback = 1
        plan.metrics = [metric]
      }
    ),
    Case(
      "traits that are no numbers",
      two,
      .november { plan in
        plan.metrics = ["plan", "nothing"].map { trait in
          ExperimentPlan.Metric(name: trait, source: .trait(trait), aggregation: .mean)
        }
        var ratio = ExperimentPlan.Metric(name: "r", source: .trait("beta"), aggregation: .ratio)
        ratio.denominator = ExperimentPlan.Denominator(source: .trait("plan"), aggregation: .last)
        plan.metrics.append(ratio)
      },
      "error not_numeric metrics[0].source.trait: plan was never a number from 2026-11-02 to 2026-11-03, only texts; the aggregation mean needs numbers",
      "error not_numeric metrics[1].source.trait: nothing was never a number from 2026-11-02 to 2026-11-03, only null; the aggregation mean needs numbers",
      "error not_numeric metrics[2].denominator.source.trait: plan was never a number from 2026-11-02 to 2026-11-03, only texts; the aggregation last needs numbers"
    ),
    Case(
      "a misspelt segment",
      two,
      .november { $0.slices = [.segment("spian")] },
      "error unknown_segment slices[0].segment: spian was never seen; did you mean spain?"
    ),
  ]

  @Test("finds what the lake does not bear out", arguments: dates + features + variants + sources)
  func findings(example: Case) throws {
    #expect(try PlanLake(example.deliveries).findings(example.plan) == example.findings)
  }

  @Test("counts distinct windows, plan by plan, as a naive model over the rows of the lake does")
  func windows() throws {
    for seed in TestSeed.cases(10) {
      var random = SeededGenerator(seed: seed)
      let deliveries = (0..<random.number(1...150)).map { _ -> PlanDelivery in
        Self.made { delivery in
          delivery.identity = random.one(of: ["ana", "bob", "cid"])
          delivery.environment = random.one(of: [2, 3])
          delivery.day = random.number(1...4)
          delivery.hour = random.number(10...12)
          delivery.feature = random.one(of: ["button", "other"])
          delivery.value = random.one(of: ["\"control\"", "\"blue\"", "null", "7"])
          delivery.isEnabled = !random.once(in: 3)
          delivery.allocation = random.one(of: ["null", "50.0"])
        }
      }
      let lake = try PlanLake(deliveries)
      let plans = [
        ExperimentPlan.november(2..<4) { $0.environment = 2 },
        ExperimentPlan.november(1..<9) {
          $0.environment = 3
          $0.exposure = .always
        },
      ]
      let results = try lake.check(plans[0], plans[1])
      let states = Dictionary(grouping: try lake.rows(.flagStates)) { $0["flag_state"] ?? .null }
      let observations = try lake.rows(.observations)
      for (plan, result) in zip(plans, results) {
        var windows: [Cell: (exposing: Set<[Cell]>, other: Set<[Cell]>)] = [:]
        for row in observations {
          let day = Int(row["date"]?.integer ?? 0)
          guard row["environment"]?.integer == plan.environment, plan.start <= day, day < plan.end
          else { continue }
          let window = row.cells(["identity", "window_start"])
          for flag in states[row["flag_state"] ?? .null] ?? []
          where flag["feature"] == .text("button") {
            let value = flag["value"] ?? .null
            let isExposing = flag["enabled"] == .integer(1) || plan.exposure == .always
            var sets = windows[value] ?? ([], [])
            if isExposing { sets.exposing.insert(window) } else { sets.other.insert(window) }
            windows[value] = sets
          }
        }
        for seen in result.values {
          let sets = windows[seen.value.map { .text($0) } ?? .null] ?? ([], [])
          #expect(seen.exposingWindows == Int64(sets.exposing.count), "seed \(seed)")
          #expect(seen.otherWindows == Int64(sets.other.count), "seed \(seed)")
          let variants = ["control": "control", "blue": "b"]
          #expect(seen.variant == seen.value.flatMap { variants[$0] }, "seed \(seed)")
        }
        let values = Set(result.values.map { $0.value.map { Cell.text($0) } ?? .null })
        #expect(values.isSuperset(of: windows.keys), "seed \(seed)")
      }
    }
  }
}
