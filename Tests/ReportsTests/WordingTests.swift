import Analysis
import Reports
import Testing

@Suite("What a report says")
struct WordingTests {
  private static let thin = "\u{202F}"

  private func headline(_ report: ExperimentReport) throws -> String {
    let page = ParsedPage(try ExperimentPage(report: report).html())
    return try #require(page.named("p").first { $0.attributes["class"] == "headline" }).text
  }

  private func text(_ report: ExperimentReport) throws -> String {
    ParsedPage(try ExperimentPage(report: report).html()).text
  }

  @Test(
    "the verdict",
    arguments: [
      (
        MadeReport.clearWin,
        "blue raised purchased by 10.0\(thin)% (95\(thin)% interval +4.8 to +15.4\(thin)%) against control."
      ),
      (
        MadeReport.noDifference,
        "No difference detected in purchased between blue and control; effects beyond ±3.7\(thin)% are unlikely."
      ),
      (
        MadeReport.running,
        "No difference detected so far in purchased between blue and control; effects beyond ±2.6\u{A0}percentage points are unlikely."
      ),
      (MadeReport.brokenSplit, "No verdict: the results cannot be trusted."),
      (MadeReport.collecting, "Still collecting data: no verdict yet."),
      (MadeReport.threeArms, "3 of 6 comparisons show a difference: 2 better, 1 worse."),
      (MadeReport.nothingExposed, "Nothing to judge yet: nobody was exposed to a variant."),
      (MadeReport.empty, "Nothing to judge yet: nobody was exposed to a variant."),
    ] as [(ExperimentReport, String)]
  )
  func verdicts(report: ExperimentReport, expected: String) throws {
    #expect(try headline(report) == expected)
  }

  @Test("a lowered metric is better where lower is wanted")
  func direction() throws {
    var report = MadeReport.clearWin
    MadeReport.set(&report.results[0], lift: -0.1, width: 0.1, pValue: 0.001)
    #expect(report.judgement(of: report.results[0]) == .worse)
    #expect(try headline(report).contains("which is not the direction wanted"))
    report.results[0].direction = "decrease"
    #expect(report.judgement(of: report.results[0]) == .better)
    #expect(try !headline(report).contains("wanted"))
  }

  @Test("while it runs the sequential p-value decides, in the end the adjusted one")
  func judgesByTheRightTest() {
    var report = MadeReport.running
    #expect(!report.isOver)
    #expect(report.judgement(of: report.results[0]) == .undecided)
    report.results[0].sequentialPValue = 0.049
    #expect(report.judgement(of: report.results[0]) == .better)
    report.results.append(report.results[0])
    #expect(report.familyCount == 2)
    #expect(report.judgement(of: report.results[0]) == .undecided)
    report.asOf = "2026-11-14"
    #expect(report.isOver)
    #expect(report.judgement(of: report.results[0]) == .better)
    report.results[0].holmPValue = 0.06
    #expect(report.judgement(of: report.results[0]) == .undecided)
    report.settings.correction = "bh"
    #expect(report.judgement(of: report.results[0]) == .better)
  }

  @Test(
    "harm is ruled out where the interval stays within the margin",
    arguments: [
      ("increase", -0.09, 0.2, 0.1, .ruledOut), ("increase", -0.11, 0.2, 0.1, .notRuledOut),
      ("decrease", -0.5, 0.09, 0.1, .ruledOut), ("decrease", -0.5, 0.11, 0.1, .notRuledOut),
      ("increase", 0.01, 0.2, 0, .ruledOut), ("increase", -0.01, 0.2, 0, .notRuledOut),
      ("increase", nil, nil, 0.1, .notRuledOut), ("increase", -0.01, 0.2, nil, .unknown),
    ] as [(String, Double?, Double?, Double?, Harm)]
  )
  func harm(direction: String, low: Double?, high: Double?, margin: Double?, harm: Harm) {
    var row = ResultRow()
    row.status = "ok"
    row.direction = direction
    row.liftStatus = low == nil ? "unbounded" : "ok"
    (row.liftLow, row.liftHigh) = (low, high)
    #expect(row.harm(beyond: margin) == harm)
  }

  @Test("guardrails say what is ruled out")
  func guardrails() throws {
    let won = try text(MadeReport.clearWin)
    #expect(won.contains("Guardrail searches, blue: harm above 10\(Self.thin)% ruled out."))
    let open = try text(MadeReport.noDifference)
    #expect(open.contains("Guardrail churned, blue: harm above 2\(Self.thin)% not ruled out."))
  }

  @Test("what was not computed says why, and is neither 0 nor blank")
  func notComputed() throws {
    let page = try text(MadeReport.unbounded)
    #expect(page.contains("Not computed: fewer than 2 identities"))
    #expect(page.contains("Not computed: every identity has the same value"))
    #expect(page.contains("Unbounded: the control’s value is too uncertain to divide by"))
    #expect(page.contains("; the lift is at least +21.0\(Self.thin)%) against control."))
    #expect(page.contains("; the lift is unbounded) against control, which is not"))
  }

  @Test("while data are collected no effect is shown")
  func collecting() throws {
    let page = ParsedPage(try ExperimentPage(report: MadeReport.collecting).html())
    let goals = try #require(page.named("section").first { $0.attributes["id"] == "goals" })
    #expect(goals.text.contains("Collecting data"))
    #expect(!goals.text.contains("+10"))
    #expect(page.named("section").allSatisfy { $0.attributes["id"] != "time" })
  }

  @Test("intention to treat is said in place", arguments: [MadeReport.clearWin])
  func intentionToTreat(report: ExperimentReport) throws {
    let page = ParsedPage(try ExperimentPage(report: report).html())
    let goals = try #require(page.named("section").first { $0.attributes["id"] == "goals" })
    #expect(goals.text.contains("Intention to treat"))
  }

  @Test("never says what is not so", arguments: MadeReport.all.map(\.name))
  func neverSays(name: String) throws {
    let report = try #require(MadeReport.all.first { $0.name == name }).report
    let page = try text(report).lowercased()
    for phrase in ["no effect", "confident", "nan", "nil", "optional(", "inf "] {
      #expect(!page.contains(phrase), "\(phrase)")
    }
  }

  @Test(
    "the waterfall falls from all who were seen to those who are analysed",
    arguments: MadeReport.all.map(\.name)
  )
  func waterfall(name: String) throws {
    let report = try #require(MadeReport.all.first { $0.name == name }).report
    let steps = WaterfallChart(report: report).steps
    let losses = steps.dropFirst().dropLast()
    #expect(steps[0].count == report.population)
    #expect(steps[0].count - losses.reduce(0) { $0 + $1.count } == steps[steps.count - 1].count)
    for (step, next) in zip(losses, losses.dropFirst()) {
      #expect(next.start + next.count == step.start)
    }
    if let last = losses.last { #expect(last.start == steps[steps.count - 1].count) }
  }
}
