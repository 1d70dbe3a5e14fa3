/// What becomes of an identity in an experiment.
package enum Fate: String, CaseIterable, Sendable {
  case analysed
  /// It was exposed to more than one value.
  case multipleVariants = "multiple_variants"
  /// It, or a segment it is in, has a value of its own.
  case override
  /// It was exposed to a value that is no variant.
  case unknownValue = "unknown_value"
  /// The flag was never enabled.
  case disabled
  /// It was not seen with the feature on the dates of the experiment, but before.
  case outsideWindow = "outside_window"
}

/// An identity with its fate and its values.
package struct Unit {
  package let identity: [UInt8]
  package let fate: Fate
  /// The place of the arm; `nil` where there is none.
  package let arm: Int?
  package let firstExposedAt: Int64?
  package let lastExposedAt: Int64?
  /// The days, after the first one of the experiment, at whose ends it was analysed.
  package let analysedDays: Range<Int>
  /// By the places of the plan's slices.
  package let slices: [String?]
  /// By the places of the plan's metrics.
  package let metrics: [MetricHistory]
  /// The days after that of the first exposure on which it was seen; ascending.
  package let seenDays: [Int]
}

/// Decides the fate of identities, day by day.
package struct FateFinder {
  private let views: [FeatureStates.View]
  private let exposure: ExperimentPlan.Exposure
  /// For every value the place of its arm.
  private let arms: [Int?]

  /// - Parameters:
  ///   - views: What sets of flags say of the feature.
  ///   - exposure: Which of them expose.
  ///   - arms: For every value the place of its arm.
  package init(
    _ views: [FeatureStates.View],
    _ exposure: ExperimentPlan.Exposure,
    arms: [Int?]
  ) {
    self.views = views
    self.exposure = exposure
    self.arms = arms
  }

  /// What is known after some sightings.
  package struct Finding {
    fileprivate var isOnDates = false
    fileprivate var isOverridden = false
    fileprivate var value: Int?
    fileprivate var hasSeveralValues = false
    package private(set) var firstExposedAt: Int64?
    package private(set) var lastExposedAt: Int64?

    package init() {}

    fileprivate mutating func expose(_ sighting: UnitHistory.Sighting) {
      firstExposedAt = min(firstExposedAt ?? .max, sighting.firstAt)
      lastExposedAt = max(lastExposedAt ?? .min, sighting.lastAt)
    }
  }

  /// Takes in a sighting on a date of the experiment.
  package func add(_ sighting: UnitHistory.Sighting, to finding: inout Finding) {
    guard let place = sighting.view else { return }
    let view = views[place]
    finding.isOnDates = true
    guard exposure == .always || view.isEnabled else { return }
    finding.expose(sighting)
    if view.isOverride { finding.isOverridden = true }
    if let value = finding.value, value != view.value { finding.hasSeveralValues = true }
    finding.value = finding.value ?? view.value
  }

  /// The fate after what was taken in.
  package func fate(_ finding: Finding) -> Fate {
    if !finding.isOnDates { return .outsideWindow }
    guard let value = finding.value else { return .disabled }
    if finding.isOverridden { return .override }
    if finding.hasSeveralValues { return .multipleVariants }
    return arms[value] == nil ? .unknownValue : .analysed
  }

  /// The place of the arm of what is analysed.
  package func arm(_ finding: Finding) -> Int? { finding.value.flatMap { arms[$0] } }
}
