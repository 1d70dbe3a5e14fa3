/// How many identities it takes to find an effect, and which effect so many can find; never computed from the effect found.
package struct Power: Sendable, Equatable {
  /// What a test can find; for the absolute one n = 2(z + z_β)²k/e², with k = V/R².
  ///
  /// J. M. Bland, *An Introduction to Medical Statistics*, chapter 18.
  package struct Design: Sendable, Equatable {
    /// The chance to find the target effect.
    package let power: Double
    /// The smallest lift that is found with the target power; `nil` where no lift is.
    package let detectableLift: Double?
    /// Identities per arm that the target effect takes.
    package let countPerArm: Double
  }

  package let value: Double
  package let variance: Double
  package let countPerArm: Int
  /// For the absolute test.
  package let absolute: Design?
  /// For the test of the lift by the delta method, as GrowthBook has it: k(1 + (1 + e)²) in the place of 2k.
  package let relative: Design?

  package var isDefined: Bool { absolute != nil && relative != nil }

  /// - Parameters:
  ///   - control: The control, which stands for both arms.
  ///   - settings: The error, the power and the effect in question.
  package init(_ control: ArmSummary, _ settings: AnalysisSettings) {
    value = control.value
    variance = control.variance
    countPerArm = control.count
    let spread = control.standardDeviation / control.value
    let k = spread * spread
    guard k > 0, k.isFinite, control.count > 1,
      let z = NormalDistribution.upperQuantile(settings.alpha / 2),
      let zPower = NormalDistribution.quantile(settings.targetPower), z + zPower > 0
    else {
      absolute = nil
      relative = nil
      return
    }
    let effect = settings.targetEffect
    let size = Double(control.count)
    func design(_ variance: Double, detectable: Double?) -> Design? {
      let count = (z + zPower) / effect * ((z + zPower) / effect) * variance
      let ratio = effect / (variance / size).squareRoot()
      guard count.isFinite, let above = NormalDistribution.upperTail(z - ratio),
        let below = NormalDistribution.upperTail(z + ratio)
      else { return nil }
      return Design(
        power: min(1, above.value + below.value),
        detectableLift: detectable.flatMap { $0.isFinite ? $0 : nil },
        countPerArm: count
      )
    }
    let c = (z + zPower) * (z + zPower) * k / size
    absolute = design(2 * k, detectable: (2 * c).squareRoot())
    // e² = c(1 + (1 + e)²)
    let root = (c + (c * c + 2 * c * (1 - c)).squareRoot()) / (1 - c)
    relative = design(k * (1 + (1 + effect) * (1 + effect)), detectable: c < 1 ? root : nil)
  }
}
