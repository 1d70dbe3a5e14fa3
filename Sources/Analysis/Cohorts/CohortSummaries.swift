internal import Bytes
internal import Files
internal import Lake
internal import Runs
internal import Tables

/// Computes `retention`, `cohort_daily`, `cohort_overlap`, `cohort_members` and `segment_flows`.
///
/// Facts of all dates are sorted by identity in files, so memory holds one identity at a time, and counts of cohorts and dates. They
/// are kept for the next run, which reads only the dates that are new; see ``FactStore``.
struct CohortSummaries {
  private let lake: LakeReader
  private let plan: SummaryPlan
  private let directory: String
  private let facts: String

  /// - Parameters:
  ///   - lake: The lake.
  ///   - plan: What is summarised.
  ///   - directory: Where the tables are written.
  ///   - facts: Where facts are kept from run to run; a directory that may be lost.
  init(_ lake: LakeReader, _ plan: SummaryPlan, directory: String, facts: String) {
    self.lake = lake
    self.plan = plan
    self.directory = directory
    self.facts = facts
  }

  /// A cohort with a condition, while it is counted.
  private struct Counted {
    let name: String
    let finder: MembershipFinder
    /// By environments.
    var counts: [Int64?: MemberCounts] = [:]
  }

  /// Writes the tables; they are empty where nothing asks for them.
  ///
  /// - Throws: ``FileFailure``, ``ParquetError``, ``LakeReader/Damaged`` or ``DamagedRun``.
  /// - Complexity: O(*n* log *n*) in the observations and in the values of the traits that are named.
  func write() throws {
    do {
      try writeAll()
    } catch is DamagedRun {
      // What was kept is not what was written: without it.
      try FileSystem.remove(facts)
      try writeAll()
    }
  }

  private func writeAll() throws {
    var members = try SummaryFile(.cohortMembers, directory: directory)
    let partitions = try lake.files(.observations).filter { plan.contains($0.day) }
    let present = partitions.compactMap(\.day)
    guard !plan.cohorts.isEmpty || plan.segmentFlows, let first = present.min(),
      let last = present.max()
    else {
      try FileSystem.remove(facts)
      try members.finish()
      for table in [SummaryTable.retention, .cohortDaily, .cohortOverlap, .segmentFlows] {
        var file = try SummaryFile(table, directory: directory)
        try file.finish()
      }
      return
    }
    let days = first..<last + 1
    let flags = try FlagStateViews(lake, plan.cohortFeatures)
    let segments = try SegmentStateMembers(lake)
    let traits = plan.cohortTraits(among: flags.features)
    var retentions: [RetentionTally] = []
    var counted: [Counted] = []
    for cohort in plan.cohorts {
      switch cohort.kind {
      case .retention(let retention):
        retentions.append(RetentionTally(retention, flags, segments, traits: traits))
      case .members(let condition):
        let condition = condition.resolved(flags.features.contains)
        let finder = MembershipFinder(condition, flags, segments, traits: traits)
        counted.append(Counted(name: cohort.name, finder: finder))
      }
    }
    counted.sort { ByteText($0.name) < ByteText($1.name) }
    var flows = plan.segmentFlows ? SegmentFlows(segments, days: days) : nil
    var overlap = CohortOverlap(names: counted.map(\.name))
    var facts = try IdentityFacts(
      directory: facts,
      flags,
      segments,
      features: plan.cohortFeatures,
      traits: traits
    )
    try facts.gather(lake) { plan.contains($0) }
    try facts.forEachHistory { history in
      for place in retentions.indices { retentions[place].add(history) }
      flows?.add(history)
      var isMember: [Int] = []
      for place in counted.indices {
        for stay in counted[place].finder.stays(history, days: days) {
          counted[place].counts[history.environment, default: MemberCounts(days: days)].add(stay)
          let isStill = stay.upperBound == days.upperBound
          if isStill { isMember.append(place) }
          members.batch.columns[0].append(history.environment)
          members.batch.columns[1].append(history.identity.span)
          members.batch.columns[2].append(counted[place].name)
          members.batch.columns[3].append(Int64(stay.lowerBound))
          members.batch.columns[4].append(isStill ? nil : Int64(stay.upperBound))
          try members.commitRow()
        }
      }
      overlap.add(isMember, history.environment)
    }
    try members.finish()
    try facts.save()
    try write(retentions, lastDay: last)
    try write(counted)
    try write(overlap)
    var file = try SummaryFile(.segmentFlows, directory: directory)
    for row in flows?.rows ?? [] {
      file.batch.columns[0].append(Int64(row.day))
      file.batch.columns[1].append(row.environment)
      file.batch.columns[2].append(row.segment.id)
      file.batch.columns[3].append(row.segment.name)
      file.append(row.members, row.entered, row.left, from: 4)
      try file.commitRow()
    }
    try file.finish()
  }

