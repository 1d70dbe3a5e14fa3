extension SummaryPlan {
  /// The features that cohorts name, and names that may be those of features.
  var cohortFeatures: Set<String> {
    var features: Set<String> = []
    for cohort in cohorts {
      switch cohort.kind {
      case .retention(let retention):
        if case .firstExposure(let feature) = retention.start { features.insert(feature) }
        if case .feature(let feature)? = retention.breakdown { features.insert(feature) }
      case .members(let condition):
        for subject in condition.subjects {
          switch subject {
          case .feature(let name), .named(let name): features.insert(name)
          case .trait: break
          }
        }
      }
    }
    return features
  }

  /// The traits that cohorts name, each once.
  ///
  /// - Parameter features: The features of the lake, which go over traits of the same name.
  /// - Returns: Their keys, sorted.
  func cohortTraits(among features: Set<String>) -> [String] {
    var traits: Set<String> = []
    for cohort in cohorts {
      switch cohort.kind {
      case .retention(let retention):
        if case .trait(let trait)? = retention.breakdown { traits.insert(trait) }
      case .members(let condition):
        for case .trait(let name) in condition.resolved(features.contains).subjects {
          traits.insert(name)
        }
      }
    }
    return traits.sorted()
  }
}
