import Configuration
import Testing

@Suite("A fault in an experiment")
struct ExperimentFaultTests {
  private static let head = "name: a, feature: f, start: 2026-01-01, end: 2026-02-01"

  @Test(
    "names its place, its key and what would be right",
    arguments: [
      ("experiments:", ":1:13: experiments: must be a list, not nothing"),
      ("experiments: [a]", ":1:15: experiments[0]: must be keys with values, not text"),
      ("experiments: [{}]", ":1:15: experiments[0].name: is missing"),
      ("experiments: [{name: a}]", ":1:15: experiments[0].feature: is missing"),
      ("experiments: [{name: a, feature: f}]", ":1:15: experiments[0].start: is missing"),
      (
        "experiments: [{name: a, feature: f, start: 2026-01-01}]",
        ":1:15: experiments[0].end: is missing"
      ),
      (
        "experiments: [{nmae: a, feature: f}]",
        ":1:16: experiments[0].nmae: unknown key; did you mean name?"
      ),
      (
        "experiments: [{name: a, colour: f}]",
        ":1:25: experiments[0].colour: unknown key; known keys: name, feature, environment, start, end, exposed_when, variants, control, alpha, correction, sequential_tuning, prior, power, metrics, slices"
      ),
      (
        "experiments: [{name: ../a}]",
        ":1:22: experiments[0].name: \"../a\" is not a name of at most 100 letters without accents, digits, ., _ and -, of which the first is a letter, a digit or _"
      ),
      (
        "experiments: [{name: 7}]",
        ":1:22: experiments[0].name: must be a name of at most 100 letters without accents, digits, ., _ and -, of which the first is a letter, a digit or _, not a number; put it in quotes if it is meant"
      ),
      (
        "experiments: [{name: a, feature: \"\"}]",
        ":1:34: experiments[0].feature: is empty; it must be the name of a feature"
      ),
      (
        "experiments: [{name: a, environment: dev}]",
        ":1:38: experiments[0].environment: must be a whole number, not text"
      ),
      (
        "experiments: [{name: a, start: 2026-02-30}]",
        ":1:32: experiments[0].start: \"2026-02-30\" is not a date, YYYY-MM-DD"
      ),
      (
        "experiments: [{name: a, feature: f, start: 2026-01-02, end: 2026-01-02}]",
        ":1:61: experiments[0].end: must be after start; it is the date before which it ends"
      ),
      (
        "experiments: [{\(head)}, {\(head)}]",
        ":1:81: experiments[1].name: a is given twice, first in line 1"
      ),
      (
        "experiments: [{\(head)}, {name: A, feature: f, start: 2026-01-01, end: 2026-02-01}]",
        ":1:81: experiments[1].name: A differs from a in capital letters alone, first in line 1"
      ),
    ]
  )
  func message(text: String, expected: String) {
    #expect(fault(text) == expected)
  }

  /// What is added to a whole experiment is in a line of its own.
  @Test(
    "of a whole experiment too",
    arguments: [
      (
        "exposed_when: never",
        15, "exposed_when: \"never\" is not enabled or always"
      ),
      ("alpha: 0", 8, "alpha: \"0\" is not a number above 0 and below 0.5"),
      ("alpha: 0.5", 8, "alpha: \"0.5\" is not a number above 0 and below 0.5"),
      ("alpha: \"0.1\"", 8, "alpha: must be a number above 0 and below 0.5, not text"),
      ("correction: none", 13, "correction: \"none\" is not holm or bh"),
      ("sequential_tuning: .inf", 20, "sequential_tuning: \".inf\" is not a number above 0"),
      ("prior: 3", 8, "prior: must be keys with values, not a number"),
      ("prior: {deviation: 0}", 20, "prior.deviation: \"0\" is not a number above 0"),
      ("prior: {mean: .nan}", 15, "prior.mean: \".nan\" is not a number"),
      ("prior: {meen: 1}", 9, "prior.meen: unknown key; did you mean mean?"),
      ("power: {target: 1}", 17, "power.target: \"1\" is not a number above 0 and below 1"),
      ("power: {effect: -1}", 17, "power.effect: \"-1\" is not a number above 0"),
      ("metrics: {}", 10, "metrics: must be a list, not keys with values"),
      ("slices: [{}]", 10, "slices[0]: needs segment or trait"),
      (
        "slices: [{segment: a, trait: b}]", 30,
        "slices[0].trait: is given besides segment; give one"
      ),
      ("slices: [{trait: a}, {trait: a}]", 22, "slices[1]: is given twice"),
      ("slices: [{trat: a}]", 11, "slices[0].trat: unknown key; did you mean trait?"),
    ] as [(String, Int, String)]
  )
  func extra(text: String, column: Int, expected: String) {
    let fault = fault("experiments: [{\(Self.head),\n\(text)}]")
    #expect(fault == ":2:\(column): experiments[0].\(expected)")
  }

