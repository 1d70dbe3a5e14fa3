/// What was measured of one identity.
package struct UnitValues: Sendable, Equatable {
  /// What a mean is the mean of; a proportion counts the identities in which it is above 0.
  package var numerator: Double
  /// What a ratio divides by.
  package var denominator: Double
  /// The same as the numerator, from before the identity's first exposure.
  package var covariate: Double
  /// The same as the denominator, from before the identity's first exposure.
  package var covariateDenominator: Double

  package init(
    numerator: Double,
    denominator: Double = 1,
    covariate: Double = 0,
    covariateDenominator: Double = 1
  ) {
    self.numerator = numerator
    self.denominator = denominator
    self.covariate = covariate
    self.covariateDenominator = covariateDenominator
  }

  var vector: SIMD4<Double> {
    SIMD4(numerator, denominator, covariate, covariateDenominator)
  }
}

/// What a metric says of an arm.
package enum MetricKind: String, CaseIterable, Sendable {
  /// The mean of the numerators.
  case mean
  /// The share of identities whose numerator is above 0.
  case proportion
  /// The sum of the numerators over the sum of the denominators.
  case ratio
}
