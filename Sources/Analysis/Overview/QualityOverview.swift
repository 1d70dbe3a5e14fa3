internal import Bytes
internal import Captures
internal import Lake
internal import Tables

/// Adds up `delivery_quality`.
struct QualityOverview {
  private let tables: OverviewTables

  init(_ tables: OverviewTables) { self.tables = tables }

  /// Adds up all lines, and those of each date.
  ///
  /// - Parameter days: The first and the last date that are told apart, where there are any.
  /// - Returns: The sums.
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  func quality(within days: ClosedRange<Int>?) throws -> Overview.Quality {
    var quality = Overview.Quality()
    var totals: [String: Int] = [:]
    try tables.forEachBatch(.deliveryQuality) { batch in
      let (dates, lines) = (batch.columns[0], batch.columns[2].integers)
      let outcomes = batch.columns[1].texts
      for row in 0..<batch.rowCount {
        let (name, count) = (String(decoding: outcomes[row]), Int(lines[row]))
        totals[name, default: 0] += count
        guard let day = dates.integer(row).map(Int.init) else {
          quality.undated += count
          continue
        }
        guard days?.contains(day) ?? true else { continue }
        if quality.days.last?.day != day { quality.days.append(.init(day: day, lines: [:])) }
        quality.days[quality.days.count - 1].lines[name] = count
      }
    }
    let last = quality.days.last?.lines ?? [:]
    let accepted = Verdict.allCases.map(\.rawValue)
    let rejected = RejectionReason.allCases.map(\.rawValue)
    quality.outcomes = (accepted + rejected).compactMap { name in
      totals[name].map { lines in
        .init(
          name: name,
          isRejected: !accepted.contains(name),
          lines: lines,
          lastDayLines: last[name] ?? 0
        )
      }
    }
    return quality
  }
}
