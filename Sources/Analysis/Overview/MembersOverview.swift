internal import Bytes
internal import Tables

/// Follows the members of cohorts and segments from date to date.
struct MembersOverview {
  private struct Key: Hashable {
    let environment: Int64?
    let id: Int64
    let name: ByteText
  }

  private struct Series {
    var days: [Int: Int] = [:]
    var entered: Int?
    var left: Int?
  }

  private let tables: OverviewTables

  init(_ tables: OverviewTables) { self.tables = tables }

  /// The cohorts of each environment, by name.
  ///
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  func cohorts() throws -> [Int64?: [Overview.Members]] { try flows(.cohortDaily, name: 2) }

  /// The segments of each environment, by name.
  ///
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  func segments() throws -> [Int64?: [Overview.Members]] {
    let flows = try flows(.segmentFlows, name: 3)
    return flows.isEmpty ? try daily() : flows
  }

  /// Those of a table with `members`, `entered` and `left` behind the name.
  private func flows(_ table: SummaryTable, name: Int) throws -> [Int64?: [Overview.Members]] {
    var found: [Key: Series] = [:]
    try tables.forEachBatch(table) { batch in
      let (columns, names) = (batch.columns, batch.columns[name].texts)
      for row in 0..<batch.rowCount {
        let key = Key(
          environment: columns[1].integer(row),
          id: name == 3 ? columns[2].integers[row] : 0,
          name: ByteText(names[row])
        )
        var series = found[key] ?? Series()
        series.days[Int(columns[0].integers[row])] = Int(columns[name + 1].integers[row])
        series.entered = Int(columns[name + 2].integers[row])
        series.left = Int(columns[name + 3].integers[row])
        found[key] = series
      }
    }
    return Self.members(found)
  }

  /// Those of `segment_daily`.
  private func daily() throws -> [Int64?: [Overview.Members]] {
    var found: [Key: Series] = [:]
    try tables.forEachBatch(.segmentDaily) { batch in
      let (columns, names) = (batch.columns, batch.columns[3].texts)
      for row in 0..<batch.rowCount {
        let key = Key(
          environment: columns[1].integer(row),
          id: columns[2].integers[row],
          name: ByteText(names[row])
        )
        let identities = columns[4].integers[row] != 0 ? Int(columns[5].integers[row]) : 0
        found[key, default: Series()].days[Int(columns[0].integers[row]), default: 0] += identities
      }
    }
    return Self.members(found)
  }

  private static func members(_ found: [Key: Series]) -> [Int64?: [Overview.Members]] {
    let sorted = found.sorted { left, right in
      left.key.name != right.key.name
        ? left.key.name < right.key.name : left.key.id < right.key.id
    }
    var members: [Int64?: [Overview.Members]] = [:]
    for (key, series) in sorted {
      guard let last = series.days.keys.max() else { continue }
      members[key.environment, default: []].append(
        Overview.Members(
          name: key.name.string,
          lastDay: last,
          members: series.days[last] ?? 0,
          membersBefore: series.days[last - OverviewLimits.comparedDays],
          entered: series.entered,
          left: series.left,
          points: series.days.sorted { $0.key < $1.key }
            .map { Overview.Point(day: $0.key, value: Double($0.value)) }
        )
      )
    }
    return members
  }

  /// What each two cohorts of an environment have in common.
  ///
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  func overlaps() throws -> [Int64?: [Overview.Overlap]] {
    var overlaps: [Int64?: [Overview.Overlap]] = [:]
    try tables.forEachBatch(.cohortOverlap) { batch in
      let columns = batch.columns
      let (cohorts, others) = (columns[1].texts, columns[2].texts)
      for row in 0..<batch.rowCount {
        let environment = columns[0].integer(row)
        guard overlaps[environment]?.count ?? 0 < OverviewLimits.overlaps else { continue }
        overlaps[environment, default: []].append(
          Overview.Overlap(
            cohort: String(decoding: cohorts[row]),
            other: String(decoding: others[row]),
            members: Int(columns[3].integers[row]),
            otherMembers: Int(columns[4].integers[row]),
            both: Int(columns[5].integers[row])
          )
        )
      }
    }
    return overlaps
  }
}
