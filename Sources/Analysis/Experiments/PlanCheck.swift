internal import Bytes
package import Lake

/// Checks plans of experiments against a lake and files of events, without computing anything of the experiments.
///
/// - Complexity: O(*n*) in the observations and trait values of the dates of all plans, which are read once; of files of events the
///   first rows are. In memory are the lake's states, a counter for each value, and the names of traits.
package struct PlanCheck {
  private let lake: LakeReader

  package init(_ lake: LakeReader) { self.lake = lake }

  /// - Returns: What was found, in the order of the plans.
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged`` where the lake cannot be read.
  package func check(_ plans: [ExperimentPlan]) throws -> [PlanCheckResult] {
    let features = try FeatureCatalog(lake)
    let partitions = try lake.files(.observations)
    let subjects = plans.map { plan in
      PlanSubject(plan, features, lakeDays: partitions.compactMap(\.day))
    }
    let seen = try SeenPlanValues(lake, partitions, features, subjects)
    let traits = try SeenTraits(lake, subjects)
    return try zip(subjects, subjects.indices).map { subject, place in
      var findings = subject.findings
      if subject.canBeCounted {
        let check = VariantCheck(subject, seen.values(of: place), features)
        findings += try check.findings(lake)
      }
      findings += SourceCheck(subject, traits.seen(by: place), traits.names, features.segments)
        .findings()
      return PlanCheckResult(
        experiment: subject.plan.name,
        environment: subject.environment ?? subject.plan.environment,
        dates: subject.dates,
        values: seen.values(of: place).sorted(by: subject.plan.variants),
        findings: findings
      )
    }
  }
}

/// A plan, and which part of the lake it is about.
struct PlanSubject {
  /// How many of the last dates are looked at where an experiment has not begun.
  static let previewDayCount = 14

  let plan: ExperimentPlan
  /// What is wrong with the feature, the environment and the dates.
  private(set) var findings: [PlanFinding] = []
  /// The dates that are looked at, in days since 1970-01-01; `nil` where there are none.
  private(set) var dates: Range<Int>?
  /// The environment; meaningless where it is not known.
  private(set) var environment: Int64?
  private(set) var knowsEnvironment = false
  /// Whether it begins after the last date of the lake, so that what is not there may come.
  private(set) var isAhead = false

  init(_ plan: ExperimentPlan, _ features: FeatureCatalog, lakeDays: [Int]) {
    self.plan = plan
    setDates(lakeDays)
    setEnvironment(features)
  }

  /// Whether values of the feature can be looked for.
  var canBeCounted: Bool { dates != nil && knowsEnvironment }

  /// How bad it is that something is not in the lake.
  var severity: PlanFinding.Severity { isAhead ? .warning : .error }

  /// The environment in words.
  var place: String { environment.map { "environment \($0)" } ?? "no environment" }

  /// The dates in words.
  var period: String {
    guard let dates else { return "" }
    return "from \(Wording.date(dates.lowerBound)) to \(Wording.date(dates.upperBound - 1))"
  }

  mutating func add(
    _ severity: PlanFinding.Severity,
    _ code: PlanFinding.Code,
    _ key: String,
    _ message: String
  ) {
    findings.append(PlanFinding(severity: severity, code: code, key: key, message: message))
  }

  private mutating func setDates(_ lakeDays: [Int]) {
    guard let first = lakeDays.min(), let last = lakeDays.max() else {
      add(.error, .noDates, "start", "the lake has no observations yet")
      return
    }
    if lakeDays.contains(where: { plan.start <= $0 && $0 < plan.end }) {
      dates = max(plan.start, first)..<min(plan.end, last + 1)
    } else if last < plan.start {
      isAhead = true
      dates = max(first, last + 1 - Self.previewDayCount)..<last + 1
      add(
        .warning,
        .notBegun,
        "start",
        "\(Wording.date(plan.start)) is after the last date of the lake; what is named is looked for \(period)"
      )
    } else {
      add(
        .error,
        .noDates,
        "start",
        """
        the lake has no date from \(Wording.date(plan.start)) to before \(Wording.date(plan.end)); \
        it has dates from \(Wording.date(first)) to \(Wording.date(last))
        """
      )
    }
  }

  private mutating func setEnvironment(_ features: FeatureCatalog) {
    guard let environments = features.environments(of: plan.feature) else {
      let advice = Spelling.advice(plan.feature, known: features.names, of: "features")
      let what = features.names.isEmpty ? "the lake has no features yet" : advice
      add(severity, .unknownFeature, "feature", "\(plan.feature) was never seen; \(what)")
      return
    }
    let known = environments.map { $0.map { "\($0)" } ?? "none" }.joined(separator: ", ")
    if let given = plan.environment {
      guard environments.contains(given) else {
        let what = "\(plan.feature) was never seen in environment \(given); it was in: \(known)"
        add(severity, .otherEnvironment, "environment", what)
        return
      }
      environment = given
    } else {
      guard environments.count == 1 else {
        let what = "is missing: \(plan.feature) was seen in several environments: \(known)"
        add(.error, .ambiguousEnvironment, "environment", what)
        return
      }
      environment = environments[0]
    }
    knowsEnvironment = true
  }
}

extension [PlanCheckResult.SeenValue] {
  /// In the order of the variants; those without one after them, the most frequent first.
  func sorted(by variants: [ExperimentPlan.Variant]) -> Self {
    let places = Dictionary(
      variants.enumerated().map { ($0.element.name, $0.offset) },
      uniquingKeysWith: { first, _ in first }
    )
    func place(_ seen: Element) -> Int { seen.variant.flatMap { places[$0] } ?? .max }
    return sorted { (place($0), $1.exposingWindows) < (place($1), $0.exposingWindows) }
  }
}
