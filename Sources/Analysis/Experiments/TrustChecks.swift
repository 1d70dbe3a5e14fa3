/// The checks that say whether the results of an experiment can be trusted.
struct TrustChecks {
  private static let exclusionShare = 0.01
  private let maker: ExperimentReportMaker
  private let sampleRatio: SampleRatioFinding

  init(_ maker: ExperimentReportMaker, _ sampleRatio: SampleRatioFinding) {
    self.maker = maker
    self.sampleRatio = sampleRatio
  }

  var checks: [ExperimentReport.Check] {
    [
      sampleRatioCheck,
      fateCheck(
        "multiple_variants",
        "One variant for each identity",
        .multipleVariants,
        "saw more than one variant"
      ),
      fateCheck(
        "overrides",
        "Only random assignment",
        .override,
        "have a value of their own, or are in a segment that has one"
      ),
      fateCheck(
        "unknown_values",
        "Only known variants",
        .unknownValue,
        "saw a value that is no variant"
      ),
      allocationCheck, gapCheck, countCheck,
    ] + (maker.sources.events.isEmpty ? [] : [lateCheck]) + eventChecks
  }

  private var sampleRatioCheck: ExperimentReport.Check {
    let report = sampleRatio.report
    let p = report.pValue.map { " (p \(Self.text($0)))" } ?? ""
    let (status, text) =
      switch report.status {
      case "ok": ("passed", "Identities are split as they should be\(p).")
      case "mismatch":
        (
          "failed",
          "Identities are not split as they should be\(p): something keeps some of them out of an arm, so the arms cannot be compared."
        )
      case "too_few":
        ("unknown", "There are too few identities to say whether they are split as they should be.")
      default:
        (
          "unknown",
          "Neither the configuration nor the webhooks say how identities should be split."
        )
      }
    return .init(id: "srm", title: "Sample ratio", status: status, text: text)
  }

  private func fateCheck(
    _ id: String,
    _ title: String,
    _ fate: Fate,
    _ text: String
  ) -> ExperimentReport.Check {
    let count = maker.tally.fates[fate] ?? 0
    let population = max(1, maker.tally.fates.values.reduce(0, +))
    let share = Double(count) / Double(population)
    return .init(
      id: id,
      title: title,
      status: share > Self.exclusionShare ? "warning" : "passed",
      text: count == 0
        ? "No identities \(text)."
        : "\(count) of \(population) identities (\(Self.percent(share))) \(text), and were left out."
    )
  }

  private var allocationCheck: ExperimentReport.Check {
    let changes = maker.periods.dropFirst().map { DateTexts.time($0.start) }
    return .init(
      id: "allocations",
      title: "Stable allocation",
      status: changes.isEmpty ? "passed" : "warning",
      text: changes.isEmpty
        ? "The shares of the variants did not change."
        : "The shares of the variants changed at \(changes.joined(separator: ", ")); each time between has its own check of the sample ratio."
    )
  }

  private var gapCheck: ExperimentReport.Check {
    let missing = maker.calendar.days.filter { !maker.datesWithData.contains($0) }
    let dates = missing.prefix(5).map(DateTexts.date).joined(separator: ", ")
    return .init(
      id: "gaps",
      title: "No gaps",
      status: missing.isEmpty ? "passed" : "warning",
      text: missing.isEmpty
        ? "There are observations of every date."
        : "There are no observations of \(missing.count) dates: \(dates)\(missing.count > 5 ? ", …" : "")."
    )
  }

  /// Whether the events reach as far as the observations: conversions that are still to come are missing from every arm.
  private var lateCheck: ExperimentReport.Check {
    let behind = zip(maker.sources.events, maker.events).compactMap { source, tally in
      guard let last = tally.lastAt, let place = maker.calendar.day(of: last),
        place < maker.calendar.days.count - 1
      else { return nil as String? }
      return "\(Self.name(source)) ends at \(DateTexts.time(last))"
    }
    return .init(
      id: "late_data",
      title: "No late data",
      status: behind.isEmpty ? "passed" : "warning",
      text: behind.isEmpty
        ? "Events reach to the last date."
        : behind.joined(separator: "; ")
          + ", before the last date of the results: what is still to come is missing from them."
    )
  }

  private var countCheck: ExperimentReport.Check {
    let least = ExperimentReportMaker.leastIdentities
    let few = zip(maker.arms.arms, maker.armCounts).filter { $1 < least }
    return .init(
      id: "few_identities",
      title: "Enough identities",
      status: few.isEmpty && !maker.arms.arms.isEmpty ? "passed" : "warning",
      text: few.isEmpty
        ? (maker.arms.arms.isEmpty
          ? "No variant was seen." : "Every arm has at least \(least) identities.")
        : few.map { "\($0.name) has \($1) identities" }.joined(separator: ", ")
          + "; below \(least) there is no verdict."
    )
  }

  private var eventChecks: [ExperimentReport.Check] {
    maker.sources.events.indices.map { place in
      let tally = maker.events[place]
      let source = maker.sources.events[place]
      let status = tally.rows == 0 ? "failed" : tally.badRows > 0 ? "warning" : "passed"
      var text = "\(tally.rows) rows, \(maker.usedRows[place]) of identities of the experiment."
      if tally.badRows > 0 { text += " \(tally.badRows) rows of the files could not be read." }
      return .init(id: "events", title: "Events: \(Self.name(source))", status: status, text: text)
    }
  }

  /// The file of events, and the event.
  private static func name(_ source: ExperimentPlan.EventSource) -> String {
    let name = source.path.split(separator: "/").last.map(String.init) ?? source.path
    return name + (source.event.map { ", event \($0)" } ?? "")
  }

  private static func percent(_ share: Double) -> String {
    let tenths = Int((share * 1000).rounded())
    return tenths == 0 ? "less than 0.1 %" : "\(tenths / 10).\(tenths % 10) %"
  }

  /// How a p-value compares, for people.
  private static func text(_ p: Double) -> String {
    if p < 0.0001 { return "< 0.0001" }
    let digits = Int((p * 10000).rounded())
    let text = String(digits)
    return "= 0." + String(repeating: "0", count: max(0, 4 - text.count)) + text
  }
}
