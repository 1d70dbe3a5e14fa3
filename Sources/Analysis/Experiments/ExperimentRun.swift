internal import Bytes
internal import Files
package import Lake
package import Observations
internal import Runs
internal import Statistics
internal import Tables

/// That an experiment cannot be computed as it is planned.
package struct ExperimentFault: Error, Sendable, CustomStringConvertible {
  package let experiment: String
  package let reason: String
  package var description: String { "experiment \(experiment): \(reason)" }
}

/// Computes one experiment from a lake and from event files.
///
/// All facts of an identity are brought together by sorted runs, and become a unit; what is reported are counts and moments of
/// units, as of each day. So memory holds one identity at a time, the moments, and 8 bytes for each identity that is analysed; and
/// where values are capped, those of all units.
package struct ExperimentRun {
  /// Where and how it is computed.
  package struct Context: Sendable {
    package var calendar: LocalCalendar
    package var personalData: PersonalData
    /// A directory that is empty or not there, for what does not outlive the run.
    package var temporary: String
    /// How many bytes of memory may be taken, more or less.
    package var memory = SummaryPlan.defaultMemory

    package init(
      calendar: LocalCalendar,
      personalData: PersonalData,
      temporary: String
    ) {
      self.calendar = calendar
      self.personalData = personalData
      self.temporary = temporary
    }
  }

  private static let microsecondsPerDay: Int64 = 86_400_000_000

  private let lake: LakeReader
  private let plan: ExperimentPlan
  private let context: Context

  package init(_ lake: LakeReader, _ plan: ExperimentPlan, _ context: Context) {
    self.lake = lake
    self.plan = plan
    self.context = context
  }

  /// Computes the experiment, and writes its units.
  ///
  /// - Parameter directory: Where `units.parquet` is written.
  /// - Returns: What is to be said.
  /// - Throws: ``ExperimentFault``, ``EventFile/Unusable``, ``FileFailure``, ``ParquetError``, ``DamagedRun`` or
  ///   ``LakeReader/Damaged``.
  /// - Complexity: O(*n* log *n*) in the observations, trait values and events.
  package func write(unitsInto directory: String) throws -> ExperimentReport {
    let (features, environment) = try features()
    let arms = ExperimentArms(plan, features)
    let partitions = try lake.files(.observations).filter { $0.day != nil }
    let days = self.days(partitions)
    let calendar = ExperimentCalendar(days) { context.calendar.start(of: $0) }
    let sources = MetricSources(plan)
    guard sources.segments.count <= SegmentMembership.greatestCount else {
      throw fault("more than \(SegmentMembership.greatestCount) segments")
    }
    var facts = UnitFacts(directory: context.temporary, environment: environment)
    let lookback = try addPartitions(&facts, days, features, sources)
    var loader = EventLoader(
      sources.events,
      context.personalData,
      memory: max(1_000_000, context.memory / 4)
    )
    try loader.load(into: &facts)
    let evaluator = UnitEvaluator(
      plan,
      calendar,
      sources,
      FateFinder(features.views, plan.exposure, arms: arms.places)
    )
    let caps = try self.caps(&facts, evaluator, sources, dayCount: days.count)
    var tally = ExperimentTally(plan, calendar, armCount: arms.arms.count, caps: caps)
    var allocations = Allocations(armCount: arms.arms.count)
    var usedRows = [Int](repeating: 0, count: sources.events.count)
    var units = try UnitFile(plan, arms, directory: directory)
    try facts.forEachHistory(sources) { history in
      guard let unit = evaluator.unit(history) else { return }
      tally.add(unit)
      try units.append(unit, tally)
      for place in usedRows.indices { usedRows[place] += history.events[place].count }
      for sighting in history.sightings where days.contains(sighting.day) {
        guard let view = sighting.view.map({ features.views[$0] }), view.isEnabled,
          !view.isOverride, let arm = arms.places[view.value]
        else { continue }
        allocations.note(arm: arm, view.allocation, at: sighting.firstAt)
      }
    }
    try units.finish()
    return ExperimentReportMaker(
      plan: plan,
      timeZone: context.calendar.identifier,
      environment: environment,
      arms: arms,
      calendar: calendar,
      sources: sources,
      tally: tally,
      caps: caps,
      periods: allocations.periods(start: context.calendar.start(of: plan.start)),
      events: loader.tallies,
      usedRows: usedRows,
      datesWithData: Set(partitions.compactMap(\.day)),
      inputDigest: try inputDigest(days.lowerBound - lookback..<days.upperBound, sources)
    ).report()
  }

  private func fault(_ reason: String) -> ExperimentFault {
    ExperimentFault(experiment: plan.name, reason: reason)
  }

  /// What was seen of the feature in the environment, which is found where the plan has none.
  private func features() throws -> (FeatureStates, Int64?) {
    let features = try FeatureStates(lake, plan.feature, environment: plan.environment)
    if let environment = plan.environment { return (features, environment) }
    guard features.environments.count <= 1 else {
      let known = features.environments.compactMap(\.self).sorted().map { "\($0)" }
      throw fault(
        "feature \(plan.feature) is in the environments \(known.joined(separator: ", ")); add environment:"
      )
    }
    return (features, features.environments.first ?? nil)
  }

  /// The dates of the experiment up to the last one of the lake.
  private func days(_ partitions: [LakeReader.File]) -> Range<Int> {
    let last = partitions.compactMap(\.day).max().map { $0 + 1 } ?? plan.start
    return plan.start..<max(plan.start, min(plan.end, last))
  }

  /// Adds the partitions of the dates, and of those before that covariates and slices ask for.
  ///
  /// - Returns: How many dates before.
  private func addPartitions(
    _ facts: inout UnitFacts,
    _ days: Range<Int>,
    _ features: FeatureStates,
    _ sources: MetricSources
  ) throws -> Int {
    let longest = plan.metrics.compactMap(\.covariateLookback).max() ?? 0
    let lookback = Int((longest + Self.microsecondsPerDay - 1) / Self.microsecondsPerDay)
    let segments = try SegmentMembership(lake, sources.segments)
    let wanted = days.lowerBound - lookback..<days.upperBound
    for partition in try lake.files(.observations) where wanted.contains(partition.day ?? .min) {
      try facts.addObservations(partition, features, segments)
    }
    guard !sources.traits.isEmpty else { return lookback }
    for partition in try lake.files(.traitValues) where wanted.contains(partition.day ?? .min) {
      try facts.addTraits(partition, traits: sources.traits)
    }
    return lookback
  }

  /// The caps of the metrics that have any, as of each day.
  private func caps(
    _ facts: inout UnitFacts,
    _ evaluator: UnitEvaluator,
    _ sources: MetricSources,
    dayCount: Int
  ) throws -> [[Double?]?] {
    var found = plan.metrics.map { metric in
      metric.winsorization.map { WinsorizationCaps(quantile: $0, dayCount: dayCount) }
    }
    guard found.contains(where: { $0 != nil }) else {
      return Array(repeating: nil, count: found.count)
    }
    try facts.forEachHistory(sources) { history in
      guard let unit = evaluator.unit(history) else { return }
      for place in found.indices {
        found[place]?.add(unit.metrics[place], analysedDays: unit.analysedDays)
      }
    }
    return found.map { $0?.caps() }
  }

  /// The digest of everything that is read: files of the lake, and of events.
  private func inputDigest(_ days: Range<Int>, _ sources: MetricSources) throws -> String {
    var lines: [String] = []
    for (name, file) in try lake.manifest()?.files ?? [:] {
      let isPartition = [LakeTable.observations, .traitValues].contains { $0.hasPartition(name) }
      let isState = name.hasPrefix("flag_states/") || name.hasPrefix("segment_states/")
      let isWanted = days.contains { day in
        name.contains("/date=\(DateTexts.date(day))/")
      }
      if isState || isPartition && isWanted { lines.append("\(name) \(file.sha256)") }
    }
    for path in Set(try sources.events.flatMap { try EventPaths.files($0.path) }) {
      lines.append(
        "\(path.split(separator: "/").last ?? "") \(try LakeManifest.File(path: path).sha256)"
      )
    }
    let text = Array(lines.sorted().joined(separator: "\n").utf8)
    return String(Digest256(hashing: text.span).hexadecimal.prefix(16))
  }
}

/// Dates and times as texts.
enum DateTexts {
  /// `YYYY-MM-DD` of days since 1970-01-01.
  static func date(_ day: Int) -> String {
    var text: [UInt8] = []
    text.append(date: day)
    return String(decoding: text, as: UTF8.self)
  }

  /// RFC 3339 of microseconds since the epoch.
  static func time(_ microseconds: Int64) -> String {
    var text: [UInt8] = []
    text.append(timestamp: microseconds)
    return String(decoding: text, as: UTF8.self)
  }
}

extension LocalCalendar {
  /// When a local date begins, in microseconds since the epoch.
  ///
  /// - Complexity: O(log *n*) in the microseconds of two days.
  package func start(of day: Int) -> Int64 {
    let utc = Int64(day) * 86_400_000_000
    var (low, high) = (utc - 86_400_000_000, utc + 86_400_000_000)
    while low < high {
      let middle = low + (high - low) / 2
      if Int(self.day(of: middle)) < day { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
