internal import Bytes
internal import Tables

/// Chooses features of `feature_daily`, and follows their values.
///
/// The table is read twice: once to choose, once to follow what was chosen, so that memory holds one entry per feature.
struct FeatureOverview {
  fileprivate struct Key: Hashable {
    let environment: Int64?
    let id: Int64
    let name: ByteText
  }

  fileprivate struct Cell: Hashable {
    let isEnabled: Bool
    let type: ByteText
    let text: ByteText?
  }

  fileprivate struct Seen {
    let first: Cell
    var type: String
    var hasSeveral = false
    var day: Int
    /// Those of the date with the most identities.
    var top: [(cell: Cell, identities: Int)] = []
    var count = 0

    mutating func add(_ cell: Cell, _ identities: Int, day: Int) {
      if cell != first { hasSeveral = true }
      if day != self.day { (self.day, top, count) = (day, [], 0) }
      count += 1
      let place = top.firstIndex { $0.identities < identities } ?? top.count
      guard place < OverviewLimits.values else { return }
      top.insert((cell, identities), at: place)
      if top.count > OverviewLimits.values { top.removeLast() }
    }
  }

  private struct Followed {
    let seen: Seen
    var totals: [Int: Int] = [:]
    var counts: [[Int: Int]]
  }

  private let tables: OverviewTables

  init(_ tables: OverviewTables) { self.tables = tables }

  /// The features of each environment, and how many there are beyond.
  ///
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  func features() throws -> [Int64?: (features: [Overview.Feature], others: Int)] {
    var seen: [Key: Seen] = [:]
    try forEachRow { key, cell, type, identities, day in
      seen[key, default: Seen(first: cell, type: type, day: day)].add(cell, identities, day: day)
      seen[key]?.type = type
    }
    var chosen: [Int64?: [Key]] = [:]
    for (key, feature) in seen where feature.isShown {
      chosen[key.environment, default: []].append(key)
    }
    for environment in chosen.keys {
      chosen[environment]?.sort { left, right in
        let isFirst = (seen[left]?.isMultivariate ?? false, seen[right]?.isMultivariate ?? false)
        if isFirst.0 != isFirst.1 { return isFirst.0 }
        return left.name != right.name ? left.name < right.name : left.id < right.id
      }
    }
    let followed = try follow(chosen.values.flatMap { $0.prefix(OverviewLimits.features) }, seen)
    return chosen.mapValues { keys in
      let features = keys.prefix(OverviewLimits.features).compactMap { key in
        followed[key].map { Self.feature(key.name.string, $0) }
      }
      return (features, keys.count - features.count)
    }
  }

  private func follow(_ keys: [Key], _ seen: [Key: Seen]) throws -> [Key: Followed] {
    var followed: [Key: Followed] = [:]
    for key in keys {
      guard let feature = seen[key] else { continue }
      followed[key] = Followed(seen: feature, counts: feature.top.map { _ in [:] })
    }
    try forEachRow { key, cell, _, identities, day in
      guard let place = followed[key]?.seen.top.firstIndex(where: { $0.cell == cell }) else {
        followed[key]?.totals[day, default: 0] += identities
        return
      }
      followed[key]?.totals[day, default: 0] += identities
      followed[key]?.counts[place][day] = identities
    }
    return followed
  }

  private static func feature(_ name: String, _ followed: Followed) -> Overview.Feature {
    let (seen, totals) = (followed.seen, followed.totals)
    let days = totals.keys.sorted()
    func value(_ cell: Cell, _ count: (Int) -> Int) -> Overview.Feature.Value {
      func share(_ day: Int) -> Double? {
        totals[day].map { Double(count(day)) / Double(max(1, $0)) }
      }
      return .init(
        isEnabled: cell.isEnabled,
        type: cell.type.string,
        text: cell.text?.string,
        identities: count(seen.day),
        share: share(seen.day) ?? 0,
        shareBefore: share(seen.day - OverviewLimits.comparedDays),
        points: days.map { Overview.Point(day: $0, value: share($0) ?? 0) }
      )
    }
    let values = zip(seen.top, followed.counts).map { top, counts in
      value(top.cell) { counts[$0] ?? 0 }
    }
    func other(_ day: Int) -> Int {
      followed.counts.reduce(totals[day] ?? 0) { $0 - ($1[day] ?? 0) }
    }
    let hasOthers = days.contains { other($0) > 0 }
    return Overview.Feature(
      name: name,
      type: seen.type,
      lastDay: seen.day,
      values: values,
      otherValues: seen.count - values.count,
      others: hasOthers ? value(seen.first, other) : nil
    )
  }

  /// Hands on the rows, by date.
  private func forEachRow(
    _ body: (_ key: Key, _ cell: Cell, _ type: String, _ identities: Int, _ day: Int) -> Void
  ) throws {
    try tables.forEachBatch(.featureDaily) { batch in
      let columns = batch.columns
      let (names, types) = (columns[3].texts, columns[4].texts)
      let (valueTypes, values) = (columns[6].texts, columns[7].texts)
      for row in 0..<batch.rowCount {
        let key = Key(
          environment: columns[1].integer(row),
          id: columns[2].integers[row],
          name: ByteText(names[row])
        )
        let cell = Cell(
          isEnabled: columns[5].integers[row] != 0,
          type: ByteText(valueTypes[row]),
          text: columns[7].isNull(row) ? nil : ByteText(values[row])
        )
        body(
          key,
          cell,
          String(decoding: types[row]),
          Int(columns[8].integers[row]),
          Int(columns[0].integers[row])
        )
      }
    }
  }
}

extension FeatureOverview.Seen {
  fileprivate var isMultivariate: Bool { type == "MULTIVARIATE" }
  fileprivate var isShown: Bool { isMultivariate || hasSeveral }
}
