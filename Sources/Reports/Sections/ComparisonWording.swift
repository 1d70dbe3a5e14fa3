internal import Analysis

/// What is said of a comparison, in a sentence.
struct ComparisonWording {
  private let report: ExperimentReport

  init(_ report: ExperimentReport) { self.report = report }

  /// `95 %`.
  var level: String {
    let share = (1 - report.settings.alpha) * 100
    return Numbers.text(share, decimals: share == share.rounded() ? 0 : 1) + "\u{202F}%"
  }

  static func mark(_ judgement: Judgement) -> (kind: Markup, mark: Markup) {
    switch judgement {
    case .better: ("good", "▲ Better:")
    case .worse: ("bad", "▼ Worse:")
    case .undecided: ("neutral", "◆ Open:")
    case .collecting: ("neutral", "… Collecting:")
    case .notComputed: ("neutral", "– Not computed:")
    }
  }

  /// What is said of the effect of a treatment on a metric.
  func sentence(_ row: ResultRow, _ judgement: Judgement) -> Markup {
    switch judgement {
    case .better, .worse:
      let verb = (row.effect ?? 0) > 0 ? "raised" : "lowered"
      let wanted = judgement == .better ? "" : ", which is not the direction wanted"
      return
        "\(name: row.treatment) \(verb) \(name: row.metric) by \(size(row)) against \(name: row.control)\(wanted)."
    case .undecided:
      let soFar = report.isOver ? "" : " so far"
      return
        "No difference detected\(soFar) in \(name: row.metric) between \(name: row.treatment) and \(name: row.control)\(reach(row))."
    case .collecting:
      return "No verdict yet for \(name: row.metric) with \(name: row.treatment): too few data."
    case .notComputed:
      return "\(name: row.metric) with \(name: row.treatment): \(Phrases.notComputed(row.status))."
    }
  }

  /// The effect without its sign, and its interval with it.
  private func size(_ row: ResultRow) -> String {
    let effect = row.effect ?? 0
    let scaling = Scaling.effect(row.metricType)
    if !report.isOver, let low = row.sequentialLow, let high = row.sequentialHigh {
      let size = scaling.text(effect.magnitude, spread: (high - low) / 2, isLong: true)
      return "\(size) (\(level) sequential interval \(scaling.text(low, high) ?? ""))"
    }
    if row.liftStatus == "ok", let lift = row.lift, let low = row.liftLow, let high = row.liftHigh {
      let size = Scaling.percent.text(lift.magnitude, spread: (high - low) / 2)
      return "\(size) (\(level) interval \(Scaling.percent.text(low, high) ?? ""))"
    }
    let spread = row.effectLow.flatMap { low in row.effectHigh.map { ($0 - low) / 2 } }
    let size = scaling.text(effect.magnitude, spread: spread, isLong: true)
    guard let interval = scaling.text(row.effectLow, row.effectHigh) else { return size }
    return "\(size) (\(level) interval \(interval); \(liftInWords(row)))"
  }

  /// Why the lift is not what is said.
  private func liftInWords(_ row: ResultRow) -> String {
    switch row.liftStatus {
    case "at_least": "the lift is \(Scaling.percent.text(row.liftLow, row.liftHigh) ?? "unbounded")"
    case "unbounded": "the lift is unbounded"
    default: "there is no lift"
    }
  }

  /// Which effects are unlikely.
  private func reach(_ row: ResultRow) -> String {
    if !report.isOver, let low = row.sequentialLow, let high = row.sequentialHigh {
      return "; effects beyond \(Scaling.effect(row.metricType).reach(low, high)) are unlikely"
    }
    if row.liftStatus == "ok", let low = row.liftLow, let high = row.liftHigh {
      return "; effects beyond \(Scaling.percent.reach(low, high)) are unlikely"
    }
    guard let low = row.effectLow, let high = row.effectHigh else { return "" }
    return "; effects beyond \(Scaling.effect(row.metricType).reach(low, high)) are unlikely"
  }

  /// What is said of a guardrail: how it stands, its mark and a sentence without its end.
  func harm(_ row: ResultRow) -> (kind: Markup, mark: Markup, text: Markup) {
    let margin = report.metrics.first { $0.name == row.metric }?.margin
    let limit = margin.map { Scaling.percent.exact($0) } ?? ""
    let what = margin == 0 ? "any harm" : "harm above \(limit)"
    switch row.harm(beyond: margin) {
    case .ruledOut: return ("good", "✓ Held:", "\(what) ruled out")
    case .notRuledOut: return ("bad", "! Open:", "\(what) not ruled out")
    case .unknown where row.status == "collecting_data":
      return ("neutral", "… Collecting:", "no verdict yet, too few data")
    case .unknown where row.status != "ok":
      return ("neutral", "– Not computed:", "\(Phrases.notComputed(row.status))")
    case .unknown:
      let reason = margin == nil ? "no margin is set" : Phrases.noLift(row)
      return ("neutral", "– Not judged:", "\(reason)")
    }
  }
}
