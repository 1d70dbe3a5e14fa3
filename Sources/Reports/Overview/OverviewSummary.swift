internal import Analysis

/// What is in a workspace, in a sentence, and what to look into.
struct OverviewSummary {
  /// The share of rejected lines above which there is a warning.
  static let rejectedShare = 0.01
  /// How many gaps between dates are named.
  private static let gaps = 5

  private let overview: Overview

  init(_ overview: Overview) { self.overview = overview }

  var verdict: Verdict {
    let lake = overview.lake
    guard let first = lake.days.first, let last = lake.days.last else {
      return Verdict(
        kind: "neutral",
        headline: "The lake has no observations yet.",
        statements: rejected,
        remarks: ["Archives are read by <code>hooksift run</code>."]
      )
    }
    let days = lake.days.count == 1 ? "1 date" : "\(Numbers.count(lake.days.count)) dates"
    let dates =
      first == last ? Dates.date(first) : "\(Dates.date(first)) to \(Dates.date(last))"
    let warnings = rejected + gapStatements
    return Verdict(
      kind: warnings.isEmpty ? "neutral" : "bad",
      headline:
        "\(identities), \(Numbers.count(lake.observations)) observations from \(Numbers.count(lake.deliveries)) deliveries on \(days), \(dates).",
      statements: warnings,
      remarks: warnings.isEmpty
        ? ["No date is missing, and at most 1\u{202F}% of the lines were rejected."] : []
    )
  }

  private var identities: String {
    let lake = overview.lake
    if let identities = lake.identities { return "\(Numbers.count(identities)) identities" }
    return "\(Numbers.count(lake.lastDayIdentities)) identities on the last date"
  }

  private var rejected: [Verdict.Statement] {
    func statement(_ what: String, _ count: (Overview.Quality.Outcome) -> Int)
      -> Verdict.Statement?
    {
      let outcomes = overview.quality.outcomes
      let all = outcomes.reduce(0) { $0 + count($1) }
      let rejected = outcomes.reduce(0) { $0 + ($1.isRejected ? count($1) : 0) }
      guard all > 0, Double(rejected) > Self.rejectedShare * Double(all) else { return nil }
      return .init(
        kind: "bad",
        mark: "! Rejected lines:",
        sentence:
          "\(Scaling.share(rejected, of: all)) of the lines \(what) were rejected, \(Numbers.count(rejected)) of \(Numbers.count(all)). The reasons are below; the lines are in the quarantine."
      )
    }
    let last = overview.quality.days.last.map { Dates.date($0.day) } ?? ""
    return [
      statement("of \(last)") { $0.lastDayLines }, statement("of all dates") { $0.lines },
    ].compactMap(\.self)
  }

  private var gapStatements: [Verdict.Statement] {
    let days = overview.lake.days
    let gaps = zip(days, days.dropFirst()).filter { $1 - $0 > 1 }.map { ($0 + 1)...($1 - 1) }
    guard !gaps.isEmpty else { return [] }
    let missing = gaps.reduce(0) { $0 + $1.count }
    var named = gaps.prefix(Self.gaps).map { gap in
      gap.count == 1
        ? Dates.date(gap.lowerBound)
        : "\(Dates.date(gap.lowerBound)) to \(Dates.date(gap.upperBound))"
    }
    if gaps.count > named.count { named.append("and \(gaps.count - named.count) more gaps") }
    return [
      .init(
        kind: "bad",
        mark: "! Dates without data:",
        sentence:
          "\(Numbers.count(missing)) between the first and the last have none: \(named.joined(separator: ", "))."
      )
    ]
  }
}
