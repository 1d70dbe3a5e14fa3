import Analysis
import Configuration
import TestSupport
import Testing

@Suite("Experiments of a configuration")
struct ExperimentReadingTests {
  private static let whole = """
    experiments:
      - name: checkout_button
        feature: checkout button
        environment: 2
        start: 2026-11-01
        end: "2026-11-22"
        exposed_when: always
        variants:
          blue: {value: blue, weight: 30.5}
          control: {value: control}
          off: {value: null, weight: 33}
        control: control
        alpha: 0.01
        correction: bh
        sequential_tuning: 300
        prior: {mean: -0.1, deviation: 0.2}
        power: {target: 0.9, effect: 0.1}
        metrics:
          - name: purchased
            source:
              events: orders/*.csv.gz
              event: purchase
              format: csv
              columns: {identity: user, time: at, event: what, value: amount}
            aggregation: sum
            role: goal
            direction: increase
            conversion_window: 7d
            winsorize: 0.999
            covariate: true
          - name: per order
            source: {events: /var/orders.parquet}
            aggregation: ratio
            denominator: {source: {events: ../n.jsonl, event: order}, aggregation: count}
            covariate: 36h
          - name: churned
            source: {segment: churned}
            aggregation: occurrence
            role: guardrail
            direction: decrease
            margin: 0.02
            covariate: false
        slices: [{segment: spain}, {trait: plan}]
      - {name: _2.b-C, feature: f, start: 2026-01-01, end: 2026-01-02}
    """

  /// The plans of a text.
  private func plans(_ text: String) throws -> [ExperimentPlan] {
    try ConfigurationFile(text).experiments?.value.map(\.plan) ?? []
  }

  @Test("are read with every key")
  func everyKey() throws {
    // 20,758 days after 1970-01-01 is 2026-11-01.
    var plan = ExperimentPlan(
      name: "checkout_button",
      feature: "checkout button",
      start: 20_758,
      end: 20_779
    )
    plan.environment = 2
    plan.exposure = .always
    plan.variants = [
      ExperimentPlan.Variant(name: "blue", value: "blue", weight: 30.5),
      ExperimentPlan.Variant(name: "control", value: "control", weight: 36.5),
      ExperimentPlan.Variant(name: "off", value: nil, weight: 33),
    ]
    plan.control = "control"
    plan.alpha = 0.01
    plan.correction = .bh
    plan.sequentialTuning = 300
    plan.prior.mean = -0.1
    plan.prior.deviation = 0.2
    plan.targetPower = 0.9
    plan.targetEffect = 0.1
    var orders = ExperimentPlan.EventSource(
      path: "/etc/hooksift/orders/*.csv.gz",
      event: "purchase"
    )
    orders.format = .csv
    orders.columns.identity = "user"
    orders.columns.time = "at"
    orders.columns.event = "what"
    orders.columns.value = "amount"
    var purchased = ExperimentPlan.Metric(
      name: "purchased",
      source: .events(orders),
      aggregation: .sum
    )
    purchased.conversionWindow = 604_800_000_000
    purchased.winsorization = 0.999
    purchased.covariateLookback = 1_209_600_000_000
    let all = ExperimentPlan.EventSource(path: "/var/orders.parquet", event: nil)
    var ratio = ExperimentPlan.Metric(
      name: "per order",
      source: .events(all),
      aggregation: .ratio
    )
    let counted = ExperimentPlan.EventSource(path: "/etc/hooksift/../n.jsonl", event: "order")
    ratio.denominator = ExperimentPlan.Denominator(source: .events(counted), aggregation: .count)
    ratio.covariateLookback = 129_600_000_000
    var churned = ExperimentPlan.Metric(
      name: "churned",
      source: .segment("churned"),
      aggregation: .occurrence
    )
    churned.role = .guardrail
    churned.direction = .decrease
    churned.margin = 0.02
    plan.metrics = [purchased, ratio, churned]
    plan.slices = [.segment("spain"), .trait("plan")]
    let least = ExperimentPlan(name: "_2.b-C", feature: "f", start: 20_454, end: 20_455)
    #expect(try plans(Self.whole) == [plan, least])
  }

  @Test("are where they were written")
  func places() throws {
    let experiment = try #require(ConfigurationFile(Self.whole).experiments?.value.first)
    let path = ConfigurationFile.path
    #expect(experiment.key == "experiments[0]")
    #expect(experiment.place.description == "\(path):2:5")
    #expect(experiment.place(of: "variants.off.value")?.description == "\(path):11:20")
    #expect(experiment.place(of: "metrics[2].source.segment")?.description == "\(path):37:27")
    #expect(experiment.place(of: "variants.red") == nil)
    #expect(experiment.nearestPlace(to: "variants.red.value").description == "\(path):9:7")
    #expect(experiment.nearestPlace(to: "metrics[7].source").description == "\(path):19:7")
    #expect(experiment.nearestPlace(to: "nothing").description == "\(path):2:5")
  }

