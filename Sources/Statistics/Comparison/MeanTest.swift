/// A t test of an estimate against 0, with its interval.
///
/// B. L. Welch, *Biometrika* 34 (1947) 28.
package struct MeanTest: Sendable, Equatable {
  package let estimate: Double
  package let standardError: Double
  /// ν, by Welch and Satterthwaite.
  package let degreesOfFreedom: Double
  package let t: Double
  package let probability: Probability
  /// t at 1 − α/2.
  package let critical: Double
  package let interval: Interval

  package var pValue: Double { probability.value }
  package var log10PValue: Double { probability.log10 }

  init?(estimate: Double, standardError: Double, degreesOfFreedom: Double, critical: Double) {
    let t = estimate / standardError
    guard standardError > 0, standardError.isFinite, t.isFinite,
      let probability = StudentDistribution.twoSided(t, degreesOfFreedom: degreesOfFreedom),
      let interval = Interval(estimate, halfWidth: critical * standardError)
    else { return nil }
    self.estimate = estimate
    self.standardError = standardError
    self.degreesOfFreedom = degreesOfFreedom
    self.t = t
    self.probability = probability
    self.critical = critical
    self.interval = interval
  }

  /// ν of a difference whose parts have the squared errors `one` and `other`; by their shares, so that no fourth power
  /// leaves the range of doubles.
  static func degreesOfFreedom(
    _ one: Double,
    of oneCount: Int,
    _ other: Double,
    of otherCount: Int
  ) -> Double {
    let share = one / (one + other)
    let rest = other / (one + other)
    return 1
      / (share * share / Double(oneCount - 1) + rest * rest / Double(otherCount - 1))
  }
}
