extension ExperimentPlan.Aggregation {
  /// One number from the points of an identity that count.
  ///
  /// Of none it is 0: an identity that did nothing counts with nothing (intention to treat).
  func value(of points: [UnitHistory.Point], isSegment: Bool) -> Double {
    switch self {
    case .occurrence: points.contains(where: \.isTruthy) ? 1 : 0
    case .count: Double(isSegment ? points.count(where: \.isTruthy) : points.count)
    case .sum, .ratio: points.reduce(0) { $0 + ($1.value ?? 0) }
    case .mean: Self.mean(points.compactMap(\.value))
    case .last: points.filter { $0.value != nil }.max(by: Self.isEarlier)?.value ?? 0
    }
  }

  private static func mean(_ values: [Double]) -> Double {
    values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
  }

  private static func isEarlier(_ left: UnitHistory.Point, _ right: UnitHistory.Point) -> Bool {
    (left.lastAt, left.firstAt) < (right.lastAt, right.firstAt)
  }
}

/// The value of a metric of one identity, as it became known day by day, and before the exposure.
struct MetricHistory: Equatable {
  /// A value that holds from the end of a day on.
  struct Change: Equatable {
    /// Days after the first one of the experiment.
    let day: Int
    var numerator: Double
    let denominator: Double
  }

  /// In the order of their days; before the first one the value is that of no points.
  var changes: [Change] = []
  var covariate = 0.0
  var covariateDenominator = 0.0
}

/// Which points of a source count for a metric, and when.
struct MetricWindow {
  /// The first exposure, in microseconds since the epoch.
  let exposedAt: Int64
  /// When the experiment, or the conversion window, ends.
  let end: Int64

  init(exposedAt: Int64, experimentEnd: Int64, conversionWindow: Int64?) {
    self.exposedAt = exposedAt
    let conversionEnd = conversionWindow.map { exposedAt.addingReportingOverflow($0) }
    end = min(experimentEnd, conversionEnd.map { $0.overflow ? .max : $0.partialValue } ?? .max)
  }

  /// When a point begins to count; `nil` where it never does.
  ///
  /// What held over a time counts from the exposure on where it still held then.
  func time(of point: UnitHistory.Point) -> Int64? {
    guard point.lastAt >= exposedAt else { return nil }
    let time = max(point.firstAt, exposedAt)
    return time < end ? time : nil
  }

  /// The points before the exposure, no longer ago than `lookback`; what held beyond the exposure counts as far as it is before.
  func earlier(_ points: [UnitHistory.Point], lookback: Int64) -> [UnitHistory.Point] {
    points.filter { $0.firstAt < exposedAt && $0.lastAt >= exposedAt - lookback }
      .map { point in
        UnitHistory.Point(
          firstAt: point.firstAt,
          lastAt: min(point.lastAt, exposedAt - 1),
          value: point.value,
          isTruthy: point.isTruthy
        )
      }
  }
}
