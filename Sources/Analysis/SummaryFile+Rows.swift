internal import Bytes
internal import Tables

// The rows of the tables that are computed from cells and traits.

extension SummaryFile {
  /// Adds the rows of `feature_daily` of a date; the tally is empty then.
  mutating func append(_ tally: inout CellTally, day: Int64) throws {
    let cells = tally.cells
    try tally.drain { place, counts in
      let cell = FlagCell(cells.key(place))
      batch.columns[0].append(day)
      batch.columns[1].append(cell.environment)
      batch.columns[2].append(cell.featureID)
      batch.columns[3].append(cell.feature)
      batch.columns[4].append(cell.featureType)
      batch.columns[5].append(cell.enabled)
      batch.columns[6].append(cell.valueType)
      batch.columns[7].append(cell.value)
      batch.columns[8].append(counts.identities)
      batch.columns[9].append(counts.windows)
      batch.columns[10].append(counts.deliveries)
      try commitRow()
    }
  }

  /// Adds the rows of `segment_daily` of a date and an environment; the tally is empty then.
  mutating func append(
    _ tally: inout CellTally,
    day: Int64,
    environment: Int64?
  ) throws {
    let cells = tally.cells
    try tally.drain { place, counts in
      let cell = SegmentCell(cells.key(place))
      batch.columns[0].append(day)
      batch.columns[1].append(environment)
      batch.columns[2].append(cell.segmentID)
      batch.columns[3].append(cell.segment)
      batch.columns[4].append(cell.member)
      batch.columns[5].append(counts.identities)
      batch.columns[6].append(counts.windows)
      batch.columns[7].append(counts.deliveries)
      try commitRow()
    }
  }

  /// Adds the rows of `trait_daily` of a date.
  mutating func append(_ counts: inout TraitCounts, _ named: NamedTraitValues, day: Int64) throws {
    /// The key of the trait at hand, and its row of other values until that is written.
    var trait: [UInt8] = []
    var hasOthers = false
    var pending: (key: [UInt8], identities: Int64)?
    try counts.forEach { key, identities in
      let traitKey = key.extracting(..<TraitKeys.traitByteCount(key))
      if !trait.span.equalBytes(traitKey) {
        if let other = pending { try append(other.key.span, other.identities, day: day) }
        trait.removeAll(keepingCapacity: true)
        trait.append(traitKey)
        pending = named.others(of: traitKey).map { (TraitKeys.other(of: traitKey), $0) }
        hasOthers = pending != nil
      }
      if let other = pending, other.key.span.comparedBytes(key) < 0 {
        try append(other.key.span, other.identities, day: day)
        pending = nil
      }
      if !hasOthers || named.contains(key) { try append(key, identities, day: day) }
    }
    if let other = pending { try append(other.key.span, other.identities, day: day) }
  }

  private mutating func append(_ key: Span<UInt8>, _ identities: Int64, day: Int64) throws {
    let row = TraitKeys.Row(key)
    batch.columns[0].append(day)
    batch.columns[1].append(row.environment)
    batch.columns[2].append(row.trait)
    batch.columns[3].append(row.valueType)
    batch.columns[4].append(row.value)
    batch.columns[5].append(identities)
    try commitRow()
  }
}
