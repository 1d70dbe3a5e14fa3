package import Statistics

/// All comparisons of the treatments with the control, for each kind of metric, without and with the covariate.
package struct UnitAnalysis: Sendable {
  /// A treatment and a metric, compared with the control.
  package struct Row: Sendable {
    /// The treatment's place among the variants.
    package let treatment: Int
    package let kind: MetricKind
    /// Whether the covariate is used.
    package let adjusts: Bool
    package let comparison: Comparison
    /// p among all comparisons that are not adjusted, by Holm.
    package internal(set) var holm: Double?
    /// p among all comparisons that are not adjusted, by Benjamini and Hochberg.
    package internal(set) var benjaminiHochberg: Double?
  }

  package let settings: UnitSettings
  package let counts: [Int]
  package let unknownVariants: [(name: String, count: Int)]
  package private(set) var rows: [Row] = []
  package let sampleRatio: SampleRatioTest
  /// What sizes like the control's can find, for each kind of metric; `nil` without a control.
  package let power: [(kind: MetricKind, power: Power?)]

  package init(_ table: UnitTable, _ settings: UnitSettings) {
    self.settings = settings
    counts = table.moments.map(\.count)
    unknownVariants = table.unknownVariants
    sampleRatio = SampleRatioTest(observed: counts, weights: settings.variants.map(\.weight))
    let control = table.moments[settings.control]
    power = MetricKind.allCases.map { kind in
      (kind, ArmSummary(control, kind).map { Power($0, settings.analysis) })
    }
    for treatment in settings.treatments {
      for kind in MetricKind.allCases {
        for adjusts in [false, true] {
          let comparison = Comparison(
            control: control,
            treatment: table.moments[treatment],
            kind: kind,
            adjusts: adjusts,
            settings: settings.analysis
          )
          rows.append(
            Row(treatment: treatment, kind: kind, adjusts: adjusts, comparison: comparison)
          )
        }
      }
    }
    let family = self.family
    let values = family.compactMap { rows[$0].comparison.absolute?.pValue }
    for (place, adjusted) in zip(family, Multiplicity.holm(values)) { rows[place].holm = adjusted }
    for (place, adjusted) in zip(family, Multiplicity.benjaminiHochberg(values)) {
      rows[place].benjaminiHochberg = adjusted
    }
  }

  /// The places of the rows that are tests of one family: all that have a p and are not adjusted.
  var family: [Int] {
    rows.indices.filter { !rows[$0].adjusts && rows[$0].comparison.absolute != nil }
  }

  /// How many of them Benjamini and Hochberg reject.
  var rejections: Int {
    family.count { (rows[$0].benjaminiHochberg ?? 1) <= settings.analysis.alpha }
  }

  func name(_ variant: Int) -> String { settings.variants[variant].key }
}
