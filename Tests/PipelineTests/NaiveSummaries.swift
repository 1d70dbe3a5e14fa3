import Analysis
import Bytes
import Lake
import Tables

/// The summaries, computed from the rows of the lake with sets and nothing else.
struct NaiveSummaries {
  private let observations: [Row]
  private let traits: [Row]
  private let flags: [Cell: [Row]]
  private let segments: [Cell: [Row]]
  private let counts: [Row]
  private let plan: SummaryPlan

  /// Some of each kind.
  static let exposures: [SummaryPlan.Exposures] = [
    .multivariate, .all, .features([ByteText("feature 1")]),
    .features([ByteText("feature 0"), ByteText("feature 2"), ByteText("none")]),
  ]

  static let feature = [
    "environment", "feature_id", "feature", "enabled", "value_type", "value",
  ]

  init(_ run: IngestRun, _ plan: SummaryPlan) throws {
    func isIncluded(_ row: Row) -> Bool {
      guard case .integer(let day) = row["date"] ?? .null else {
        return plan.since == nil && plan.until == nil
      }
      return day >= Int64(plan.since ?? .min) && day < Int64(plan.until ?? .max)
    }
    self.plan = plan
    observations = try run.rows(.observations).filter(isIncluded)
    traits = try run.rows(.traitValues).filter(isIncluded)
    counts = try run.rows(.deliveryCounts).filter(isIncluded)
    flags = Dictionary(grouping: try run.rows(.flagStates)) { $0["flag_state"] ?? .null }
    segments = Dictionary(grouping: try run.rows(.segmentStates)) {
      $0["segment_state"] ?? .null
    }
  }

  /// The rows of a summary in its order.
  func rows(_ table: SummaryTable) -> [Row] {
    let rows: [Row] =
      switch table {
      case .featureDaily:
        measured(by: Self.feature + ["feature_type", "date"]) { cells(of: $0, "flag_state", flags) }
      case .segmentDaily:
        measured(by: ["date", "environment", "segment_id", "segment", "member"]) { row in
          cells(of: row, "segment_state", segments).map { cell in
            cell.merging(["environment": row["environment"] ?? .null]) { $1 }
          }
        }
      case .traitDaily: traitDaily()
      case .exposures: exposures()
      case .deliveryQuality: deliveryQuality()
      // The plans of these tests have no cohorts.
      case .retention, .cohortDaily, .cohortOverlap, .cohortMembers, .segmentFlows, .traitNumbers:
        []
      }
    let schema = table.schema
    return rows.sorted(by: schema.sortColumns.map { schema.columns[$0].name })
  }

  /// The rows of a state.
  private func cells(of row: Row, _ name: String, _ states: [Cell: [Row]]) -> [Row] {
    states[row[name] ?? .null] ?? []
  }

  /// Distinct identities and windows and the deliveries of every distinct cell.
  private func measured(by names: [String], _ cells: (Row) -> [Row]) -> [Row] {
    var groups: [Row: [Row]] = [:]
    for row in observations {
      let distinct = Set(
        cells(row).map { cell in
          cell.merging(["date": row["date"] ?? .null]) { $1 }.picking(names)
        }
      )
      for cell in distinct { groups[cell, default: []].append(row) }
    }
    return groups.map { cell, rows in
      cell.merging([
        "identities": .integer(Int64(Set(rows.map { $0["identity"] }).count)),
        "windows": .integer(
          Int64(Set(rows.map { $0.picking(["identity", "window_start"]) }).count)
        ),
        "deliveries": .integer(rows.sum("deliveries")),
      ]) { $1 }
    }
  }

  private func exposures() -> [Row] {
    var groups: [Row: [Row]] = [:]
    for row in observations {
      let included = cells(of: row, "flag_state", flags).filter { cell in
        switch plan.exposures {
        case .multivariate: cell["feature_type"] == .text("MULTIVARIATE")
        case .all: true
        case .features(let names): names.contains { cell["feature"] == .text($0.string) }
        }
      }
      for cell in Set(included.map { $0.picking(Self.feature) }) {
        let key = cell.merging(["identity": row["identity"] ?? .null]) { $1 }
        groups[key, default: []].append(row)
      }
    }
    return groups.map { key, rows in
      key.merging([
        "first_exposed_at": rows.compactMap { $0["first_at"] }.min() ?? .null,
        "last_exposed_at": rows.compactMap { $0["last_at"] }.max() ?? .null,
        "windows": .integer(Int64(Set(rows.map { $0["window_start"] }).count)),
        "deliveries": .integer(rows.sum("deliveries")),
      ]) { $1 }
    }
  }

  private func traitDaily() -> [Row] {
    let groups = Dictionary(grouping: traits) { $0.picking(["date", "environment", "trait"]) }
    return groups.flatMap { key, rows -> [Row] in
      let values = Dictionary(grouping: rows) { $0.cells(["value_type", "value"]) }
        .mapValues { Set($0.map { $0["identity"] }) }
      let ranked = values.sorted { left, right in
        left.value.count != right.value.count
          ? left.value.count > right.value.count : left.key.lexicographicallyPrecedes(right.key)
      }
      func row(_ type: Cell, _ value: Cell, _ identities: Int) -> Row {
        key.merging([
          "value_type": type, "value": value, "identities": .integer(Int64(identities)),
        ]) { $1 }
      }
      var named = ranked.prefix(plan.topValues).map { row($0.key[0], $0.key[1], $0.value.count) }
      let others = ranked.dropFirst(plan.topValues)
      if !others.isEmpty {
        let identities = others.reduce(into: Set<Cell?>()) { $0.formUnion($1.value) }
        named.append(row(.text("other"), .text("(other)"), identities.count))
      }
      return named
    }
  }

  private func deliveryQuality() -> [Row] {
    let totals = Dictionary(grouping: counts) { $0["date"] }.mapValues { $0.sum("lines") }
    return counts.map { row in
      let lines = row["lines"]?.integer ?? 0
      let share = Double(lines) / Double(totals[row["date"]] ?? 1)
      return row.merging(["share": .number(share.bitPattern)]) { $1 }
    }
  }
}
