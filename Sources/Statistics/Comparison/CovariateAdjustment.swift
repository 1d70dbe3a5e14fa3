/// What a covariate from before the experiment takes out of a metric: CUPED.
///
/// A. Deng, Y. Xu, R. Kohavi, T. Walker, *WSDM* 2013, eq. 4. θ is pooled over both arms stacked; for a ratio it is that of
/// the linearised values.
struct CovariateAdjustment {
  let theta: Double
  /// The covariate's value in both arms together.
  let center: Double

  /// `nil` where covariate or metric do not vary: the metric is then left as it is.
  init?(
    _ control: (moments: UnitMoments, summary: ArmSummary),
    _ treatment: (moments: UnitMoments, summary: ArmSummary),
    _ kind: MetricKind
  ) {
    guard let ofControl = control.summary.covariate,
      let ofTreatment = treatment.summary.covariate
    else { return nil }
    let sizes = (Double(control.summary.count), Double(treatment.summary.count))
    let total = sizes.0 + sizes.1
    var covariance: Double
    var covariateVariance: Double
    let variance: Double
    switch kind {
    case .ratio:
      covariance = control.summary.covariance + treatment.summary.covariance
      covariateVariance = control.summary.covariateVariance + treatment.summary.covariateVariance
      variance = control.summary.variance + treatment.summary.variance
      let sum =
        control.moments.mean(.covariate) * (sizes.0 / total)
        + treatment.moments.mean(.covariate) * (sizes.1 / total)
      let divisor =
        control.moments.mean(.covariateDenominator) * (sizes.0 / total)
        + treatment.moments.mean(.covariateDenominator) * (sizes.1 / total)
      center = sum / divisor
    case .mean:
      let weight = sizes.0 * (sizes.1 / total)
      let step = treatment.moments.mean(.covariate, above: control.moments)
      let rise = treatment.moments.mean(.numerator, above: control.moments)
      func pooled(_ one: UnitMoments.Variable, _ other: UnitMoments.Variable) -> Double {
        control.moments.product(one, other) + treatment.moments.product(one, other)
      }
      covariance = pooled(.numerator, .covariate) + weight * rise * step
      covariateVariance = pooled(.covariate, .covariate) + weight * step * step
      variance = pooled(.numerator, .numerator) + weight * rise * rise
      center = ofControl * (sizes.0 / total) + ofTreatment * (sizes.1 / total)
    case .proportion:
      let successes = Double(control.moments.successes + treatment.moments.successes)
      let others = Double(
        control.moments.covariateSuccesses + treatment.moments.covariateSuccesses
      )
      let joint = Double(control.moments.jointSuccesses + treatment.moments.jointSuccesses)
      covariance = joint - successes * (others / total)
      covariateVariance = others * ((total - others) / total)
      variance = successes * ((total - successes) / total)
      center = others / total
    }
    theta = covariance / covariateVariance
    guard covariateVariance > 0, variance > 0, theta.isFinite, center.isFinite else { return nil }
  }

  /// The variance of what is left, V + θ²V_X − 2θC.
  func variance(_ arm: ArmSummary) -> Double {
    let terms = (arm.variance, theta * theta * arm.covariateVariance, 2 * theta * arm.covariance)
    let left = terms.0 + terms.1 - terms.2
    return left <= (terms.0 + terms.1) * 1e-14 ? 0 : left
  }

  /// The value of what is left, R − θ(P − center).
  func value(_ arm: ArmSummary) -> Double {
    arm.value - theta * ((arm.covariate ?? center) - center)
  }
}
