internal import Bytes

/// The variants of an experiment as arms: the control first.
struct ExperimentArms {
  struct Arm {
    let name: String
    let value: String?
    /// The weight of the plan.
    let weight: Double?
  }

  private(set) var arms: [Arm] = []
  /// For every value of the feature the place of its arm.
  private(set) var places: [Int?]

  /// - Parameters:
  ///   - plan: The plan, whose variants are inferred where it has none.
  ///   - features: What was seen of the feature.
  init(_ plan: ExperimentPlan, _ features: FeatureStates) {
    places = Array(repeating: nil, count: features.values.count)
    var variants = plan.variants.isEmpty ? Self.inferred(features) : plan.variants
    let control =
      variants.firstIndex { $0.name == plan.control }
      ?? (plan.control == nil ? variants.firstIndex { $0.name == "control" } : nil) ?? 0
    if variants.indices.contains(control) { variants.insert(variants.remove(at: control), at: 0) }
    let given = variants.compactMap(\.weight)
    for (place, variant) in variants.enumerated() {
      // A control without a weight gets the rest of 100.
      let rest =
        place == 0 && given.count == variants.count - 1 && !given.isEmpty
        ? max(0, 100 - given.reduce(0, +)) : nil
      arms.append(Arm(name: variant.name, value: variant.value, weight: variant.weight ?? rest))
      let value = variant.value.map { ByteText($0) }
      if let value = features.values.firstIndex(where: { $0.map { ByteText($0) } == value }) {
        places[value] = place
      }
    }
  }

  /// The variants that were seen: the control is the value without an allocation, or that of the feature where none is chosen.
  private static func inferred(_ features: FeatureStates) -> [ExperimentPlan.Variant] {
    let random = features.views.filter { !$0.isOverride && $0.isEnabled }
    let values = Set(random.map(\.value)).sorted {
      ByteText(features.values[$0] ?? "") < ByteText(features.values[$1] ?? "")
    }
    let withoutAllocation = values.filter { value in
      random.contains { $0.value == value && $0.allocation == nil }
    }
    let control =
      withoutAllocation.first(where: features.initialValues.contains) ?? withoutAllocation.first
      ?? values.first(where: features.initialValues.contains)
    let ordered = (control.map { [$0] } ?? []) + values.filter { $0 != control }
    return ordered.map { value in
      ExperimentPlan.Variant(
        name: features.values[value] ?? "(null)",
        value: features.values[value]
      )
    }
  }
}

/// Which shares of the identities the arms were given, and when that changed.
package struct Allocations {
  /// A time during which the allocations were the same.
  package struct Period: Equatable, Sendable {
    /// Microseconds since the epoch; the first one begins with the experiment.
    package let start: Int64
    /// By arms; they add up to one.
    package let shares: [Double]

    package init(start: Int64, shares: [Double]) {
      self.start = start
      self.shares = shares
    }
  }

  /// When each allocation of each arm was seen first.
  private var seen: [[Double: Int64]]

  package init(armCount: Int) { seen = Array(repeating: [:], count: armCount) }

  /// Notes that an arm had an allocation at a time.
  ///
  /// - Parameters:
  ///   - arm: The place of the arm.
  ///   - allocation: Its percentage; `nil` where it has none.
  ///   - time: Microseconds since the epoch.
  package mutating func note(arm: Int, _ allocation: Double?, at time: Int64) {
    guard let allocation else { return }
    seen[arm][allocation] = min(seen[arm][allocation] ?? .max, time)
  }

  /// The periods; the control gets what is left of 100.
  ///
  /// - Parameter start: When the experiment begins.
  /// - Returns: The periods in their order; none where no allocation was seen for a treatment, or they are more than 100.
  package func periods(start: Int64) -> [Period] {
    guard seen.count > 1, seen.dropFirst().allSatisfy({ !$0.isEmpty }) else { return [] }
    let changes = seen.dropFirst().map { allocations in
      allocations.sorted { $0.value < $1.value }
    }
    let later = changes.flatMap { $0.dropFirst().map(\.value) }
    var periods: [Period] = []
    for time in [start] + Set(later).sorted() {
      let treatments = changes.map { allocations in
        (allocations.last { $0.value <= time } ?? allocations[0]).key
      }
      let rest = 100 - treatments.reduce(0, +)
      guard rest >= 0 else { return [] }
      let shares = ([rest] + treatments).map { $0 / 100 }
      if periods.last?.shares != shares { periods.append(Period(start: time, shares: shares)) }
    }
    return periods
  }
}
