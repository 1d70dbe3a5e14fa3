internal import Analysis

/// The answer in a sentence, and what it rests on.
struct VerdictMaker {
  private let report: ExperimentReport
  private let wording: ComparisonWording

  init(_ report: ExperimentReport) {
    self.report = report
    wording = ComparisonWording(report)
  }

  private var goals: [ResultRow] { report.overall(role: "goal") }

  var verdict: Verdict {
    let analysed = report.arms.reduce(0) { $0 + $1.identities }
    if !report.isTrusted { return distrust }
    if analysed == 0 {
      return Verdict(
        kind: "neutral",
        headline: "Nothing to judge yet: nobody was exposed to a variant.",
        remarks: report.population > 0
          ? [
            "\(Numbers.count(report.population)) identities were seen; below it says why none of them counts."
          ]
          : []
      )
    }
    if goals.isEmpty {
      return Verdict(
        kind: "neutral",
        headline: "No verdict: there is no goal metric to judge by.",
        statements: guardrails
      )
    }
    let judgements = goals.map(report.judgement)
    if judgements.allSatisfy({ $0 == .collecting }) { return collecting }
    var verdict = judged(judgements)
    if goals.count > 1 { verdict.statements = zip(goals, judgements).map(statement) }
    verdict.statements += guardrails
    verdict.remarks = remarks
    return verdict
  }

  private var distrust: Verdict {
    let failed = report.checks.filter { $0.status == "failed" }
    return Verdict(
      kind: "stop",
      headline: "No verdict: the results cannot be trusted.",
      statements: failed.map { check in
        .init(kind: "stop", mark: "✕ \(check.title):", sentence: "\(check.text)")
      },
      remarks: ["The numbers stand below in grey, to find the fault by and not to decide by."]
    )
  }

  private var collecting: Verdict {
    let settings = report.settings
    let smallest = report.arms.min { $0.identities < $1.identities }
    var remarks: [Markup] = [
      "A verdict takes at least \(settings.leastIdentities) identities in each arm, and \(settings.leastConversions) conversions where conversions are counted."
    ]
    if let smallest {
      remarks.append(
        "So far the smallest arm, \(name: smallest.name), has \(Numbers.count(smallest.identities))."
      )
    }
    return Verdict(
      kind: "neutral",
      headline: "Still collecting data: no verdict yet.",
      remarks: remarks
    )
  }

  private func judged(_ judgements: [Judgement]) -> Verdict {
    let better = judgements.count { $0 == .better }
    let worse = judgements.count { $0 == .worse }
    let kind: Markup = worse > 0 ? "bad" : better > 0 ? "good" : "neutral"
    if goals.count == 1 {
      return Verdict(kind: kind, headline: wording.sentence(goals[0], judgements[0]))
    }
    let decided = zip(goals, judgements).filter { $0.1 == .better || $0.1 == .worse }
    let headline: Markup
    switch decided.count {
    case 0:
      headline =
        judgements.contains(.undecided)
        ? "No difference detected\(report.isOver ? "" : " so far") in any of the \(goals.count) comparisons."
        : "No verdict: none of the \(goals.count) comparisons could be judged."
    case 1: headline = wording.sentence(decided[0].0, decided[0].1)
    default:
      let parts: [Markup] = [
        better > 0 ? "\(better) better" : "", worse > 0 ? "\(worse) worse" : "",
      ].filter { !$0.isNull }
      headline =
        "\(decided.count) of \(goals.count) comparisons show a difference: \(Markup(joining: parts, by: ", "))."
    }
    return Verdict(kind: kind, headline: headline)
  }

  private func statement(_ row: ResultRow, _ judgement: Judgement) -> Verdict.Statement {
    let (kind, mark) = ComparisonWording.mark(judgement)
    return .init(kind: kind, mark: mark, sentence: wording.sentence(row, judgement))
  }

  private var guardrails: [Verdict.Statement] {
    report.overall(role: "guardrail").map { row in
      let (kind, mark, text) = wording.harm(row)
      return .init(
        kind: kind,
        mark: mark,
        sentence: "Guardrail \(name: row.metric), \(name: row.treatment): \(text)."
      )
    }
  }

  private var remarks: [Markup] {
    guard !report.isOver else { return [] }
    return [
      "The experiment is still running, so the sequential interval decides: it stays right however often one looks. In the end the planned test does."
    ]
  }
}

extension ExperimentReport {
  /// The rows of the whole population, of the metrics of a role.
  func overall(role: String) -> [ResultRow] {
    results.filter { $0.dimension.isEmpty && $0.role == role }
  }
}
