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
/// where values are capped, those of all units. Facts are kept for the next run, which reads only partitions and event files that
/// are new; see ``FactStore``.
package struct ExperimentRun {
  /// Where and how it is computed.
  package struct Context: Sendable {
    package var calendar: LocalCalendar
    package var personalData: PersonalData
    /// Where facts are kept from run to run; a directory that may be lost.
    package var facts: String
    /// How many bytes of memory may be taken, more or less.
    package var memory = SummaryPlan.defaultMemory
    /// What tells this version of the program from others that may report otherwise.
    package var revision = ""

    package init(calendar: LocalCalendar, personalData: PersonalData, facts: String) {
      self.calendar = calendar
      self.personalData = personalData
      self.facts = facts
    }
  }

  /// What is read, in the order of its dates and names.
  private struct Inputs {
    var observations: [(partition: LakeReader.File, input: FactStore.Input)] = []
    var traits: [(partition: LakeReader.File, input: FactStore.Input)] = []
    var events: [EventLoader.File] = []

    var all: [FactStore.Input] {
      observations.map(\.input) + traits.map(\.input) + events.map(\.input)
    }
  }

  private static let microsecondsPerDay: Int64 = 86_400_000_000

  private let lake: LakeReader
  private let plan: ExperimentPlan
  private let context: Context
  private let features: FeatureStates
  private let environment: Int64?
  private let sources: MetricSources
  /// The dates that there are partitions of.
  private let datesWithData: Set<Int>
  /// The dates of the experiment up to the last one of the lake.
  private let days: Range<Int>
  private var facts: UnitFacts
  private let inputs: Inputs

  /// Finds out what is to be read.
  ///
  /// - Parameters:
  ///   - lake: The lake.
  ///   - plan: The experiment.
  ///   - context: Where and how it is computed.
  /// - Throws: ``ExperimentFault``, ``EventFile/Unusable``, ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  /// - Complexity: O(*n*) in the rows of `flag_states` and in the bytes of event files that are new.
  package init(_ lake: LakeReader, _ plan: ExperimentPlan, _ context: Context) throws {
    self.lake = lake
    self.plan = plan
    self.context = context
    (features, environment) = try Self.features(lake, plan)
    sources = MetricSources(plan)
    guard sources.segments.count <= SegmentMembership.greatestCount else {
      throw Self.fault(plan, "more than \(SegmentMembership.greatestCount) segments")
    }
    datesWithData = Set(try lake.files(.observations).compactMap(\.day))
    let last = datesWithData.max().map { $0 + 1 } ?? plan.start
    days = plan.start..<max(plan.start, min(plan.end, last))
    var facts = try Self.openFacts(plan, context, features, environment, sources)
    inputs = try Self.inputs(lake, plan, context, days, sources, &facts)
    self.facts = facts
  }

  private static func openFacts(
    _ plan: ExperimentPlan,
    _ context: Context,
    _ features: FeatureStates,
    _ environment: Int64?,
    _ sources: MetricSources
  ) throws -> UnitFacts {
    try UnitFacts(
      directory: context.facts,
      feature: plan.feature,
      environment: environment,
      features,
      sources,
      personalData: context.personalData.text
    )
  }

  /// The partitions of the dates, and of those before that covariates and slices ask for, and the event files.
  private static func inputs(
    _ lake: LakeReader,
    _ plan: ExperimentPlan,
    _ context: Context,
    _ days: Range<Int>,
    _ sources: MetricSources,
    _ facts: inout UnitFacts
  ) throws -> Inputs {
    let longest = plan.metrics.compactMap(\.covariateLookback).max() ?? 0
    let lookback = Int((longest + microsecondsPerDay - 1) / microsecondsPerDay)
    let wanted = days.lowerBound - lookback..<days.upperBound
    var inputs = Inputs()
    inputs.observations = try lake.inputs(.observations, where: wanted.contains)
    if !sources.traits.isEmpty {
      inputs.traits = try lake.inputs(.traitValues, where: wanted.contains)
    }
    let loader = EventLoader(sources.events, context.personalData, memory: context.memory)
    inputs.events = try loader.files(&facts)
    return inputs
  }

  // MARK: - What it is computed from

  /// The first 16 digits of the digest of everything that is read.
  package var inputDigest: String {
    var lines = ["\(days)"] + (inputs.observations + inputs.traits).map(\.input.name)
    lines += inputs.events.map(\.digestLine)
    return Self.digest(of: lines.sorted().joined(separator: "\n") + "\n\n" + features.text)
  }

  /// The first 16 digits of the digest of everything else that the report depends on.
  package var planDigest: String {
    var text = "\(plan)\n\(context.calendar.identifier)\n\(context.personalData.text)\n"
    // Where the files lie says nothing.
    for path in sources.events.map(\.path) {
      text = text.replacing(path, with: path.split(separator: "/").last ?? "")
    }
    return Self.digest(of: text + context.revision)
  }

  private static func digest(of text: String) -> String {
    String(Digest256(hashing: Array(text.utf8).span).hexadecimal.prefix(16))
  }

  private static func fault(_ plan: ExperimentPlan, _ reason: String) -> ExperimentFault {
    ExperimentFault(experiment: plan.name, reason: reason)
  }

  /// What was seen of the feature in the environment, which is found where the plan has none.
  private static func features(
    _ lake: LakeReader,
    _ plan: ExperimentPlan
  ) throws -> (FeatureStates, Int64?) {
    let features = try FeatureStates(lake, plan.feature, environment: plan.environment)
    if let environment = plan.environment { return (features, environment) }
    guard features.environments.count <= 1 else {
      let known = features.environments.compactMap(\.self).sorted().map { "\($0)" }
      throw fault(
        plan,
        "feature \(plan.feature) is in the environments \(known.joined(separator: ", ")); add environment:"
      )
    }
    return (features, features.environments.first ?? nil)
  }

  // MARK: - Computing

  /// Computes the experiment, writes its units, and keeps its facts.
  ///
  /// - Parameter directory: Where `units.parquet` is written.
  /// - Returns: What is to be said.
  /// - Throws: ``EventFile/Unusable``, ``FileFailure``, ``ParquetError``, ``DamagedRun`` or ``LakeReader/Damaged``.
  /// - Complexity: O(*n* log *n*) in the observations, trait values and events; of those that are kept, O(*n*).
  package mutating func write(unitsInto directory: String) throws -> ExperimentReport {
    do {
      return try compute(unitsInto: directory)
    } catch is DamagedRun {
      // What was kept is not what was written: without it.
      try FileSystem.remove(context.facts)
      facts = try Self.openFacts(plan, context, features, environment, sources)
      return try compute(unitsInto: directory)
    }
  }

  private mutating func compute(unitsInto directory: String) throws -> ExperimentReport {
    let arms = ExperimentArms(plan, features)
    let calendar = ExperimentCalendar(days) { context.calendar.start(of: $0) }
    let tallies = try gather()
    let evaluator = UnitEvaluator(
      plan,
      calendar,
      sources,
      FateFinder(features.views, plan.exposure, arms: arms.places)
    )
    let caps = try self.caps(evaluator)
    var tally = ExperimentTally(plan, calendar, armCount: arms.arms.count, caps: caps)
    var allocations = Allocations(armCount: arms.arms.count)
    var usedRows = [Int](repeating: 0, count: sources.events.count)
    var units = try UnitFile(plan, arms, directory: directory)
    let (features, days) = (features, days)
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
    if isOver {
      try FileSystem.remove(context.facts)
    } else {
      try facts.save(knowing: inputs.events.map(\.file.path))
    }
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
      events: tallies,
      usedRows: usedRows,
      datesWithData: datesWithData,
      inputDigest: inputDigest,
      planDigest: planDigest
    ).report()
  }

  /// Whether the experiment ended so long ago that its facts are hardly needed again.
  private var isOver: Bool { (datesWithData.max() ?? .min) > plan.end + 1 }

  /// Gathers the facts that are not there yet.
  ///
  /// - Returns: What was found in the event files, by source.
  private mutating func gather() throws -> [EventLoader.Tally] {
    facts.keep(only: inputs.all)
    let segments = try SegmentMembership(lake, sources.segments)
    for (partition, input) in inputs.observations {
      try facts.addObservations(partition, input, features, segments)
    }
    for (partition, input) in inputs.traits {
      try facts.addTraits(partition, input, traits: sources.traits)
    }
    var loader = EventLoader(
      sources.events,
      context.personalData,
      memory: max(1_000_000, context.memory / 4)
    )
    for file in inputs.events { try loader.load(file, into: &facts) }
    return loader.tallies
  }

  /// The caps of the metrics that have any, as of each day.
  private mutating func caps(_ evaluator: UnitEvaluator) throws -> [[Double?]?] {
    let dayCount = days.count
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
