internal import Bytes
internal import Tables

/// Takes the latest cohorts of every retention out of `retention`.
///
/// The table is read twice: first to see which values of a breakdown have the most identities.
struct RetentionOverview {
  fileprivate struct Key: Hashable {
    let environment: Int64?
    let start: ByteText
    let breakdown: ByteText
    let period: ByteText
  }

  fileprivate struct Row: Equatable {
    let key: Key
    let value: ByteText?
    let start: Int
    let index: Int
    let identities: Int
    let isElapsed: Bool
    let retained: Int
  }

  private let tables: OverviewTables
  private let plans: [CohortPlan]

  init(_ tables: OverviewTables, _ plans: [CohortPlan]) {
    self.tables = tables
    self.plans = plans
  }

  /// The retentions of each environment, and how many identities it has where that is counted.
  ///
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  func retentions() throws -> (tables: [Int64?: [Overview.Retention]], identities: Int?) {
    var totals: [Key: [ByteText?: Int]] = [:]
    try forEachRow { row in
      if row.index == 0 { totals[row.key, default: [:]][row.value, default: 0] += row.identities }
    }
    var shown: [Key: [ByteText?]] = [:]
    for (key, values) in totals {
      let sorted = values.sorted { $0.value != $1.value ? $0.value > $1.value : $0.key < $1.key }
      shown[key] = sorted.prefix(OverviewLimits.values).map(\.key)
    }
    var found: [Key: [Overview.Retention]] = [:]
    try forEachRow { row in
      guard let place = shown[row.key]?.firstIndex(of: row.value) else { return }
      if found[row.key] == nil {
        let others = (totals[row.key]?.count ?? 0) - (shown[row.key]?.count ?? 0)
        found[row.key] = (shown[row.key] ?? []).map { retention(row.key, $0, others: others) }
      }
      found[row.key]?[place].add(row)
    }
    var tables: [Int64?: [Overview.Retention]] = [:]
    for (key, retentions) in found.sorted(by: { Self.precedes($0.key, $1.key) }) {
      tables[key.environment, default: []] += retentions
    }
    let seen = totals.filter { $0.key.start.string == "first_seen" }
    let kinds = Set(seen.keys.map { [$0.breakdown, $0.period] })
    let identities = kinds.first.map { kind in
      seen.filter { [$0.key.breakdown, $0.key.period] == kind }
        .reduce(0) { $0 + $1.value.values.reduce(0, +) }
    }
    return (tables, identities)
  }

  private func retention(_ key: Key, _ value: ByteText?, others: Int) -> Overview.Retention {
    var retention = Overview.Retention(
      start: key.start.string,
      period: key.period.string,
      breakdown: key.breakdown.string,
      value: value?.string
    )
    retention.otherValues = others
    retention.names = plans.compactMap { plan in
      guard case .retention(let settings) = plan.kind,
        ByteText(settings.startName) == key.start,
        ByteText(settings.breakdownName) == key.breakdown,
        ByteText(settings.period.rawValue) == key.period
      else { return nil }
      return plan.name
    }
    return retention
  }

  private static func precedes(_ left: Key, _ right: Key) -> Bool {
    let (a, b) = (
      [left.start, left.period, left.breakdown], [right.start, right.period, right.breakdown]
    )
    return a.lexicographicallyPrecedes(b)
  }

  /// Hands on the rows; those of a retention and a value by cohort and index, each once.
  private func forEachRow(_ body: (Row) -> Void) throws {
    var last: Row?
    try tables.forEachBatch(.retention) { batch in
      let columns = batch.columns
      let (starts, breakdowns) = (columns[1].texts, columns[3].texts)
      let (values, periods) = (columns[4].texts, columns[5].texts)
      for row in 0..<batch.rowCount {
        let key = Key(
          environment: columns[0].integer(row),
          start: ByteText(starts[row]),
          breakdown: ByteText(breakdowns[row]),
          period: ByteText(periods[row])
        )
        let cell = Row(
          key: key,
          value: columns[4].isNull(row) ? nil : ByteText(values[row]),
          start: Int(columns[2].integers[row]),
          index: Int(columns[6].integers[row]),
          identities: Int(columns[7].integers[row]),
          isElapsed: columns[8].integers[row] != 0,
          retained: Int(columns[9].integers[row])
        )
        // Two retentions with the same settings have the same rows.
        if cell != last { body(cell) }
        last = cell
      }
    }
  }
}

extension Overview.Retention {
  fileprivate mutating func add(_ row: RetentionOverview.Row) {
    if cohorts.last?.start != row.start {
      identities += row.identities
      cohorts.append(Cohort(start: row.start, identities: row.identities, cells: []))
      if cohorts.count > OverviewLimits.cohorts {
        cohorts.removeFirst()
        otherCohorts += 1
      }
    }
    guard row.index < OverviewLimits.periods else { return }
    cohorts[cohorts.count - 1].cells.append(
      Cell(index: row.index, isElapsed: row.isElapsed, retained: row.retained)
    )
    guard row.isElapsed else { return }
    while totals.count <= row.index { totals.append(Total()) }
    totals[row.index].identities += row.identities
    totals[row.index].retained += row.retained
  }
}
