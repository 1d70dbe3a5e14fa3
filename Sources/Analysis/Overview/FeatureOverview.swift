internal import Bytes
internal import Tables

/// Chooses features of `feature_daily`, and follows their values.
///
/// The table is read twice: once to choose, once to follow what was chosen, so that memory holds one entry per feature.
struct FeatureOverview {
  fileprivate struct Key {
    let environment: Int64?
    let id: Int64
    let name: ByteText
  }

  fileprivate struct Cell: Equatable {
    let isEnabled: Bool
    let type: ByteText
    let text: ByteText?
  }

  fileprivate struct Seen {
    let first: Cell
    var type: ByteText
    var hasSeveral = false
    var day: Int
    /// Those of the date with the most identities.
    var top: [(cell: Cell, identities: Int)] = []
    var count = 0

    init(_ row: FeatureRow) {
      first = row.cell
      type = row.type
      day = row.day
    }

    mutating func add(_ row: FeatureRow) {
      if !row.has(first) { hasSeveral = true }
      if !row.hasType(type) { type = row.type }
      if row.day != day { (day, top, count) = (row.day, [], 0) }
      count += 1
      let place = top.firstIndex { $0.identities < row.identities } ?? top.count
      guard place < OverviewLimits.values else { return }
      top.insert((row.has(first) ? first : row.cell, row.identities), at: place)
      if top.count > OverviewLimits.values { top.removeLast() }
    }
  }

  private struct Followed {
    let seen: Seen
    var totals: [Int: Int] = [:]
    var counts: [[Int: Int]]
  }

  /// The features of a table, each with a number.
  private struct Numbers {
    private struct ID: Hashable {
      let environment: Int64?
      let id: Int64
    }

    private(set) var keys: [Key] = []
    private var byID: [ID: [Int]] = [:]

    /// The number of the feature of a row; a new one for one that has none.
    mutating func number(_ row: FeatureRow) -> Int {
      let id = ID(environment: row.environment, id: row.id)
      if let known = byID[id]?.first(where: { row.hasName(keys[$0].name) }) { return known }
      keys.append(Key(environment: row.environment, id: row.id, name: row.name))
      byID[id, default: []].append(keys.count - 1)
      return keys.count - 1
    }
  }

  private let tables: OverviewTables

  init(_ tables: OverviewTables) { self.tables = tables }

  /// The features of each environment, and how many there are beyond.
  ///
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  func features() throws -> [Int64?: (features: [Overview.Feature], others: Int)] {
    var numbers = Numbers()
    var seen: [Seen] = []
    try forEachRow { row in
      let number = numbers.number(row)
      if number == seen.count { seen.append(Seen(row)) }
      seen[number].add(row)
    }
    let keys = numbers.keys
    var chosen: [Int64?: [Int]] = [:]
    for number in seen.indices where seen[number].isShown {
      chosen[keys[number].environment, default: []].append(number)
    }
    for environment in chosen.keys {
      chosen[environment]?.sort { left, right in
        let isFirst = (seen[left].isMultivariate, seen[right].isMultivariate)
        if isFirst.0 != isFirst.1 { return isFirst.0 }
        let (left, right) = (keys[left], keys[right])
        return left.name != right.name ? left.name < right.name : left.id < right.id
      }
    }
    let shown = chosen.mapValues { $0.prefix(OverviewLimits.features) }
    let followed = try follow(Set(shown.values.joined()), seen, numbers)
    return chosen.mapValues { all in
      let features = all.prefix(OverviewLimits.features).compactMap { number in
        followed[number].map { Self.feature(keys[number].name.string, $0) }
      }
      return (features, all.count - features.count)
    }
  }

  private func follow(
    _ shown: Set<Int>,
    _ seen: [Seen],
    _ numbers: Numbers
  ) throws -> [Followed?] {
    var numbers = numbers
    var followed: [Followed?] = seen.indices.map { number in
      guard shown.contains(number) else { return nil }
      return Followed(seen: seen[number], counts: seen[number].top.map { _ in [:] })
    }
    try forEachRow { row in
      let number = numbers.number(row)
      guard let top = followed[number]?.seen.top else { return }
      followed[number]?.totals[row.day, default: 0] += row.identities
      guard let place = top.firstIndex(where: { row.has($0.cell) }) else { return }
      followed[number]?.counts[place][row.day] = row.identities
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
      type: seen.type.string,
      lastDay: seen.day,
      values: values,
      otherValues: seen.count - values.count,
      others: hasOthers ? value(seen.first, other) : nil
    )
  }

  /// Hands on the rows, by date.
  private func forEachRow(_ body: (FeatureRow) -> Void) throws {
    try tables.forEachBatch(.featureDaily) { batch in
      let row = FeatureRow(batch)
      for place in 0..<batch.rowCount { body(row.at(place)) }
    }
  }
}

/// A row of `feature_daily`, of which only what is asked for is looked at.
private struct FeatureRow {
  private let columns: [Column]
  private var row = 0

  init(_ batch: Table) { columns = batch.columns }

  func at(_ row: Int) -> FeatureRow {
    var other = self
    other.row = row
    return other
  }

  var day: Int { Int(columns[0].integers[row]) }
  var environment: Int64? { columns[1].integer(row) }
  var id: Int64 { columns[2].integers[row] }
  var name: ByteText { text(3) }
  var type: ByteText { text(4) }
  var identities: Int { Int(columns[8].integers[row]) }
  var cell: FeatureOverview.Cell {
    FeatureOverview.Cell(
      isEnabled: isEnabled,
      type: text(6),
      text: columns[7].isNull(row) ? nil : text(7)
    )
  }

  func hasName(_ name: ByteText) -> Bool { isEqual(3, name.bytes) }
  func hasType(_ type: ByteText) -> Bool { isEqual(4, type.bytes) }
  func has(_ cell: FeatureOverview.Cell) -> Bool {
    isEnabled == cell.isEnabled && isEqual(6, cell.type.bytes)
      && columns[7].isNull(row) == (cell.text == nil)
      && (cell.text.map { isEqual(7, $0.bytes) } ?? true)
  }

  private var isEnabled: Bool { columns[5].integers[row] != 0 }

  private func text(_ column: Int) -> ByteText {
    let texts = columns[column].texts
    return ByteText(texts[row])
  }

  private func isEqual(_ column: Int, _ bytes: [UInt8]) -> Bool {
    let texts = columns[column].texts
    return texts[row].equalBytes(bytes.span)
  }
}

extension FeatureOverview.Seen {
  fileprivate var isMultivariate: Bool { type == FlagCell.multivariate }
  fileprivate var isShown: Bool { isMultivariate || hasSeveral }
}
