internal import Bytes
internal import Lake

/// Checks the variants of a plan against the values that its feature had.
struct VariantCheck {
  private let subject: PlanSubject
  private let plan: ExperimentPlan
  private let values: [PlanCheckResult.SeenValue]
  private let features: FeatureCatalog

  init(
    _ subject: PlanSubject,
    _ values: [PlanCheckResult.SeenValue],
    _ features: FeatureCatalog
  ) {
    self.subject = subject
    plan = subject.plan
    self.values = values
    self.features = features
  }

  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  func findings(_ lake: LakeReader) throws -> [PlanFinding] {
    guard values.contains(where: { $0.exposingWindows + $0.otherWindows > 0 }) else {
      return [
        finding(
          subject.severity,
          .notObserved,
          "feature",
          "\(plan.feature) was not seen in \(subject.place) \(subject.period), but on other dates"
        )
      ]
    }
    guard !exposing.isEmpty else {
      let message = """
        \(plan.feature) was never enabled in \(subject.place) \(subject.period); with exposed_when: always it counts \
        all the same
        """
      return [finding(subject.severity, .neverExposed, "exposed_when", message)]
    }
    return try plan.variants.isEmpty ? inferred(lake) : named()
  }

  /// The values that expose, the most frequent first.
  private var exposing: [PlanCheckResult.SeenValue] {
    values.filter { $0.exposingWindows > 0 }.sorted { $0.exposingWindows > $1.exposingWindows }
  }

  private var seen: String {
    Wording.list(
      exposing.map { "\(Wording.value($0.value)) (\(Wording.windows($0.exposingWindows)))" }
    )
  }

  private func finding(
    _ severity: PlanFinding.Severity,
    _ code: PlanFinding.Code,
    _ key: String,
    _ message: String
  ) -> PlanFinding {
    PlanFinding(severity: severity, code: code, key: key, message: message)
  }

  // MARK: - Variants that are given

  private func named() -> [PlanFinding] {
    var findings = plan.variants.compactMap(missing)
    let unnamed = exposing.filter { $0.variant == nil }
    if !unnamed.isEmpty {
      let listed = unnamed.map {
        "\(Wording.value($0.value)) (\(Wording.windows($0.exposingWindows)))"
      }
      let message = "no variant has \(Wording.list(listed)); whoever was served it is not analysed"
      findings.append(finding(.warning, .unnamedValue, "variants", message))
    }
    if plan.control == nil, !plan.variants.contains(where: { $0.name == "control" }) {
      let message = "is missing: the first variant, \(plan.variants[0].name), is taken for it"
      findings.append(finding(.warning, .control, "control", message))
    }
    return findings
  }

  /// What to say of a variant whose value does not expose anybody.
  private func missing(_ variant: ExperimentPlan.Variant) -> PlanFinding? {
    let value = values.first { $0.variant == variant.name }
    guard value?.exposingWindows ?? 0 == 0 else { return nil }
    let what: String
    if let value, value.otherWindows > 0 {
      what = "was seen only while the feature was disabled (\(Wording.windows(value.otherWindows)))"
    } else if value != nil {
      what = "was not seen \(subject.period), but on other dates; seen were \(seen)"
    } else {
      let free = values.filter { $0.variant == nil }.compactMap(\.value)
      let nearest = variant.value.flatMap { Spelling.nearest(to: $0, among: free) }
      let question = nearest.map { "; did you mean \(Wording.value($0))?" } ?? ""
      what = "was never seen; seen were \(seen)\(question)"
    }
    return finding(
      subject.severity,
      .unseenValue,
      "variants.\(variant.name).value",
      "\(Wording.value(variant.value)) \(what)"
    )
  }

  // MARK: - Variants that are the values seen

  private func inferred(_ lake: LakeReader) throws -> [PlanFinding] {
    guard exposing.count >= 2 else {
      let message = "only one value was seen \(subject.period): \(seen); a comparison needs two"
      return [finding(subject.severity, .fewValues, "variants", message)]
    }
    let names = exposing.map { $0.value ?? "(null)" }
    if let control = plan.control {
      guard !names.contains(control) else { return [] }
      let advice = Spelling.advice(control, known: names, of: "values")
      return [
        finding(subject.severity, .control, "control", "\(control) was never seen; \(advice)")
      ]
    }
    guard !names.contains("control") else { return [] }
    let plain = try features.valuesWithoutAllocation(
      lake,
      of: plan.feature,
      in: subject.environment
    )
    let candidates = exposing.filter { plain.contains($0.value.map { ByteText($0) }) }
    guard candidates.count != 1 else { return [] }
    let message = "is missing, and nothing tells which value is the control; seen were \(seen)"
    return [finding(.warning, .control, "control", message)]
  }
}
