package import Statistics

/// What an analysis of units is asked for.
package struct UnitSettings: Sendable {
  /// An arm and its share.
  package struct Variant: Sendable {
    package let key: String
    /// What the arm's size should be in proportion to.
    package let weight: Double

    package init(key: String, weight: Double) {
      self.key = key
      self.weight = weight
    }
  }

  /// The control and the treatments, in the order of the settings.
  package let variants: [Variant]
  /// The control's place among the variants.
  package let control: Int
  package let analysis: AnalysisSettings

  /// - Precondition: `control` is the place of a variant.
  package init(variants: [Variant], control: Int, analysis: AnalysisSettings) {
    precondition(variants.indices.contains(control), "the control is none of the variants")
    self.variants = variants
    self.control = control
    self.analysis = analysis
  }

  /// The places of all variants but the control.
  package var treatments: [Int] { variants.indices.filter { $0 != control } }
}
