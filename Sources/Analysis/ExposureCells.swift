internal import Bytes

/// The cells that `exposures` has rows of, in its order, which has no type of feature.
struct ExposureCells {
  /// For every place of a cell the rank of what stands for it in `exposures`; -1 where nothing does.
  let ranks: [Int32]
  /// For every rank the place of a cell that has it.
  let places: [Int32]
  /// Whether several cells have one rank, so that a state can hold it twice.
  let hasSharedRanks: Bool

  /// - Complexity: O(*n*) in the cells, but for features that have several types, whose cells are sorted.
  init(_ cells: StateCells, _ plan: SummaryPlan) {
    var ranks = [Int32](repeating: -1, count: cells.cellCount)
    var places: [Int32] = []
    /// The included cells of the feature at hand; those of one type are in order.
    var group: [(place: Int32, cell: FlagCell)] = []
    func closeGroup() {
      let hasSeveralTypes = group.first?.cell.featureType != group.last?.cell.featureType
      if hasSeveralTypes { group.sort { FlagCell.precedesInValue($0.cell, $1.cell) } }
      var last: FlagCell?
      for (place, cell) in group {
        if !(last.map { $0.isSameWithoutType(as: cell) } ?? false) { places.append(place) }
        ranks[Int(place)] = Int32(places.count - 1)
        last = cell
      }
      group.removeAll(keepingCapacity: true)
    }
    for place in 0..<Int32(cells.cellCount) {
      let cell = FlagCell(cells.key(place))
      guard plan.exposures.include(cell) || plan.experimentFeatures.contains(cell.feature) else {
        continue
      }
      if let first = group.first, !first.cell.isOfSameFeature(as: cell) { closeGroup() }
      group.append((place, cell))
    }
    closeGroup()
    hasSharedRanks = ranks.count(where: { $0 >= 0 }) > places.count
    self.ranks = ranks
    self.places = places
  }

  /// The memory in use, in bytes.
  var byteCount: Int { (ranks.count + places.count) * 4 }
}

extension SummaryPlan.Exposures {
  fileprivate func include(_ cell: FlagCell) -> Bool {
    switch self {
    case .multivariate: cell.isMultivariate
    case .all: true
    case .features(let names): names.contains(cell.feature)
    }
  }
}
