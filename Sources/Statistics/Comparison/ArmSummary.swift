/// What a metric says of one arm.
package struct ArmSummary: Sendable, Equatable {
  /// Identities.
  package let count: Int
  /// R: the mean, share or ratio.
  package let value: Double
  /// V: the variance per identity; that of R is V/n.
  package let variance: Double
  /// √V.
  package var standardDeviation: Double { variance.squareRoot() }
  /// Identities with a numerator above 0.
  package let successes: Int

  /// P: the same of the covariate; `nil` where that cannot be computed.
  let covariate: Double?
  /// V_X.
  let covariateVariance: Double
  /// C: the covariance of metric and covariate.
  let covariance: Double

  /// The squared error of the value, V/n.
  var squaredError: Double { variance / Double(count) }

  /// `nil` without identities, and for a ratio whose denominators add up to 0.
  ///
  /// - Parameters:
  ///   - moments: The units of the arm.
  ///   - kind: What the metric says of it.
  package init?(_ moments: UnitMoments, _ kind: MetricKind) {
    guard moments.count > 0, moments.isFinite else { return nil }
    count = moments.count
    successes = moments.successes
    let size = Double(moments.count)
    switch kind {
    case .mean:
      let freedom = max(1, size - 1)
      value = moments.mean(.numerator)
      variance = moments.product(.numerator, .numerator) / freedom
      covariate = moments.mean(.covariate)
      covariateVariance = moments.product(.covariate, .covariate) / freedom
      covariance = moments.product(.numerator, .covariate) / freedom
    case .proportion:
      let share = Double(moments.successes) / size
      let covariateShare = Double(moments.covariateSuccesses) / size
      value = share
      variance = share * (Double(moments.count - moments.successes) / size)
      covariate = covariateShare
      covariateVariance =
        covariateShare * (Double(moments.count - moments.covariateSuccesses) / size)
      covariance = Double(moments.jointSuccesses) / size - share * covariateShare
    case .ratio:
      guard let ratio = LinearisedRatio(moments, .numerator, .denominator) else { return nil }
      let freedom = max(1, size - 1)
      value = ratio.value
      variance = ratio.product(ratio, moments) / freedom
      let other = LinearisedRatio(moments, .covariate, .covariateDenominator)
      covariate = other?.value
      covariateVariance = other.map { $0.product($0, moments) / freedom } ?? 0
      covariance = other.map { ratio.product($0, moments) / freedom } ?? 0
    }
    guard value.isFinite, variance.isFinite, covariateVariance.isFinite, covariance.isFinite else {
      return nil
    }
  }
}

/// A ratio of sums as a sum: the deviation of one unit is (M − R D)/D̄.
///
/// A. Deng, U. Knoblich, J. Lu, *KDD* 2018, §3.
private struct LinearisedRatio {
  /// How much of a variance may be left of its terms and still be rounding.
  private static let rounding = 1e-14

  let value: Double
  private let numerator: UnitMoments.Variable
  private let denominator: UnitMoments.Variable
  private let mean: Double

  init?(
    _ moments: UnitMoments,
    _ numerator: UnitMoments.Variable,
    _ denominator: UnitMoments.Variable
  ) {
    mean = moments.mean(denominator)
    value = moments.mean(numerator) / mean
    self.numerator = numerator
    self.denominator = denominator
    guard mean != 0, value.isFinite else { return nil }
  }

  /// The sum of the products of the deviations of two ratios.
  func product(_ other: LinearisedRatio, _ moments: UnitMoments) -> Double {
    let terms = [
      moments.product(numerator, other.numerator),
      -other.value * moments.product(numerator, other.denominator),
      -value * moments.product(denominator, other.numerator),
      value * other.value * moments.product(denominator, other.denominator),
    ]
    let sum = terms.reduce(0, +)
    let size = terms.reduce(0) { $0 + abs($1) }
    return abs(sum) <= size * Self.rounding ? 0 : sum / mean / other.mean
  }
}
