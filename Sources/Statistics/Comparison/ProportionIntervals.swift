/// What is said of shares besides the test of their difference.
package struct ProportionIntervals: Sendable, Equatable {
  /// Below how many identities in a cell of the table Fisher's test is computed.
  package static let fewest = 5

  /// The share in the control, by Wilson.
  ///
  /// E. B. Wilson, *JASA* 22 (1927) 209.
  package let control: Interval
  package let treatment: Interval
  /// The difference, by Newcombe's method 10.
  ///
  /// R. G. Newcombe, *Statistics in Medicine* 17 (1998) 873.
  package let difference: Interval
  /// Fisher's exact test, two-sided; `nil` where every cell has 5 identities or more.
  package let fisher: Probability?

  init?(_ control: ArmSummary, _ treatment: ArmSummary, alpha: Double) {
    guard let z = NormalDistribution.upperQuantile(alpha / 2),
      let ofControl = Self.wilson(control.successes, of: control.count, z),
      let ofTreatment = Self.wilson(treatment.successes, of: treatment.count, z)
    else { return nil }
    self.control = ofControl
    self.treatment = ofTreatment
    func root(_ one: Double, _ other: Double) -> Double {
      (one * one + other * other).squareRoot()
    }
    let delta = treatment.value - control.value
    let difference = Interval(
      low: delta - root(treatment.value - ofTreatment.low, ofControl.high - control.value),
      high: delta + root(ofTreatment.high - treatment.value, control.value - ofControl.low)
    )
    guard let difference else { return nil }
    self.difference = difference
    fisher =
      Self.hasSmallCell(control, treatment)
      ? HypergeometricDistribution.twoSided(
        control.successes,
        of: control.count,
        treatment.successes,
        of: treatment.count
      ) : nil
  }

  static func hasSmallCell(_ arms: ArmSummary...) -> Bool {
    arms.contains { min($0.successes, $0.count - $0.successes) < fewest }
  }

  /// - Parameters:
  ///   - successes: Identities that did it.
  ///   - count: All identities.
  ///   - z: The normal quantile of the level.
  /// - Returns: The interval, within 0 and 1; `nil` without identities.
  package static func wilson(_ successes: Int, of count: Int, _ z: Double) -> Interval? {
    guard count > 0, (0...count).contains(successes) else { return nil }
    let size = Double(count)
    let share = Double(successes) / size
    let rest = Double(count - successes) / size
    let square = z * z / size
    let middle = share + square / 2
    let width = z / size.squareRoot() * (share * rest + square / 4).squareRoot()
    return Interval(
      low: successes == 0 ? 0 : max(0, (middle - width) / (1 + square)),
      high: successes == count ? 1 : min(1, (middle + width) / (1 + square))
    )
  }
}
