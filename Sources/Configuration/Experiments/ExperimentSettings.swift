internal import Analysis

extension DeclaredExperiment {
  /// The settings of the experiment with their keys, those too that are defaults, in words.
  package var settings: [(key: String, value: String, origin: SettingOrigin)] {
    rows.map { row in
      let origin = place(of: row.key).map(SettingOrigin.file) ?? .standard
      return ("\(key).\(row.key)", row.value, origin)
    }
  }

  private var rows: [(key: String, value: String)] {
    [
      ("name", plan.name),
      ("feature", plan.feature),
      ("environment", plan.environment.map { "\($0)" } ?? ""),
      ("start", DateText(days: plan.start).settingText),
      ("end", DateText(days: plan.end).settingText),
      ("exposed_when", plan.exposure.settingText),
      ("variants", plan.variants.map(\.words).joined(separator: ", ")),
      ("control", plan.control ?? ""),
      ("alpha", "\(plan.alpha)"),
      ("correction", plan.correction.settingText),
      ("sequential_tuning", "\(plan.sequentialTuning)"),
      ("prior.mean", "\(plan.prior.mean)"),
      ("prior.deviation", "\(plan.prior.deviation)"),
      ("power.target", "\(plan.targetPower)"),
      ("power.effect", "\(plan.targetEffect)"),
    ]
      + plan.metrics.enumerated().map { ("metrics[\($0.offset)]", $0.element.words) }
      + plan.slices.enumerated().map { ("slices[\($0.offset)]", $0.element.words) }
  }
}

extension ExperimentPlan.Variant {
  fileprivate var words: String {
    let share = weight.map { ", weight \($0)" } ?? ""
    return "\(name) (\(Wording.value(value))\(share))"
  }
}

extension ExperimentPlan.Slice {
  fileprivate var words: String {
    switch self {
    case .segment(let name): "segment \(name)"
    case .trait(let name): "trait \(name)"
    }
  }
}

extension ExperimentPlan.Metric {
  /// Everything about it, in the words of its keys.
  fileprivate var words: String {
    var words = ["\(name): \(aggregation.rawValue) of \(source.words)"]
    if let denominator {
      words.append("denominator \(denominator.aggregation.rawValue) of \(denominator.source.words)")
    }
    words += [role.rawValue, direction.rawValue]
    if role == .guardrail { words.append("margin \(margin)") }
    if let conversionWindow {
      let length = PeriodLength(microseconds: conversionWindow)
      words.append("conversion_window \(length.settingText)")
    }
    if let winsorization { words.append("winsorize \(winsorization)") }
    if let covariateLookback {
      words.append("covariate \(PeriodLength(microseconds: covariateLookback).settingText)")
    }
    return words.joined(separator: ", ")
  }
}

extension ExperimentPlan.MetricSource {
  fileprivate var words: String {
    switch self {
    case .trait(let name): return "trait \(name)"
    case .segment(let name): return "segment \(name)"
    case .events(let source):
      let event = source.event.map { "event \($0)" } ?? "all events"
      let format = source.format.map { " as \($0.rawValue)" } ?? ""
      let names = source.columns
      let columns = "\(names.identity), \(names.time), \(names.event), \(names.value)"
      return "\(event) in \(source.path)\(format) (columns \(columns))"
    }
  }
}
