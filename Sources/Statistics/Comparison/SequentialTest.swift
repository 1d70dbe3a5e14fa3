/// A test that may be looked at any number of times: an asymptotic confidence sequence.
///
/// I. Waudby-Smith, D. Arbour, R. Sinha, E. H. Kennedy, A. Ramdas, *Time-uniform central limit theory and asymptotic
/// confidence sequences*, arXiv 2103.06476: eq. 9 (the interval), 155 (p), 161 (ρ).
package struct SequentialTest: Sendable, Equatable {
  package let rho: Double
  /// Identities of both arms.
  package let count: Int
  package let halfWidth: Double
  package let interval: Interval
  package let probability: Probability

  package var pValue: Double { probability.value }

  init?(
    _ estimate: Double,
    standardError: Double,
    count: Int,
    alpha: Double,
    tuning: Double
  ) {
    let loss = -2 * naturalLog(alpha)
    let rhoSquare = (loss + naturalLog(loss + 1)) / tuning
    let size = Double(count)
    let mixture = size * rhoSquare + 1
    let z = estimate / standardError
    let width =
      2 * mixture / (size * rhoSquare) * (naturalLog(mixture) / 2 - naturalLog(alpha))
    let halfWidth = standardError * width.squareRoot()
    let log = min(0, naturalLog(mixture) / 2 - (mixture - 1) / mixture * z * z / 2)
    guard tuning > 0, count > 0, rhoSquare > 0, halfWidth.isFinite, log.isFinite,
      let interval = Interval(estimate, halfWidth: halfWidth)
    else { return nil }
    rho = rhoSquare.squareRoot()
    self.count = count
    self.halfWidth = halfWidth
    self.interval = interval
    probability = Probability(log: log)
  }
}