  /// Line 2 has the variants, from column 13 on.
  @Test(
    "of variants too",
    arguments: [
      ("[a]", "", "2:12: variants: must be keys with values, not a list"),
      (
        "{}", "",
        "2:12: variants: needs at least two variants; without the key they are the values that were seen"
      ),
      (
        "{a: {value: 1}}", "",
        "2:12: variants: needs at least two variants; without the key they are the values that were seen"
      ),
      ("{a: blue, b: red}", "", "2:16: variants.a: must be keys with values, not text"),
      ("{a: {weight: 1}, b: {value: 1}}", "", "2:16: variants.a.value: is missing"),
      ("{a: {vlaue: 1}}", "", "2:17: variants.a.vlaue: unknown key; did you mean value?"),
      (
        "{a: {value: [1]}}", "",
        "2:24: variants.a.value: must be a text, a number, true, false or null, not a list"
      ),
      ("{a: {value: 1}, b: {value: \"1\"}}", "", "2:39: variants.b.value: is that of a too"),
      ("{a: {value: ~}, b: {value: null}}", "", "2:39: variants.b.value: is that of a too"),
      (
        "{a: {value: on}}", "",
        "2:24: variants.a.value: on is true or false to YAML; write that, or put it in quotes if the text is meant"
      ),
      (
        "{a: {value: 0x1F}}", "",
        "2:24: variants.a.value: 0x1F is not written as JSON writes numbers; put it in quotes if the text is meant"
      ),
      (
        "{a: {value: 1, weight: 0}}", "",
        "2:35: variants.a.weight: \"0\" is not a number above 0"
      ),
      (
        "{a: {value: 1, weight: 1}, b: {value: 2}}", "",
        "2:39: variants.b.weight: is missing; all variants have one or none has, but for the control, which gets what is left of 100"
      ),
      (
        "{a: {value: 1}, b: {value: 2}, c: {value: 3, weight: 4}}", "control: a",
        "2:28: variants.b.weight: is missing; all variants have one or none has, but for the control, which gets what is left of 100"
      ),
      (
        "{a: {value: 1}, b: {value: 2, weight: 100}}", "control: a",
        "2:13: variants.a.weight: is missing, and the weights of the others leave nothing of 100 for it; give it one"
      ),
      (
        "{blue: {value: 1}, red: {value: 2}}", "control: bleu",
        "3:12: control: there is no variant bleu; did you mean blue?"
      ),
      (
        "{blue: {value: 1}, red: {value: 2}}", "control: yellow",
        "3:12: control: there is no variant yellow; known variants: blue, red"
      ),
      (
        "{\"a\\tb\": {value: 1}, red: {value: 2}}", "",
        "2:13: variants.a\tb: is not called by a name of at most 100 characters, all of which can be seen"
      ),
      ("{a: {value: 1}, a: {value: 2}}", "", "2:28: variants.a: is given twice, first in line 2"),
      ("{1: {value: 1}, \"1\": {value: 2}}", "", "2:28: variants.1: is given twice"),
    ]
  )
  func variants(text: String, more: String, expected: String) {
    let whole = "experiments: [{\(Self.head),\n variants: \(text),\n  \(more)}]"
    let parts = expected.split(separator: ": ", maxSplits: 1)
    #expect(fault(whole) == ":\(parts[0]): experiments[0].\(parts[1])")
  }

