package import Analysis

/// The page of an experiment: one file that needs no other, no script and no network.
///
/// It is made from the report alone, always in the same bytes.
package struct ExperimentPage {
  private let report: ExperimentReport

  package init(report: ExperimentReport) { self.report = report }

  /// The page, as HTML that is XML too.
  ///
  /// - Returns: The page, to be written as UTF-8.
  /// - Throws: `MustacheTemplate.ParserError` where a template is damaged; no report can be the reason.
  package func html() throws -> String {
    let content = PageContent(
      title: "\(report.experiment) – experiment report",
      kicker: "Experiment report",
      heading: "\(name: report.experiment)",
      facts: facts,
      lead: .init(id: "verdict", title: "Verdict", skip: "Skip to the verdict"),
      verdict: VerdictMaker(report).verdict,
      provenance: provenance,
      sections: sections,
      footer:
        "Made by hooksift from the archives alone: the same archives and settings give the same bytes."
    )
    return try content.html()
  }

  private var facts: [Entry] {
    var facts = [Entry(term: "Feature", meaning: "\(name: report.feature)")]
    if let environment = report.environment {
      facts.append(Entry(term: "Environment", meaning: "\(Int(environment))"))
    }
    let last = Dates.dayBefore(report.end)
    facts += [
      Entry(term: "Planned", meaning: "\(Dates.date(report.start)) to \(Dates.date(last))"),
      Entry(
        term: "As of the end of",
        meaning: "\(Dates.date(report.asOf))\(report.isOver ? "" : " – still running")"
      ),
      Entry(
        term: "Variants",
        meaning: Markup(
          joining: report.arms.map { arm in
            arm.isControl && arm.name != "control"
              ? "\(name: arm.name) (control)" : "\(name: arm.name)"
          },
          by: ", "
        )
      ),
    ]
    return facts
  }

  private var provenance: Markup {
    let data: Markup =
      if let from = report.dataFrom, let to = report.dataTo {
        "Data from \(Dates.time(from)) to \(Dates.time(to))"
      } else {
        "No data"
      }
    return "\(data) · input digest <code>\(report.inputDigest)</code>"
  }

  private var sections: [Section] {
    var sections = [
      TrustPart(report).section, WaterfallPart(report).section,
      MetricPart(report).goals, MetricPart(report).guardrails,
      TimePart(report).section, ExposurePart(report).section, SlicePart(report).section,
      RetentionPart(report).section, MethodPart(report).section,
    ].compactMap(\.self)
    guard !report.isTrusted else { return sections }
    for place in sections.indices where Self.results.contains(sections[place].id) {
      sections[place].resultClass = "untrusted"
      let warning: Markup =
        "<span class=\"distrust\">Grey, because a check failed: do not decide by these numbers.</span>"
      sections[place].blocks.insert(.text(warning), at: 0)
    }
    return sections
  }

  /// The parts that a failing check makes grey.
  private static let results: Set<Markup> = ["goals", "guardrails", "time", "slices", "retention"]
}
