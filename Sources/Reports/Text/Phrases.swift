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

  /// What is said where something is configured, and the tables have nothing of it.
  static let emptyTables: Markup =
    "The configuration asks for it, and the tables have none: nobody belongs to it, or they are older than the configuration, and <code>hooksift summarize</code> makes them anew."

  /// What became of a line.
  static func outcome(_ outcome: String) -> String {
    switch outcome {
    case "verified": "its signature is right"
    case "reconstructed": "its body, written again as it was sent, has the right signature"
    case "unsigned_accepted": "not signed, or no secret was active, and accepted as configured"
    case "not_json": "it is not JSON"
    case "envelope_unrecognised": "it is not a captured request"
    case "time_missing": "it does not say when it was received"
    case "time_invalid": "its time received is not a time"
    case "time_out_of_range": "its time received is before 2000 or after 2099"
    case "body_missing": "it has no body"
    case "body_encoding": "its body cannot be decoded"
    case "line_too_long": "it is longer than a line may be"
    case "unsigned": "it has no signature"
    case "malformed_signature": "its signature is not one"
    case "signature_mismatch": "its signature is not of this body under any secret"
    case "no_secret": "no secret was active when it was received"
    case "payload_not_json": "its body is not JSON"
    case "payload_shape": "its body is no webhook of Flagsmith’s"
    default: outcome.replacing("_", with: " ")
    }
  }

  /// What a row of a table is.
  static func row(of table: SummaryTable) -> String {
    switch table {
    case .featureDaily:
      "a value of a feature on a date: identities, windows and deliveries that had it"
    case .segmentDaily: "a segment on a date: identities in it, and out of it"
    case .traitDaily: "a value of a trait on a date: identities that had it"
    case .traitNumbers: "a trait with numbers on a date: their mean, median and other quantiles"
    case .exposures: "an identity that was served a value of a feature: first and last time"
    case .retention: "a cohort and a later period: how many of it came back"
    case .cohortDaily: "a cohort on a date: members, who entered and who left"
    case .cohortOverlap: "two cohorts: how many are in both"
    case .cohortMembers: "an identity in a cohort: from when to when"
    case .segmentFlows: "a segment on a date: members, who entered and who left"
    case .deliveryQuality: "an outcome on a date: how many lines had it"
    }
  }
}
