package import Analysis

/// An experiment as the file declares it.
package struct DeclaredExperiment: Sendable {
  package let plan: ExperimentPlan
  /// The path of its key: `experiments[0]`.
  package let key: String
  /// Where it begins.
  package let place: Place
  /// Where the values of its keys are, by their paths in it: `metrics[0].source`.
  let places: [String: Place]

  /// Where the value of a key is; `nil` where the file does not give it.
  package func place(of key: String) -> Place? { places[key] }

  /// Where a key is, or what is nearest to it: where the file does not give it, what it would be in.
  package func nearestPlace(to key: String) -> Place {
    var key = key[...]
    while !key.isEmpty {
      if let place = places[String(key)] { return place }
      let end = key.lastIndex { $0 == "." || $0 == "[" }
      key = end.map { key[..<$0] } ?? ""
    }
    return place
  }
}

/// How much there may be of what experiments consist of; more is an error.
enum ExperimentLimits {
  static let experiments = 100
  /// In an experiment, as all below.
  static let metrics = 100
  static let variants = 50
  static let slices = 50
  /// Distinct ones, in metrics and slices together.
  static let segments = 64
  /// Characters of a name.
  static let nameLength = 100
}
