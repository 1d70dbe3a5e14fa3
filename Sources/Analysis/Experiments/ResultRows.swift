internal import Bytes
internal import Statistics

/// The rows of results: as of the last date with all slices, and as of every date for the whole population.
struct ResultRows {
  private(set) var final: [ResultRow] = []
  private(set) var series: [ResultRow] = []

  private let maker: ExperimentReportMaker
  private let settings: AnalysisSettings
  private let overallPValue: Double?

  init(_ maker: ExperimentReportMaker, sampleRatio: SampleRatioFinding) {
    self.maker = maker
    overallPValue = sampleRatio.report.pValue
    var settings = AnalysisSettings()
    settings.alpha = maker.plan.alpha
    settings.sequentialTuning = maker.plan.sequentialTuning
    settings.priorMean = maker.plan.prior.mean
    settings.priorDeviation = maker.plan.prior.deviation
    settings.targetPower = maker.plan.targetPower
    settings.targetEffect = maker.plan.targetEffect
    self.settings = settings
    let days = maker.calendar.days
    for day in days.indices {
      let place = day - days.lowerBound
      var rows = rows(maker.tally.moments[place], day: place)
      adjust(&rows)
      series += rows
      if day == days.upperBound - 1 { final = rows }
    }
    guard let last = days.indices.last else { return }
    var slices: [ResultRow] = []
    for (key, moments) in maker.tally.slices.sorted(by: { $0.key < $1.key }) {
      var rows = rows(moments, day: last - days.lowerBound)
      let pValue = slicePValue(key, sampleRatio)
      for place in rows.indices {
        rows[place].dimension = maker.plan.slices[key.slice].name
        rows[place].dimensionValue = key.value.string
        rows[place].sampleRatioPValue = pValue
      }
      slices += rows
    }
    adjust(&slices)
    final += slices
  }

  private func slicePValue(
    _ key: ExperimentTally.SliceKey,
    _ sampleRatio: SampleRatioFinding
  ) -> Double? {
    guard let shares = sampleRatio.shares, let counts = maker.tally.sliceCounts[key] else {
      return nil
    }
    return SampleRatioTest(observed: counts, weights: shares).probability?.value
  }

  /// One row for each metric and treatment.
  private func rows(_ moments: [ArmMoments], day: Int) -> [ResultRow] {
    maker.plan.metrics.indices.flatMap { metric in
      maker.arms.arms.indices.dropFirst().map { arm in
        row(metric, arm, moments[metric], day: day)
      }
    }
  }

  private func row(_ place: Int, _ arm: Int, _ moments: ArmMoments, day: Int) -> ResultRow {
    let metric = maker.plan.metrics[place]
    let comparison = Comparison(
      control: moments.moments(0),
      treatment: moments.moments(arm),
      kind: metric.kind,
      adjusts: metric.covariateLookback != nil,
      settings: settings
    )
    var row = ResultRow(comparison)
    row.experiment = maker.plan.name
    row.environment = maker.environment
    row.feature = maker.plan.feature
    row.asOf = DateTexts.date(maker.calendar.days.lowerBound + day)
    row.windowStart = DateTexts.date(maker.plan.start)
    row.windowEnd = DateTexts.date(maker.calendar.days.lowerBound + day + 1)
    row.metric = metric.name
    row.role = metric.role.rawValue
    row.direction = metric.direction.rawValue
    row.control = maker.arms.arms[0].name
    row.treatment = maker.arms.arms[arm].name
    row.cap = maker.caps[place].flatMap { $0[day] }
    row.sampleRatioPValue = day == maker.calendar.days.count - 1 ? overallPValue : nil
    row.multipleVariants = maker.tally.multipleVariants[day]
    if comparison.status == .ok, isTooEarly(comparison) { row.status = "collecting_data" }
    return row
  }

  /// Whether there are too few identities, or conversions, for a verdict.
  private func isTooEarly(_ comparison: Comparison) -> Bool {
    let least = ExperimentReportMaker.leastIdentities
    if comparison.controlCount < least || comparison.treatmentCount < least { return true }
    guard comparison.kind == .proportion else { return false }
    return [comparison.control, comparison.treatment].contains { arm in
      (arm?.successes ?? 0) < ExperimentReportMaker.leastConversions
    }
  }

  /// Adjusts the p-values of all goals among rows that belong together.
  private func adjust(_ rows: inout [ResultRow]) {
    let goal = ExperimentPlan.Metric.Role.goal.rawValue
    let family = rows.indices.filter { rows[$0].role == goal && rows[$0].pValue != nil }
    let values = family.map { rows[$0].pValue ?? 1 }
    let holm = Multiplicity.holm(values)
    let bh = Multiplicity.benjaminiHochberg(values)
    for (place, row) in family.enumerated() {
      rows[row].holmPValue = holm[place]
      rows[row].bhPValue = bh[place]
    }
  }
}

extension ResultRow {
  /// The numbers of a comparison.
  fileprivate init(_ comparison: Comparison) {
    self.init()
    metricType = comparison.kind.rawValue
    controlCount = comparison.controlCount
    treatmentCount = comparison.treatmentCount
    controlValue = comparison.control?.value
    treatmentValue = comparison.treatment?.value
    controlDeviation = comparison.control?.standardDeviation
    treatmentDeviation = comparison.treatment?.standardDeviation
    effect = comparison.difference
    standardError = comparison.absolute?.standardError
    degreesOfFreedom = comparison.absolute?.degreesOfFreedom
    effectLow = comparison.absolute?.interval.low
    effectHigh = comparison.absolute?.interval.high
    pValue = comparison.absolute?.pValue
    log10PValue = comparison.absolute?.log10PValue
    setLift(comparison)
    deltaLow = comparison.delta?.interval.low
    deltaHigh = comparison.delta?.interval.high
    deltaPValue = comparison.delta?.pValue
    logLow = comparison.log?.interval.low
    logHigh = comparison.log?.interval.high
    sequentialLow = comparison.sequentialAbsolute?.interval.low
    sequentialHigh = comparison.sequentialAbsolute?.interval.high
    sequentialPValue = comparison.sequentialAbsolute?.pValue
    chanceToWin = comparison.priorAbsolute?.chanceToWin
    treatmentLoss = comparison.priorAbsolute?.lossOfTreatment
    theta = comparison.theta
    varianceReduction = comparison.varianceReduction
    minimumDetectableEffect = comparison.detectableLift
    status = comparison.status.rawValue
    warnings = comparison.warnings.map(\.rawValue)
  }

  private mutating func setLift(_ comparison: Comparison) {
    lift = comparison.lift
    guard let fieller = comparison.fieller else {
      liftStatus = comparison.relativeStatus.rawValue
      return
    }
    switch fieller.bounds {
    case .interval(let interval):
      liftStatus = "ok"
      (liftLow, liftHigh) = (interval.low, interval.high)
    case .outside(let low, let high?) where comparison.kind == .proportion && low ?? -1 <= -1:
      // A share cannot be negative, nor a lift below −1.
      liftStatus = "at_least"
      liftLow = high
    case .outside, .everything: liftStatus = "unbounded"
    }
  }
}
