internal import Bytes

/// Checks what the metrics and slices of a plan are made of.
struct SourceCheck {
  private let subject: PlanSubject
  private let seen: (String) -> SeenTraits.Types
  private let traits: [String]
  private let segments: [String]

  /// - Parameters:
  ///   - subject: The plan.
  ///   - seen: Which types of values a trait had.
  ///   - traits: The names of traits.
  ///   - segments: The names of segments.
  init(
    _ subject: PlanSubject,
    _ seen: @escaping (String) -> SeenTraits.Types,
    _ traits: [String],
    _ segments: [String]
  ) {
    self.subject = subject
    self.seen = seen
    self.traits = traits
    self.segments = segments
  }

  func findings() -> [PlanFinding] {
    var findings: [PlanFinding] = []
    for (place, metric) in subject.plan.metrics.enumerated() {
      let key = "metrics[\(place)]"
      findings += check(metric.source, metric.aggregation, "\(key).source")
      if let other = metric.denominator {
        findings += check(other.source, other.aggregation, "\(key).denominator.source")
      }
    }
    for (place, slice) in subject.plan.slices.enumerated() {
      let key = "slices[\(place)]"
      switch slice {
      case .segment(let name): findings += check(segment: name, "\(key).segment")
      case .trait(let name): findings += check(trait: name, nil, "\(key).trait")
      }
    }
    return findings
  }

  private func check(
    _ source: ExperimentPlan.MetricSource,
    _ aggregation: ExperimentPlan.Aggregation,
    _ key: String
  ) -> [PlanFinding] {
    switch source {
    case .segment(let name): check(segment: name, "\(key).segment")
    case .trait(let name): check(trait: name, aggregation, "\(key).trait")
    case .events(let events):
      EventFileCheck(events, needsValue: aggregation.needsNumbers).findings(key)
    }
  }

  private func check(segment name: String, _ key: String) -> [PlanFinding] {
    if segments.contains(where: { $0.utf8.elementsEqual(name.utf8) }) { return [] }
    let advice = Spelling.advice(name, known: segments, of: "segments")
    let what = segments.isEmpty ? "the lake has no segments" : advice
    return [
      PlanFinding(
        severity: subject.severity,
        code: .unknownSegment,
        key: key,
        message: "\(name) was never seen; \(what)"
      )
    ]
  }

  private func check(
    trait name: String,
    _ aggregation: ExperimentPlan.Aggregation?,
    _ key: String
  ) -> [PlanFinding] {
    guard subject.dates != nil else { return [] }
    let types = seen(name)
    if types.isEmpty {
      let others = traits.filter { !seen($0).isEmpty }
      let advice = Spelling.advice(name, known: others, of: "traits")
      let place = subject.knowsEnvironment ? " in \(subject.place)" : ""
      let what = others.isEmpty ? "there were no traits" : advice
      return [
        PlanFinding(
          severity: subject.severity,
          code: .unknownTrait,
          key: key,
          message: "\(name) was not seen\(place) \(subject.period); \(what)"
        )
      ]
    }
    guard let aggregation, aggregation.needsNumbers, !types.contains(.number) else { return [] }
    let found = types.contains(.text) ? "texts" : "null"
    return [
      PlanFinding(
        severity: subject.severity,
        code: .notNumeric,
        key: key,
        message: """
          \(name) was never a number \(subject.period), only \(found); the aggregation \(aggregation.rawValue) \
          needs numbers
          """
      )
    ]
  }
}

extension ExperimentPlan.Aggregation {
  /// Whether it computes with the values, and does not only count them.
  var needsNumbers: Bool {
    switch self {
    case .occurrence, .count: false
    case .sum, .mean, .last, .ratio: true
    }
  }
}
