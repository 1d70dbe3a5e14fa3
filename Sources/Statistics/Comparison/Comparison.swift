/// All that is said of one metric of a treatment against the control.
///
/// The headline is the absolute test, and Fieller's interval for the lift; delta and log intervals are there to compare with
/// other tools. Whatever is undefined is `nil`, and ``status`` says why: no value is ever infinite or no number.
package struct Comparison: Sendable, Equatable {
  /// Whether there is a test.
  package enum Status: String, Sendable {
    case ok
    /// An arm has fewer than 2 identities.
    case tooFewIdentities = "fewer_than_2_identities"
    /// The denominators of an arm add up to 0.
    case noDenominator = "zero_denominator"
    /// All identities of both arms have the same value.
    case zeroVariance = "zero_variance"
    /// A value is no number, or a result is beyond the range of doubles.
    case outOfRange = "out_of_range"
  }

  /// What to know before the numbers are believed.
  package enum Warning: String, Sendable {
    case fewSuccesses = "fewer_than_5_successes_or_failures_in_an_arm"
    case constantArm = "zero_variance_in_one_arm"
  }

  /// Whether there is a lift.
  package enum RelativeStatus: String, Sendable {
    case ok
    /// The control's value is 0, or the quotient is out of range.
    case undefined
  }

  package let kind: MetricKind
  /// The α of the intervals; 0, of which there are none, where what was asked for is not between 0 and 1.
  package let alpha: Double
  package private(set) var status = Status.ok
  package private(set) var warnings: [Warning] = []
  package let controlCount: Int
  package let treatmentCount: Int
  package private(set) var control: ArmSummary?
  package private(set) var treatment: ArmSummary?
  /// θ, where the comparison adjusts; 0 where there was nothing to adjust by.
  package private(set) var theta: Double?
  /// The share of the squared error that adjusting took away.
  package private(set) var varianceReduction: Double?
  /// Δ, defined also where there is no test.
  package private(set) var difference: Double?

  package private(set) var absolute: MeanTest?
  package private(set) var sequentialAbsolute: SequentialTest?
  package private(set) var flatAbsolute: Posterior?
  package private(set) var priorAbsolute: Posterior?

  package private(set) var relativeStatus = RelativeStatus.undefined
  /// L = Δ/|R_c|.
  package private(set) var lift: Double?
  package private(set) var fieller: FiellerLift?
  package private(set) var delta: MeanTest?
  package private(set) var log: LogLift?
  package private(set) var sequentialRelative: SequentialTest?
  package private(set) var flatRelative: Posterior?
  package private(set) var priorRelative: Posterior?

  /// For proportions that are not adjusted.
  package private(set) var proportions: ProportionIntervals?
  /// The lift that would have been found with the target power so far, (z + z_β)·SE/|R_c|.
  package private(set) var detectableLift: Double?

  /// Compares two arms.
  ///
  /// - Parameters:
  ///   - controlMoments: The units of the control.
  ///   - treatmentMoments: The units of the treatment, from the same pivot.
  ///   - kind: What the metric says of an arm.
  ///   - adjusts: Whether the covariate is used (CUPED).
  ///   - settings: What was fixed in advance.
  ///   - alpha: The α of the intervals, if it is not that of the settings.
  package init(
    control controlMoments: UnitMoments,
    treatment treatmentMoments: UnitMoments,
    kind: MetricKind,
    adjusts: Bool,
    settings: AnalysisSettings,
    alpha: Double? = nil
  ) {
    self.kind = kind
    let asked = alpha ?? settings.alpha
    self.alpha = asked > 0 && asked < 1 ? asked : 0
    controlCount = controlMoments.count
    treatmentCount = treatmentMoments.count
    control = ArmSummary(controlMoments, kind)
    treatment = ArmSummary(treatmentMoments, kind)
    if adjusts { theta = 0 }
    guard let control, let treatment else {
      status = Self.status(ofMissing: [controlMoments, treatmentMoments])
      return
    }
    let gap =
      kind == .mean
      ? treatmentMoments.mean(.numerator, above: controlMoments) : treatment.value - control.value
    let adjustment =
      adjusts
      ? CovariateAdjustment((controlMoments, control), (treatmentMoments, treatment), kind) : nil
    compare(control, treatment, gap: gap, adjustment, adjusts: adjusts, settings)
  }

  private static func status(ofMissing arms: [UnitMoments]) -> Status {
    if arms.contains(where: { $0.count < 1 }) { return .tooFewIdentities }
    if arms.contains(where: { !$0.isFinite }) { return .outOfRange }
    return arms.contains { $0.mean(.denominator) == 0 } ? .noDenominator : .outOfRange
  }

  private mutating func compare(
    _ control: ArmSummary,
    _ treatment: ArmSummary,
    gap: Double,
    _ adjustment: CovariateAdjustment?,
    adjusts: Bool,
    _ settings: AnalysisSettings
  ) {
    if kind == .proportion {
      if ProportionIntervals.hasSmallCell(control, treatment) { warnings.append(.fewSuccesses) }
      if !adjusts { proportions = ProportionIntervals(control, treatment, alpha: alpha) }
    }
    let estimate =
      adjustment.map { adjustment in
        gap - adjustment.theta * ((treatment.covariate ?? 0) - (control.covariate ?? 0))
      } ?? gap
    guard estimate.isFinite else {
      status = .outOfRange
      return
    }
    difference = estimate
    if adjusts {
      theta = adjustment?.theta ?? 0
    }
    guard control.count >= 2, treatment.count >= 2 else {
      status = .tooFewIdentities
      return
    }
    let ofControl =
      (adjustment?.variance(control) ?? control.variance) / Double(control.count)
    let ofTreatment =
      (adjustment?.variance(treatment) ?? treatment.variance) / Double(treatment.count)
    let squaredError = ofControl + ofTreatment
    guard squaredError > 0 else {
      status = .zeroVariance
      return
    }
    if ofControl == 0 || ofTreatment == 0 { warnings.append(.constantArm) }
    let degreesOfFreedom = MeanTest.degreesOfFreedom(
      ofTreatment,
      of: treatment.count,
      ofControl,
      of: control.count
    )
    let standardError = squaredError.squareRoot()
    guard
      let critical = StudentDistribution.critical(alpha, degreesOfFreedom: degreesOfFreedom),
      let test = MeanTest(
        estimate: estimate,
        standardError: standardError,
        degreesOfFreedom: degreesOfFreedom,
        critical: critical
      )
    else {
      status = .outOfRange
      return
    }
    absolute = test
    if adjusts {
      let unadjusted = control.squaredError + treatment.squaredError
      varianceReduction = unadjusted > 0 ? 1 - squaredError / unadjusted : 0
    }
    let base = abs(control.value)
    sequentialAbsolute = sequential(test, settings)
    flatAbsolute = Posterior(estimate, standardError: standardError, alpha: alpha)
    priorAbsolute = Posterior(
      estimate,
      standardError: standardError,
      alpha: alpha,
      priorMean: settings.priorMean * base,
      priorDeviation: settings.priorDeviation * base
    )
    relate(
      test,
      control,
      treatment,
      (ofControl, ofTreatment),
      adjustment,
      settings
    )
  }

  private func sequential(_ test: MeanTest, _ settings: AnalysisSettings) -> SequentialTest? {
    SequentialTest(
      test.estimate,
      standardError: test.standardError,
      count: controlCount + treatmentCount,
      alpha: alpha,
      tuning: settings.sequentialTuning
    )
  }

  /// All that is relative to the control's value.
  private mutating func relate(
    _ test: MeanTest,
    _ control: ArmSummary,
    _ treatment: ArmSummary,
    _ squaredErrors: (control: Double, treatment: Double),
    _ adjustment: CovariateAdjustment?,
    _ settings: AnalysisSettings
  ) {
    let base = abs(control.value)
    let lift = test.estimate / base
    guard base > 0, lift.isFinite else { return }
    relativeStatus = .ok
    self.lift = lift
    let shared =
      (control.variance - (adjustment?.theta ?? 0) * control.covariance) / Double(control.count)
    fieller = FiellerLift(
      test,
      base: control.value,
      error: control.squaredError,
      shared: shared
    )
    log = LogLift(
      control: (
        adjustment?.value(control) ?? control.value, squaredErrors.control, control.count
      ),
      treatment: (
        adjustment?.value(treatment) ?? treatment.value, squaredErrors.treatment, treatment.count
      ),
      alpha: alpha
    )
    if let z = NormalDistribution.upperQuantile(settings.alpha / 2),
      let power = NormalDistribution.quantile(settings.targetPower)
    {
      let detectable = (z + power) * (test.standardError / base)
      detectableLift = detectable.isFinite ? detectable : nil
    }
    let error = deltaError(test, control, treatment, shared: shared)
    guard
      let test = MeanTest(
        estimate: lift,
        standardError: error,
        degreesOfFreedom: test.degreesOfFreedom,
        critical: test.critical
      )
    else { return }
    delta = test
    sequentialRelative = sequential(test, settings)
    flatRelative = Posterior(test.estimate, standardError: error, alpha: alpha)
    priorRelative = Posterior(
      test.estimate,
      standardError: error,
      alpha: alpha,
      priorMean: settings.priorMean,
      priorDeviation: settings.priorDeviation
    )
  }

  /// The standard error of the lift by the delta method; unadjusted, √(V_t/(n_t R_c²) + V_c R_t²/(n_c R_c⁴)).
  ///
  /// With an adjustment the gradient is taken where GrowthBook takes it, since its figure is what this one is compared with: at the
  /// unadjusted values of means and proportions, at the adjusted ratio.
  private func deltaError(
    _ test: MeanTest,
    _ control: ArmSummary,
    _ treatment: ArmSummary,
    shared: Double
  ) -> Double {
    let base = control.value
    let lift = (kind == .ratio ? test.estimate : treatment.value - base) / base
    let ofTest = test.standardError / base
    let ofControl = control.squaredError.squareRoot() / base * lift
    let square = ofTest * ofTest + ofControl * ofControl + 2 * lift * (shared / base / base)
    return max(0, square).squareRoot()
  }
}