  @Test("are printed with what is given and what is not")
  func settings() throws {
    let settings = try #require(ConfigurationFile(Self.whole).experiments?.value.last).settings
    let values = Dictionary(uniqueKeysWithValues: settings.map { ($0.key, $0) })
    #expect(values["experiments[1].name"]?.value == "_2.b-C")
    #expect(values["experiments[1].end"]?.value == "2026-01-02")
    let place = values["experiments[1].end"]?.origin.description
    #expect(place == "\(ConfigurationFile.path):44:56")
    #expect(values["experiments[1].alpha"]?.value == "0.05")
    #expect(values["experiments[1].alpha"]?.origin == .standard)
    #expect(values["experiments[1].correction"]?.value == "holm")
    let first = try #require(ConfigurationFile(Self.whole).experiments?.value.first).settings
    let words = Dictionary(uniqueKeysWithValues: first.map { ($0.key, $0.value) })
    #expect(
      words["experiments[0].variants"]
        == "blue (blue, weight 30.5), control (control, weight 36.5), off ((null), weight 33.0)"
    )
    #expect(
      words["experiments[0].metrics[1]"] == """
        per order: ratio of all events in /var/orders.parquet (columns identity, time, event, value), \
        denominator count of event order in /etc/hooksift/../n.jsonl (columns identity, time, event, value), \
        goal, increase, covariate 36h
        """
    )
  }

  @Test(
    "take values as Flagsmith sends them",
    arguments: [
      // The canonical texts are those of Python's json and repr.
      ("blue", "blue"), ("\"1\"", "1"), ("1", "1"), ("-0", "0"), ("12345678901234567890", nil),
      ("1.0", "1.0"), ("2.50", "2.5"), ("1.0e+22", "1e+22"), ("0.00001", "1e-05"),
      ("100000000000000000.0", "1e+17"), (".nan", "NaN"), ("-.inf", "-Infinity"),
      ("true", "true"), ("False", "false"), ("\"true\"", "true"), ("\"\"", ""),
      ("\"null\"", "null"), ("2026-11-01", "2026-11-01"),
      ("|\n          a\n          b\n", "a\nb\n"),
    ] as [(String, String?)]
  )
  func values(written: String, canonical: String?) throws {
    let text = """
      experiments:
        - name: a
          feature: f
          start: 2026-01-01
          end: 2026-01-02
          variants:
            b: {value: null}
            a:
              value: \(written)
      """
    let expected = canonical ?? written
    #expect(try plans(text)[0].variants.map(\.value) == [nil, expected])
  }

  @Test(
    "give the control what is left of 100, and only where the others have weights",
    arguments: [
      ("a: {value: a}, b: {value: b}", "", [nil, nil]),
      ("a: {value: a, weight: 1}, b: {value: b, weight: 3}", "", [1, 3]),
      ("a: {value: a, weight: 10}, control: {value: b}", "", [10, 90]),
      ("a: {value: a}, control: {value: b, weight: 10}", ", control: a", [90, 10]),
    ] as [(String, String, [Double?])]
  )
  func weights(variants: String, control: String, weights: [Double?]) throws {
    let text =
      "experiments: [{name: a, feature: f, start: 2026-01-01, end: 2026-01-02, variants: {\(variants)}\(control)}]"
    #expect(try plans(text)[0].variants.map(\.weight) == weights)
  }

  @Test("of any text are read or are a fault with a place, and nothing worse")
  func anyText() {
    let pieces = [
      "name: a", "feature: f", "start: 2026-01-01", "end: 2026-02-01", "environment: 2",
      "variants: ", "{a: {value: 1}, b: {value: 2, weight: 3}}", "metrics: ", "slices: ",
      "[{segment: s}, {trait: t}]", "control: a", "alpha: 0.1", "prior: {mean: 1}", "power: {}",
      "source: {trait: t}", "source: {events: e, columns: {time: t}}", "aggregation: ratio",
      "denominator: {source: {segment: s}, aggregation: count}", "covariate: ", "true", "9d", "~",
      "winsorize: 0.9", "{", "}", "[", "]", ", ", "\n  ", "\n    ", "- ", "? ", "\"", "é", "&a",
      "*a",
      "value: 0x1F", "!!str 5", "weight: 1e400", "<<: ",
    ]
    let head = "{name: a, feature: f, start: 2026-01-01, end: 2026-02-01}".dropFirst().dropLast()
    var readCount = 0
    for seed in TestSeed.cases(5000) {
      var random = SeededGenerator(seed: seed)
      let count = random.number(1...16)
      let separator = random.one(of: [", ", "\n    ", "", " "])
      let more = (0..<count).map { _ in random.one(of: pieces) }.joined(separator: separator)
      let text = (random.once(in: 2) ? head + separator : "") + more
      let whole = random.one(of: ["experiments: [{\(text)}]", "experiments:\n  - \(text)"])
      if let fault = fault(whole) {
        #expect(fault.hasPrefix(":"), "seed \(seed)")
      } else {
        readCount += 1
      }
    }
    // Some of them happen to be right.
    #expect(readCount > 0)
  }
}