  /// A metric begins in line 2, column 2.
  @Test(
    "of metrics too",
    arguments: [
      ("{}", "2:2: metrics[0].name: is missing"),
      ("{name: m}", "2:2: metrics[0].source: is missing"),
      ("{name: m, source: {trait: t}}", "2:2: metrics[0].aggregation: is missing"),
      (
        "{name: \" m\"}",
        "2:9: metrics[0].name: \" m\" is not a name of at most 100 characters, all of which can be seen"
      ),
      ("{nmae: m}", "2:3: metrics[0].nmae: unknown key; did you mean name?"),
      ("{name: m, source: t}", "2:20: metrics[0].source: must be keys with values, not text"),
      ("{name: m, source: {}}", "2:20: metrics[0].source: needs events, trait or segment"),
      (
        "{name: m, source: {evnets: t}}",
        "2:21: metrics[0].source.evnets: unknown key; did you mean events?"
      ),
      (
        "{name: m, source: {trait: t, segment: s}}",
        "2:40: metrics[0].source.segment: is given besides trait; give one"
      ),
      (
        "{name: m, source: {events: e, segment: s}}",
        "2:41: metrics[0].source.segment: is given besides events; give one"
      ),
      (
        "{name: m, source: {trait: t, event: e}}",
        "2:38: metrics[0].source.event: is for events alone"
      ),
      (
        "{name: m, source: {trait: t, format: csv}}",
        "2:39: metrics[0].source.format: is for events alone"
      ),
      (
        "{name: m, source: {trait: t, columns: {}}}",
        "2:40: metrics[0].source.columns: is for events alone"
      ),
      (
        "{name: m, source: {events: e, format: xml}}",
        "2:40: metrics[0].source.format: \"xml\" is not csv, jsonl or parquet"
      ),
      (
        "{name: m, source: {events: e, columns: {when: t}}}",
        "2:42: metrics[0].source.columns.when: unknown key; known keys: identity, time, event, value"
      ),
      (
        "{name: m, source: {events: e, columns: {time: 5}}}",
        "2:48: metrics[0].source.columns.time: must be the name of a column, not a number; put it in quotes if it is meant"
      ),
      (
        "{name: m, source: {events: e}, aggregation: median}",
        "2:46: metrics[0].aggregation: \"median\" is not occurrence, count, sum, mean, last or ratio"
      ),
      (
        "{name: m, source: {segment: s}, aggregation: sum}",
        "2:47: metrics[0].aggregation: sum is not for a segment; allowed are occurrence, count, mean, last"
      ),
      (
        "{name: m, source: {trait: s}, aggregation: ratio}",
        "2:2: metrics[0].denominator: is missing; a ratio needs one"
      ),
      (
        "{name: m, source: {trait: s}, aggregation: sum, denominator: {source: {trait: s}, aggregation: sum}}",
        "2:63: metrics[0].denominator: is for the aggregation ratio alone"
      ),
      (
        "{name: m, source: {trait: s}, aggregation: ratio, denominator: {aggregation: sum}}",
        "2:65: metrics[0].denominator.source: is missing"
      ),
      (
        "{name: m, source: {trait: s}, aggregation: ratio, denominator: {source: {trait: t}}}",
        "2:65: metrics[0].denominator.aggregation: is missing"
      ),
      (
        "{name: m, source: {trait: s}, aggregation: ratio, denominator: {source: {trait: t}, aggregation: ratio}}",
        "2:99: metrics[0].denominator.aggregation: must not be ratio itself"
      ),
      (
        "{name: m, source: {trait: s}, aggregation: ratio, denominator: {source: {segment: t}, aggregation: sum}}",
        "2:101: metrics[0].denominator.aggregation: sum is not for a segment; allowed are occurrence, count, mean, last"
      ),
      ("{role: gaol}", "2:9: metrics[0].role: \"gaol\" is not goal or guardrail"),
      (
        "{direction: up}", "2:14: metrics[0].direction: \"up\" is not increase or decrease"
      ),
      ("{margin: -0.1}", "2:11: metrics[0].margin: \"-0.1\" is not a number, 0 or more"),
      (
        "{name: m, source: {trait: t}, aggregation: sum, margin: 0.1}",
        "2:58: metrics[0].margin: is for the role guardrail alone"
      ),
      (
        "{conversion_window: 367d}",
        "2:22: metrics[0].conversion_window: \"367d\" is not a whole number and a unit, s, m, h or d: 7d for instance, from 1s to 366d"
      ),
      (
        "{conversion_window: 0s}",
        "2:22: metrics[0].conversion_window: \"0s\" is not a whole number and a unit, s, m, h or d: 7d for instance, from 1s to 366d"
      ),
      ("{winsorize: 0.4}", "2:14: metrics[0].winsorize: \"0.4\" is not a number from 0.5 to 1"),
      (
        "{name: m, source: {trait: t}, aggregation: occurrence, winsorize: 0.9}",
        "2:68: metrics[0].winsorize: is not for occurrence, which is 0 or 1"
      ),
      (
        "{covariate: 14}",
        "2:14: metrics[0].covariate: must be true, false, or a whole number and a unit, s, m, h or d: 7d for instance, from 1s to 366d, not a number; put it in quotes if it is meant"
      ),
      (
        "{name: m, source: {trait: t}, aggregation: sum}, {name: m, source: {trait: t}, aggregation: sum}",
        "2:58: metrics[1].name: m is given twice"
      ),
    ]
  )
  func metrics(text: String, expected: String) {
    let whole = "experiments: [{\(Self.head), metrics: [\n \(text)]}]"
    let parts = expected.split(separator: ": ", maxSplits: 1)
    #expect(fault(whole) == ":\(parts[0]): experiments[0].\(parts[1])")
  }

