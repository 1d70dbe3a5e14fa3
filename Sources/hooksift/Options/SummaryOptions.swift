import Analysis
import ArgumentParser
import Bytes
import Configuration

/// Which part of the lake is summarised.
struct SummaryOptions: ParsableArguments {
  @OptionGroup var dates: DateOptions

  @Option(
    help: ArgumentHelp(
      "The features in exposures: multivariate, all, or names with commas between them. (default: multivariate)",
      valueName: "which"
    )
  )
  var exposures: SummaryPlan.Exposures?

  @Option(
    help: ArgumentHelp(
      "How many values of a trait trait_daily names, 1 or more; the others become one row. (default: \(SummaryPlan.defaultTopValues))",
      valueName: "count"
    )
  )
  var topValues: ValueCount?

  func exposures(_ sources: SettingSources) throws -> Setting<SummaryPlan.Exposures> {
    try sources.find(.exposures, option: exposures, standard: .multivariate)
  }

  func topValues(_ sources: SettingSources) throws -> Setting<ValueCount> {
    let standard = ValueCount(SummaryPlan.defaultTopValues)
    return try sources.find(.topValues, option: topValues, standard: standard)
  }

  func plan(_ sources: SettingSources, memory: MemoryOption) throws -> SummaryPlan {
    var plan = SummaryPlan()
    (plan.since, plan.until) = try dates.days(sources)
    plan.exposures = try exposures(sources).value
    let experiments = sources.file?.experiments?.value ?? []
    plan.experimentFeatures = Set(experiments.map { ByteText($0.plan.feature) })
    plan.cohorts = sources.file?.cohorts?.value ?? []
    plan.segmentFlows = sources.file?.segmentFlows?.value ?? false
    plan.topValues = try topValues(sources).value.count
    plan.memory = try memory.size(sources).value.bytes
    return plan
  }
}

/// From which date to which.
struct DateOptions: ParsableArguments {
  @Option(help: ArgumentHelp("The first date, YYYY-MM-DD.", valueName: "date"))
  var since: DateText?

  @Option(help: ArgumentHelp("The date before which to stop, YYYY-MM-DD.", valueName: "date"))
  var until: DateText?

  func validate() throws {
    if let since, let until, since.days >= until.days {
      throw ValidationError("--since must be before --until")
    }
  }

  func since(_ sources: SettingSources) throws -> Setting<DateText>? {
    try sources.find(.since, option: since)
  }

  func until(_ sources: SettingSources) throws -> Setting<DateText>? {
    try sources.find(.until, option: until)
  }

  /// Both dates, in days since 1970-01-01.
  func days(_ sources: SettingSources) throws -> (since: Int?, until: Int?) {
    let first = try since(sources)
    let end = try until(sources)
    if let first, let end, first.value.days >= end.value.days {
      throw CommandFailure(
        .configuration,
        "since (\(first.origin)) must be before until (\(end.origin))"
      )
    }
    return (first?.value.days, end?.value.days)
  }
}
