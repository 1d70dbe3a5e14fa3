internal import Analysis

/// What statuses mean, in words.
enum Phrases {
  /// Why there is no test.
  static func notComputed(_ status: String) -> String {
    let reason =
      switch status {
      case "fewer_than_2", "fewer_than_2_identities": "fewer than 2 identities"
      case "zero_variance": "every identity has the same value"
      case "zero_denominator": "the denominators add up to 0"
      case "out_of_range": "a number is out of range"
      case "", "ok": "the results do not say why"
      default: status.replacing("_", with: " ")
      }
    return "Not computed: \(reason)"
  }

  /// Why there is no interval of the lift.
  static func noLift(_ row: ResultRow) -> String {
    switch row.liftStatus {
    case "unbounded":
      "Unbounded: the control’s value is too uncertain to divide by; see the absolute effect"
    case "undefined": "Not computed: the control’s value is 0"
    default: notComputed(row.liftStatus)
    }
  }

  static func warning(_ warning: String) -> String {
    switch warning {
    case "fewer_than_5_successes_or_failures_in_an_arm":
      "an arm has fewer than 5 conversions, or fewer than 5 without"
    case "zero_variance_in_one_arm": "every identity of one arm has the same value"
    case "covariate_without_variance":
      "not adjusted: the covariate is the same for every identity"
    default: warning.replacing("_", with: " ")
    }
  }

  static func fate(_ fate: String) -> (name: String, meaning: String) {
    switch fate {
    case "analysed": ("Analysed", "Saw one variant while the flag counted as an exposure.")
    case "multiple_variants":
      ("Several variants", "Saw more than one variant; it cannot be told which one had the effect.")
    case "override":
      ("Override", "Has a value of its own, or by a segment; it was not assigned at random.")
    case "unknown_value": ("Unknown value", "Saw a value that is no variant of the plan.")
    case "disabled": ("Flag disabled", "Never saw the flag enabled.")
    case "outside_window":
      ("Outside the dates", "Was first exposed before or after the dates of the plan.")
    default: (fate.replacing("_", with: " "), "")
    }
  }

  /// `trait:plan` → `trait plan`.
  static func dimension(_ dimension: String) -> String {
    let parts = dimension.split(separator: ":", maxSplits: 1)
    return parts.count == 2 ? "\(parts[0]) \(parts[1])" : dimension
  }
}