  @Test("is that there are too many")
  func bounds() {
    let many = 0..<101
    let experiments = many.map { "{name: e\($0), feature: f, start: 2026-01-01, end: 2026-02-01}" }
    let lines = experiments.joined(separator: ",\n")
    #expect(
      fault("experiments: [\n\(lines)]")
        == ":102:1: experiments[100]: is one too many; there may be 100"
    )
    #expect(fault("experiments: [\n\(experiments.dropLast().joined(separator: ",\n"))]") == nil)
    func inside(_ text: String) -> String? { fault("experiments: [{\(Self.head), \(text)}]") }
    let metrics = many.map { "{name: m\($0), source: {trait: t}, aggregation: sum}" }
    #expect(
      inside("metrics: [\n\(metrics.joined(separator: ",\n"))]")
        == ":102:1: experiments[0].metrics[100]: is one too many; there may be 100"
    )
    let slices = many.prefix(51).map { "{trait: t\($0)}" }.joined(separator: ",\n")
    #expect(
      inside("slices: [\n\(slices)]")
        == ":52:1: experiments[0].slices[50]: is one too many; there may be 50"
    )
    let variants = many.prefix(51).map { "v\($0): {value: \($0)}" }.joined(separator: ",\n")
    #expect(
      inside("variants: {\n\(variants)}")
        == ":52:1: experiments[0].variants.v50: is one too many; there may be 50"
    )
    let segments = many.prefix(65).map {
      "{name: m\($0), source: {segment: s\($0)}, aggregation: count}"
    }
    #expect(
      inside("metrics: [\(segments.joined(separator: ", "))]")
        == ":1:15: experiments[0]: names 65 segments; there may be 64"
    )
    let long = String(repeating: "x", count: 101)
    #expect(fault("experiments: [{name: \(long)}]")?.contains("at most 100 letters") == true)
  }
}
