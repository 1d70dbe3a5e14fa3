/// What is to be believed of an effect, after a normal prior and the data (conjugate normal model).
package struct Posterior: Sendable, Equatable {
  package let mean: Double
  package let deviation: Double
  /// P(effect > 0).
  package let chanceToWin: Double
  /// P(effect < 0).
  package let chanceToLose: Probability
  package let interval: Interval
  /// What is lost on average by choosing the control, s h(−r).
  package let lossOfControl: Double
  /// What is lost on average by choosing the treatment, s h(r).
  package let lossOfTreatment: Double

  /// The posterior of a flat prior.
  init?(_ estimate: Double, standardError: Double, alpha: Double) {
    guard standardError > 0, let z = NormalDistribution.upperQuantile(alpha / 2) else { return nil }
    let ratio = estimate / standardError
    guard let lose = NormalDistribution.lowerTail(-ratio),
      let win = NormalDistribution.lowerTail(ratio),
      let treatment = NormalDistribution.unitLoss(ratio),
      let control = NormalDistribution.unitLoss(-ratio),
      let interval = Interval(estimate, halfWidth: z * standardError),
      (treatment * standardError).isFinite, (control * standardError).isFinite
    else { return nil }
    mean = estimate
    deviation = standardError
    chanceToWin = win.value
    chanceToLose = lose
    self.interval = interval
    lossOfControl = control * standardError
    lossOfTreatment = treatment * standardError
  }

  /// The posterior of a normal prior.
  init?(
    _ estimate: Double,
    standardError: Double,
    alpha: Double,
    priorMean: Double,
    priorDeviation: Double
  ) {
    guard priorDeviation > 0, standardError > 0 else { return nil }
    // Shares of the precision, in a form that neither over- nor underflows.
    let quotient = standardError / priorDeviation
    let dataShare = 1 / (1 + quotient * quotient)
    let priorShare = 1 - dataShare
    let mean =
      estimate * dataShare + priorMean
      * (quotient < 1 ? quotient * quotient * dataShare : priorShare)
    guard mean.isFinite else { return nil }
    self.init(mean, standardError: standardError * dataShare.squareRoot(), alpha: alpha)
  }
}
