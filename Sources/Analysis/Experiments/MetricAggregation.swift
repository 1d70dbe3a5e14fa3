extension ExperimentPlan.Aggregation {
  /// One number from the points of an identity that count.
  ///
  /// - Parameters:
  ///   - points: The points.
  ///   - isSegment: Whether they are of a membership, of which only that is counted.
  /// - Returns: The number; of no points it is 0: an identity that did nothing counts with nothing (intention to treat).
  package func value(
    of points: some Collection<UnitHistory.Point>,
    isSegment: Bool
  ) -> Double {
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
package struct MetricHistory: Equatable {
  /// A value that holds from the end of a day on.
  package struct Change: Equatable {
    /// Days after the first one of the experiment.
    package let day: Int
    package let numerator: Double
    package let denominator: Double

    package init(day: Int, numerator: Double, denominator: Double) {
      self.day = day
      self.numerator = numerator
      self.denominator = denominator
    }
  }

  /// In the order of their days; before the first one the value is that of no points.
  package var changes: [Change] = []
  package var covariate = 0.0
  package var covariateDenominator = 0.0

  package init() {}
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
