internal import Bytes

/// Who was served which value of a feature, over all partitions.
struct Exposures {
  private struct Key: Hashable {
    let place: Int
    let identity: ByteInterner.ID
  }

  private struct Measures {
    var firstAt: Int64
    var lastAt: Int64
    var windows: Int64
    var deliveries: Int64
    /// Windows come in order within an identity, and no two partitions share one.
    var lastWindow: Int64
  }

  /// One row of the table.
  struct Exposure {
    let cell: FlagCell
    let identity: ByteInterner.ID
    let firstAt: Int64
    let lastAt: Int64
    let windows: Int64
    let deliveries: Int64
  }

  private(set) var identities = ByteInterner()
  private let cells: StateCells<FlagCell>
  private let isIncluded: [Bool]
  /// For every cell the first one that differs from it in the type of the feature alone, which the table does not have.
  private let representatives: [Int]
  private var measures: [Key: Measures] = [:]

  init(_ cells: StateCells<FlagCell>, includesAll: Bool) {
    self.cells = cells
    isIncluded = cells.cells.map { includesAll || $0.isMultivariate }
    var firstPlaces: [FlagCell: Int] = [:]
    representatives = cells.cells.enumerated().map { place, cell in
      let untyped = FlagCell(
        environment: cell.environment,
        featureID: cell.featureID,
        feature: cell.feature,
        featureType: ByteText(""),
        enabled: cell.enabled,
        valueType: cell.valueType,
        value: cell.value
      )
      if let first = firstPlaces[untyped] { return first }
      firstPlaces[untyped] = place
      return place
    }
  }

  /// Takes in one observation.
  mutating func add(_ row: ObservationRow, identity: Span<UInt8>) {
    let places = cells.places(of: row.flagState)
    guard places.contains(where: { isIncluded[$0] }) else { return }
    let identity = identities.intern(identity)
    var counted: [Int] = []
    for place in places where isIncluded[place] {
      let place = representatives[place]
      if counted.contains(place) { continue }
      counted.append(place)
      let key = Key(place: place, identity: identity)
      guard var known = measures[key] else {
        measures[key] = Measures(
          firstAt: row.firstAt,
          lastAt: row.lastAt,
          windows: 1,
          deliveries: row.deliveries,
          lastWindow: row.windowStart
        )
        continue
      }
      known.firstAt = min(known.firstAt, row.firstAt)
      known.lastAt = max(known.lastAt, row.lastAt)
      known.deliveries += row.deliveries
      if known.lastWindow != row.windowStart {
        known.windows += 1
        known.lastWindow = row.windowStart
      }
      measures[key] = known
    }
  }

  /// The rows in their canonical order.
  func sorted() -> [Exposure] {
    let ranks = identities.ranks()
    let keys = measures.keys.sorted { left, right in
      if left.place != right.place {
        return FlagCell.precedesWithoutType(cells.cells[left.place], cells.cells[right.place])
      }
      return ranks[Int(left.identity)] < ranks[Int(right.identity)]
    }
    return keys.compactMap { key in
      measures[key].map {
        Exposure(
          cell: cells.cells[key.place],
          identity: key.identity,
          firstAt: $0.firstAt,
          lastAt: $0.lastAt,
          windows: $0.windows,
          deliveries: $0.deliveries
        )
      }
    }
  }
}
