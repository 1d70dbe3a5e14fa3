/// Something about a plan that the lake, or a file of events, does not bear out.
package struct PlanFinding: Sendable, Hashable {
  package enum Severity: String, Sendable {
    /// The experiment cannot be computed, or not as it is meant.
    case error
    case warning
  }

  package enum Code: String, Sendable {
    case noDates = "no_dates"
    case notBegun = "not_begun"
    case unknownFeature = "unknown_feature"
    case otherEnvironment = "other_environment"
    case ambiguousEnvironment = "ambiguous_environment"
    case notObserved = "not_observed"
    case neverExposed = "never_exposed"
    case unseenValue = "unseen_value"
    case unnamedValue = "unnamed_value"
    case fewValues = "few_values"
    case control
    case unknownTrait = "unknown_trait"
    case notNumeric = "not_numeric"
    case unknownSegment = "unknown_segment"
    case eventFile = "event_file"
    case eventColumn = "event_column"
    case unknownEvent = "unknown_event"
  }

  package let severity: Severity
  package let code: Code
  /// The path of the key in the plan: `metrics[0].source.trait`.
  package let key: String
  /// What is wrong, and what would be right.
  package let message: String
}

/// What came of the check of a plan.
package struct PlanCheckResult: Sendable {
  /// A value of the feature, as it was seen.
  package struct SeenValue: Sendable, Equatable {
    /// The canonical text; `nil` for null.
    package let value: String?
    /// The variant that has it; `nil` where none does.
    package let variant: String?
    /// The distinct windows of identities in which it was seen: those that expose, and the others.
    package let exposingWindows: Int64
    package let otherWindows: Int64
  }

  package let experiment: String
  /// The environment that is looked at; `nil` for none, or where it is not clear.
  package let environment: Int64?
  /// The dates of the lake that were looked at, in days since 1970-01-01; `nil` where there are none.
  package let dates: Range<Int>?
  /// In the order of the variants, those without one after them by their windows.
  package let values: [SeenValue]
  package let findings: [PlanFinding]

  package var errorCount: Int { findings.count { $0.severity == .error } }
}