  private func write(_ retentions: [RetentionTally], lastDay: Int) throws {
    typealias Row = (retention: CohortPlan.Retention, cell: RetentionTally.Cell)
    let rows: [Row] = retentions.flatMap { tally in
      tally.cells(lastDay: lastDay).map { (tally.plan, $0) }
    }
    func precedes(_ left: Row, _ right: Row) -> Bool {
      let (a, b) = (left.cell, right.cell)
      if a.environment != b.environment {
        return a.environment.isOrdered(before: b.environment)
      }
      let names = (ByteText(left.retention.startName), ByteText(right.retention.startName))
      if names.0 != names.1 { return names.0 < names.1 }
      if a.start != b.start { return a.start < b.start }
      let breakdowns = (
        ByteText(left.retention.breakdownName), ByteText(right.retention.breakdownName)
      )
      if breakdowns.0 != breakdowns.1 { return breakdowns.0 < breakdowns.1 }
      if a.value != b.value { return a.value < b.value }
      let periods = (left.retention.period.rawValue, right.retention.period.rawValue)
      return periods.0 != periods.1 ? periods.0 < periods.1 : a.index < b.index
    }
    var file = try SummaryFile(.retention, directory: directory)
    for (retention, cell) in rows.sorted(by: precedes) {
      file.batch.columns[0].append(cell.environment)
      file.batch.columns[1].append(retention.startName)
      file.batch.columns[2].append(Int64(cell.start))
      file.batch.columns[3].append(retention.breakdownName)
      file.batch.columns[4].append(cell.value)
      file.batch.columns[5].append(retention.period.rawValue)
      file.batch.columns[6].append(Int64(cell.index))
      file.batch.columns[7].append(cell.identities)
      file.batch.columns[8].append(cell.isElapsed)
      file.batch.columns[9].append(cell.retained)
      file.batch.columns[10].append(cell.retainedOrLater)
      try file.commitRow()
    }
    try file.finish()
  }

  private func write(_ counted: [Counted]) throws {
    var file = try SummaryFile(.cohortDaily, directory: directory)
    let rows = counted.enumerated().flatMap { place, cohort in
      cohort.counts.flatMap { environment, counts in
        counts.daily.map { (row: $0, environment: environment, place: place) }
      }
    }.sorted { left, right in
      if left.row.day != right.row.day { return left.row.day < right.row.day }
      if left.environment != right.environment {
        return left.environment.isOrdered(before: right.environment)
      }
      return left.place < right.place
    }
    for (row, environment, place) in rows {
      file.batch.columns[0].append(Int64(row.day))
      file.batch.columns[1].append(environment)
      file.batch.columns[2].append(counted[place].name)
      file.append(row.members, row.entered, row.left, from: 3)
      try file.commitRow()
    }
    try file.finish()
  }

  private func write(_ overlap: CohortOverlap) throws {
    var file = try SummaryFile(.cohortOverlap, directory: directory)
    for row in overlap.rows {
      file.batch.columns[0].append(row.environment)
      file.batch.columns[1].append(row.cohort)
      file.batch.columns[2].append(row.other)
      file.append(row.members, row.otherMembers, row.both, from: 3)
      try file.commitRow()
    }
    try file.finish()
  }
}

extension SummaryFile {
  fileprivate mutating func append(
    _ first: Int64,
    _ second: Int64,
    _ third: Int64,
    from column: Int
  ) {
    batch.columns[column].append(first)
    batch.columns[column + 1].append(second)
    batch.columns[column + 2].append(third)
  }
}

/// Who is in two cohorts at the end of the last date.
struct CohortOverlap {
  private let names: [String]
  /// By environments, in a square of cohorts.
  private var both: [Int64?: [Int64]] = [:]

  init(names: [String]) { self.names = names }

  /// Takes in an identity.
  ///
  /// - Parameters:
  ///   - places: The cohorts that it is in.
  ///   - environment: Its environment.
  mutating func add(_ places: [Int], _ environment: Int64?) {
    guard !places.isEmpty else { return }
    var square = both[environment] ?? Array(repeating: 0, count: names.count * names.count)
    for first in places { for second in places { square[first * names.count + second] += 1 } }
    both[environment] = square
  }

  /// One row for each two cohorts of an environment that has members.
  var rows:
    [(
      environment: Int64?, cohort: String, other: String, members: Int64, otherMembers: Int64,
      both: Int64
    )]
  {
    let environments = both.keys.sorted { $0.isOrdered(before: $1) }
    return environments.flatMap { environment in
      let square = both[environment] ?? []
      return names.indices.flatMap { first in
        names.indices.filter { $0 != first }.map { second in
          (
            environment, names[first], names[second], square[first * names.count + first],
            square[second * names.count + second], square[first * names.count + second]
          )
        }
      }
    }
  }
}
