/// One experiment of the configuration: who takes part, what is measured, and how it is judged.
package struct ExperimentPlan: Sendable, Equatable {
  /// A value of the feature, and the name that it has in reports.
  package struct Variant: Sendable, Equatable {
    package var name: String
    /// The canonical text of the value; `nil` for null.
    package var value: String?
    /// The share of identities that it should have, in any unit; `nil` where the allocations that were seen say so.
    package var weight: Double?

    package init(name: String, value: String?, weight: Double? = nil) {
      self.name = name
      self.value = value
      self.weight = weight
    }
  }

  /// Which observations expose an identity.
  package enum Exposure: String, CaseIterable, Sendable {
    /// Those in which the flag is enabled.
    case enabled
    case always
  }

  /// How p-values of several hypotheses are adjusted.
  package enum Correction: String, CaseIterable, Sendable {
    case holm
    /// Benjamini and Hochberg.
    case bh
  }

  /// What results are broken down by, as it was before the exposure.
  package enum Slice: Sendable, Equatable, Hashable {
    case segment(String)
    case trait(String)
  }

  /// A normal prior on the relative lift.
  package struct Prior: Sendable, Equatable {
    package var mean = 0.0
    package var deviation = 0.3

    package init() {}
  }

  /// Names a directory: letters, digits, `.`, `_` and `-`.
  package var name: String
  package var feature: String
  /// `nil` for the only one in which the feature was seen.
  package var environment: Int64?
  /// The first date, in days since 1970-01-01.
  package var start: Int
  /// The date before which it ends.
  package var end: Int
  package var exposure = Exposure.enabled
  /// None where they are to be inferred from the values seen.
  package var variants: [Variant] = []
  /// The name of the control variant; where it is `nil`, that called `control`, or the one that is inferred.
  package var control: String?
  package var metrics: [Metric] = []
  package var slices: [Slice] = []
  package var alpha = 0.05
  package var correction = Correction.holm
  package var sequentialTuning = 5000.0
  package var prior = Prior()
  package var targetPower = 0.8
  /// The relative effect for which the report says how many identities it takes.
  package var targetEffect = 0.05

  package init(name: String, feature: String, start: Int, end: Int) {
    self.name = name
    self.feature = feature
    self.start = start
    self.end = end
  }
}

extension ExperimentPlan {
  /// Something that is measured for each identity.
  package struct Metric: Sendable, Equatable {
    package enum Role: String, CaseIterable, Sendable {
      case goal
      /// Is not to become worse by more than a margin.
      case guardrail
    }

    /// Which way is better.
    package enum Direction: String, CaseIterable, Sendable {
      case increase
      case decrease
    }

    package var name: String
    package var source: MetricSource
    package var aggregation: Aggregation
    /// What the sum of the numerators is divided by, for the aggregation `ratio`.
    package var denominator: Denominator?
    package var role = Role.goal
    package var direction = Direction.increase
    /// By how much of the control's value a guardrail may become worse.
    package var margin = 0.0
    /// For how long after the first exposure something counts, in microseconds; `nil` for as long as the experiment lasts.
    package var conversionWindow: Int64?
    /// The quantile at which values are capped.
    package var winsorization: Double?
    /// For how long before the first exposure the covariate is measured, in microseconds; `nil` for no covariate.
    package var covariateLookback: Int64?

    package init(name: String, source: MetricSource, aggregation: Aggregation) {
      self.name = name
      self.source = source
      self.aggregation = aggregation
    }
  }

  /// The denominator of a ratio.
  package struct Denominator: Sendable, Equatable {
    package var source: MetricSource
    package var aggregation: Aggregation

    package init(source: MetricSource, aggregation: Aggregation) {
      self.source = source
      self.aggregation = aggregation
    }
  }

  /// How what was seen of an identity becomes one number.
  package enum Aggregation: String, CaseIterable, Sendable {
    /// 1 where there was any, else 0.
    case occurrence
    case count
    case sum
    case mean
    case last
    /// The sum, which is divided by that of a denominator over all identities.
    case ratio
  }

  /// Where what is measured comes from.
  package enum MetricSource: Sendable, Equatable, Hashable {
    case events(EventSource)
    /// The values of a trait.
    case trait(String)
    /// The membership in a segment.
    case segment(String)
  }

  /// Events in files beside the lake.
  package struct EventSource: Sendable, Equatable, Hashable {
    package enum Format: String, CaseIterable, Sendable {
      case csv
      case jsonl
      case parquet
    }

    /// The columns, or members, that are read.
    package struct Columns: Sendable, Equatable, Hashable {
      package var identity = "identity"
      package var time = "time"
      package var event = "event"
      package var value = "value"

      package init() {}
    }

    /// Absolute; a file or a directory, or a pattern with `*`.
    package var path: String
    /// `nil` where the name of the file says so.
    package var format: Format?
    /// The name of the events that count; `nil` for all.
    package var event: String?
    package var columns = Columns()

    package init(path: String, event: String?) {
      self.path = path
      self.event = event
    }
  }
}
