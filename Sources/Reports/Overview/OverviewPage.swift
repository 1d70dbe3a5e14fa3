package import Analysis

/// The page of a workspace: what is in it, how good it is, and where to read on.
///
/// It is made from the overview alone, always in the same bytes, and refers to files of the workspace and to nothing else.
package struct OverviewPage {
  private let overview: Overview

  package init(_ overview: Overview) { self.overview = overview }

  /// The page, as HTML that is XML too.
  ///
  /// - Returns: The page, to be written as UTF-8.
  /// - Throws: `MustacheTemplate.ParserError` where a template is damaged; no overview can be the reason.
  package func html() throws -> String {
    try PageContent(
      title: "Overview – hooksift",
      kicker: "hooksift",
      heading: "Overview",
      facts: facts,
      lead: .init(id: "summary", title: "In short", skip: "Skip to the summary"),
      verdict: OverviewSummary(overview).verdict,
      provenance: provenance,
      sections: sections,
      footer:
        "Made by hooksift from the tables beside it: the same archives and settings give the same bytes."
    ).html()
  }

  private var facts: [Entry] {
    let lake = overview.lake
    guard let first = lake.days.first, let last = lake.days.last else { return [] }
    var facts = [
      Entry(term: "Dates", meaning: "\(Dates.date(first)) to \(Dates.date(last))")
    ]
    if let time = lake.lastReceivedAt {
      facts.append(Entry(term: "Last received", meaning: "\(Dates.time(time))"))
    }
    if let identities = lake.identities {
      facts.append(Entry(term: "Identities", meaning: "\(Numbers.count(identities))"))
    }
    facts += [
      Entry(
        term: "Identities on the last date",
        meaning: "\(Numbers.count(lake.lastDayIdentities))"
      ),
      Entry(term: "Observations", meaning: "\(Numbers.count(lake.observations))"),
      Entry(term: "Deliveries", meaning: "\(Numbers.count(lake.deliveries))"),
      Entry(term: "Archives", meaning: "\(Numbers.count(lake.archives))"),
    ]
    return facts
  }

  private var provenance: Markup {
    guard let first = overview.quality.days.first?.day, let last = overview.quality.days.last?.day
    else { return "Identities are distinct within an environment." }
    return
      "The tables are of \(Dates.date(first)) to \(Dates.date(last)). Identities are distinct within an environment."
  }

  private var sections: [Section] {
    let isOne = overview.environments.count == 1 && overview.otherEnvironments == 0
    let environments = overview.environments.map { ($0, EnvironmentPlace($0, isOnly: isOne)) }
    let features = environments.map { FeaturePart($0, $1).section }
    let retentions = environments.compactMap { RetentionTablePart($0, $1).section }
    let cohorts = environments.compactMap { MembersPart($0, $1).cohorts }
    let segments = environments.compactMap { MembersPart($0, $1).segments }
    var sections = [QualityPart(overview).section]
    sections += features.isEmpty ? [FeaturePart.none(overview)] : features
    sections += retentions.isEmpty ? [RetentionTablePart.none(overview)] : retentions
    sections += cohorts.isEmpty ? [MembersPart.noCohorts(overview)] : cohorts
    sections += segments
    if overview.otherEnvironments > 0 {
      sections.append(
        Section(
          id: "environments",
          heading: "Other environments",
          blocks: [
            .text(
              "\(overview.otherEnvironments) more; the tables have them."
            )
          ]
        )
      )
    }
    return sections + [ExperimentsPart(overview).section, TablesPart(overview).section]
  }
}

/// How the parts of an environment are told from those of others, and which date is its last one.
struct EnvironmentPlace {
  private let name: Markup
  private let suffix: Markup
  private let lastDay: Int

  init(_ environment: Overview.Environment, isOnly: Bool) {
    lastDay =
      (environment.features.map(\.lastDay) + environment.segments.map(\.lastDay)
      + environment.cohorts.map(\.lastDay)).max() ?? 0
    if isOnly {
      (name, suffix) = ("", "")
    } else if let id = environment.id {
      (name, suffix) = (", environment \(Int(id))", "-\(Int(id))")
    } else {
      (name, suffix) = (", no environment", "-none")
    }
  }

  func id(_ part: Markup) -> Markup { part + suffix }
  func heading(_ part: Markup) -> Markup { part + name }

  /// Says what the date of a row is, where it is not the last one.
  func note(ifBefore day: Int) -> Markup {
    day < lastDay ? "<span class=\"sub\">last on \(Dates.date(day))</span>" : ""
  }
}
