internal import Bytes

/// What may be said of a comparison.
package enum Judgement: Sendable, Equatable {
  /// The treatment differs in the direction that is wanted.
  case better
  /// It differs in the other direction.
  case worse
  /// No difference was detected.
  case undecided
  /// There are too few identities or conversions for a verdict.
  case collecting
  /// There is no test; the status of the row says why.
  case notComputed
}

/// What may be said of the harm that a guardrail guards against.
package enum Harm: Sendable, Equatable {
  /// The interval of the lift lies above the margin.
  case ruledOut
  case notRuledOut
  /// There is no interval, or no margin.
  case unknown
}

extension ExperimentReport {
  /// Whether the results take in the last date of the plan.
  ///
  /// Before, a test that is made once is not valid, because somebody looks every day.
  package var isOver: Bool {
    guard let last = CivilDate(asOf), let end = CivilDate(end) else { return true }
    return last.daysSinceEpoch + 1 >= end.daysSinceEpoch
  }

  /// Whether a check says that the results are not to be trusted.
  package var isTrusted: Bool { !checks.contains { $0.status == "failed" } }

  /// How many comparisons of the whole population are judged together: all goals by all treatments.
  package var familyCount: Int {
    results.count { $0.dimension.isEmpty && $0.role == "goal" && $0.pValue != nil }
  }

  /// What may be said of a comparison.
  ///
  /// In the end the adjusted p-value decides; until then the sequential one does, which holds however often one looks, by
  /// Bonferroni's rule for the comparisons that are judged together. Slices have no sequential rule of their own and wait for the end.
  package func judgement(of row: ResultRow) -> Judgement {
    if row.status == "collecting_data" { return .collecting }
    guard row.status == "ok", let effect = row.effect, row.pValue != nil else {
      return .notComputed
    }
    guard isDetected(row), effect != 0 else { return .undecided }
    return (effect > 0) == (row.direction == "increase") ? .better : .worse
  }

  private func isDetected(_ row: ResultRow) -> Bool {
    if isOver {
      return (adjustedPValue(of: row) ?? row.pValue).map { $0 < settings.alpha } ?? false
    }
    guard row.dimension.isEmpty, let pValue = row.sequentialPValue else { return false }
    return pValue < settings.alpha / Double(max(1, row.role == "goal" ? familyCount : 1))
  }

  /// The p-value by the correction of the plan; `nil` where there is none.
  package func adjustedPValue(of row: ResultRow) -> Double? {
    settings.correction == "bh" ? row.bhPValue : row.holmPValue
  }
}

extension ResultRow {
  /// Whether harm beyond a margin, a share of the control's value, is ruled out.
  package func harm(beyond margin: Double?) -> Harm {
    guard status == "ok", let margin else { return .unknown }
    guard let worst = worstLift else { return liftStatus == "ok" ? .unknown : .notRuledOut }
    return worst > -margin ? .ruledOut : .notRuledOut
  }

  /// The end of the lift's interval that is the worse, negative where it is harm.
  package var worstLift: Double? {
    direction == "decrease" ? liftHigh.map { -$0 } : liftLow
  }
}
