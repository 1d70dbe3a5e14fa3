internal import Statistics

extension UnitAnalysis {
  /// What is found, for people.
  package var text: String {
    var lines = [armsText, sampleRatioText]
    if !unknownVariants.isEmpty {
      let names = unknownVariants.map { "\($0.name) (\($0.count))" }.joined(separator: ", ")
      lines.append("Not analysed, because the settings do not name their variant: \(names).")
    }
    for row in rows where !row.adjusts || (row.comparison.theta ?? 0) != 0 {
      lines += ["", title(row)] + sentences(row).map { "  \($0)" }
    }
    lines += [
      "",
      "Intervals have the level \(Self.percent(1 - settings.analysis.alpha)). Identities count in the variant they were assigned, "
        + "whether or not they used it (intention to treat).",
    ]
    return lines.joined(separator: "\n")
  }

  private var armsText: String {
    settings.variants.indices.map { place in
      let role = place == settings.control ? " (control)" : ""
      return "\(name(place))\(role): \(counts[place]) identities"
    }.joined(separator: ", ")
  }

  private var sampleRatioText: String {
    switch sampleRatio.status {
    case .noIdentities: return "Sizes of the variants: not checked, there are no identities."
    case .noWeights: return "Sizes of the variants: not checked, fewer than 2 have a weight."
    case .unexpectedArm:
      return
        "Sizes of the variants contradict the weights: there are identities in a variant of weight 0. "
        + "No result below can be trusted."
    case .ok: break
    }
    let p = Self.number(sampleRatio.probability?.value)
    if sampleRatio.isMismatch {
      return "Sizes of the variants contradict the weights (p = \(p)): the assignment is broken, "
        + "no result below can be trusted."
    }
    if sampleRatio.total < SampleRatioTest.fewestIdentities {
      return
        "Sizes of the variants: p = \(p); fewer than \(SampleRatioTest.fewestIdentities) identities, no verdict."
    }
    return "Sizes of the variants agree with the weights (p = \(p))."
  }

  private func title(_ row: Row) -> String {
    let adjusted = row.adjusts ? ", adjusted by the covariate" : ""
    return
      "\(name(row.treatment)) against \(name(settings.control)), \(row.kind.rawValue)\(adjusted)"
  }

  private func sentences(_ row: Row) -> [String] {
    let comparison = row.comparison
    var lines = [
      "value: \(Self.number(comparison.control?.value)) in the control, "
        + "\(Self.number(comparison.treatment?.value)) in the treatment"
    ]
    guard let test = comparison.absolute else {
      return lines + ["Not computed: \(comparison.status.words)."]
    }
    lines.append(verdict(comparison, test))
    lines.append(
      "effect: \(Self.number(test.estimate)), from \(Self.number(test.interval.low)) to "
        + "\(Self.number(test.interval.high)); p = \(Self.pText(test))"
        + (row.holm.map { ", \(Self.number($0)) for all comparisons together (Holm)" } ?? "")
    )
    lines.append(liftText(comparison))
    if let sequential = comparison.sequentialAbsolute {
      lines.append(
        "looked at any number of times: from \(Self.number(sequential.interval.low)) to "
          + "\(Self.number(sequential.interval.high)); p = \(Self.number(sequential.pValue))"
      )
    }
    if let reduction = comparison.varianceReduction, row.adjusts {
      lines.append("variance reduced by \(Self.percent(reduction))")
    }
    for warning in comparison.warnings { lines.append("note: \(warning.words)") }
    return lines
  }

  private func verdict(_ comparison: Comparison, _ test: MeanTest) -> String {
    if test.pValue < comparison.alpha {
      return test.estimate > 0
        ? "The treatment's value is higher than the control's."
        : "The treatment's value is lower than the control's."
    }
    guard let interval = comparison.fieller?.interval else {
      let limit = max(abs(test.interval.low), abs(test.interval.high))
      return "No difference detected; effects beyond ±\(Self.number(limit)) are unlikely."
    }
    let limit = max(abs(interval.low), abs(interval.high))
    return "No difference detected; effects beyond ±\(Self.percent(limit)) are unlikely."
  }

  private func liftText(_ comparison: Comparison) -> String {
    guard let lift = comparison.lift, let fieller = comparison.fieller else {
      return "lift: not computed, because the control's value is 0"
    }
    switch fieller.bounds {
    case .interval(let interval):
      return
        "lift: \(Self.percent(lift)), from \(Self.percent(interval.low)) to \(Self.percent(interval.high))"
        + (comparison.detectableLift.map { "; so many identities can detect \(Self.percent($0))" }
          ?? "")
    case .outside, .everything:
      return "lift: no bounds, because the control's value may be 0; see the effect"
    }
  }

  // MARK: - Numbers

  private static func pText(_ test: MeanTest) -> String {
    test.pValue < 1e-300 ? "10^\(number(test.log10PValue))" : number(test.pValue)
  }

  private static func percent(_ share: Double) -> String { "\(number(share * 100)) %" }

  /// Four significant digits.
  static func number(_ value: Double?) -> String {
    guard let value else { return "not computed" }
    guard value != 0, value.isFinite else { return "0" }
    var scale = 1.0
    var rest = abs(value)
    guard rest >= 1e-4, rest < 1e15 else { return scientific(value) }
    while rest < 1000 {
      rest *= 10
      scale *= 10
    }
    let rounded = (value * scale).rounded() / scale
    return rounded == rounded.rounded() ? "\(Int64(rounded))" : "\(rounded)"
  }

  private static func scientific(_ value: Double) -> String {
    let text = "\(value)".lowercased()
    guard let mark = text.firstIndex(of: "e") else { return text }
    return String(text[..<mark].prefix(value < 0 ? 6 : 5) + text[mark...])
  }
}

extension Comparison.Status {
  fileprivate var words: String {
    switch self {
    case .ok: "nothing is missing"
    case .tooFewIdentities: "fewer than 2 identities in a variant"
    case .noDenominator: "the denominators of a variant add up to 0"
    case .zeroVariance: "all identities have the same value"
    case .outOfRange: "a value is beyond what can be computed with"
    }
  }
}

extension Comparison.Warning {
  fileprivate var words: String {
    switch self {
    case .fewSuccesses:
      "fewer than 5 identities did it, or did not, in a variant; Fisher's exact test is in --format keyvalue"
    case .constantArm: "all identities of one variant have the same value"
    }
  }
}
