/// All that the outputs of an experiment say: numbers, statuses and texts, ready to be laid out.
///
/// Times and dates are texts in ISO 8601, shares are fractions. It is written as `report.json`, and pages are made from it alone.
package struct ExperimentReport: Codable, Sendable {
  package var experiment: String
  package var feature: String
  package var environment: Int64?
  /// The dates of the plan, the end exclusive.
  package var start: String
  package var end: String
  /// The last date that the results take in.
  package var asOf: String
  /// The first and last time of an observation that counts; `nil` where there is none.
  package var dataFrom: String?
  package var dataTo: String?
  /// The first 16 digits of the digest of everything that was read.
  package var inputDigest: String
  /// The same of the plan and of all else that the report depends on.
  package var planDigest: String
  package var settings: Settings
  /// The control first, then in the order of the plan, or of the values.
  package var arms: [Arm]
  /// How many identities had which fate: they add up to ``population``.
  package var fates: [FateCount]
  package var population: Int
  package var sampleRatio: SampleRatio
  package var checks: [Check]
  package var metrics: [MetricDefinition]
  /// One row per metric, comparison and slice, as of the last date; those of the whole population first.
  package var results: [ResultRow]
  /// The rows of the whole population as of each earlier date, and of the last one.
  package var series: [ResultRow]
  package var exposures: [DailyExposure]
  package var retention: [RetentionCell]

  package struct Settings: Codable, Sendable {
    package var exposure: String
    package var timeZone: String
    package var alpha: Double
    package var correction: String
    package var sequentialTuning: Double
    package var priorMean: Double
    package var priorDeviation: Double
    package var targetPower: Double
    package var targetEffect: Double
    /// How many identities an arm has to have before there is a verdict.
    package var leastIdentities: Int
    /// How many conversions.
    package var leastConversions: Int
  }

  package struct Arm: Codable, Sendable {
    package var name: String
    /// The canonical text of the value; `nil` for null.
    package var value: String?
    package var isControl: Bool
    /// How many identities are analysed.
    package var identities: Int
    package var share: Double
    /// `nil` where neither the plan nor the webhooks say.
    package var expectedShare: Double?
  }

  package struct FateCount: Codable, Sendable {
    /// `analysed`, `multiple_variants`, `override`, `unknown_value`, `disabled` or `outside_window`.
    package var fate: String
    package var identities: Int
  }

  /// Whether identities were split as they should be.
  package struct SampleRatio: Codable, Sendable {
    /// `ok`, `mismatch`, `too_few` or `no_weights`.
    package var status: String
    package var pValue: Double?
    package var statistic: Double?
    package var degreesOfFreedom: Int?
    /// The standardised residual of each arm, in the order of the arms.
    package var residuals: [Double?]
    /// Where the shares come from: `configured` or `seen`.
    package var source: String?
    /// The same between two changes of the allocations.
    package var periods: [Period]

    package struct Period: Codable, Sendable {
      package var from: String
      /// Exclusive.
      package var to: String
      package var identities: [Int]
      package var expectedShares: [Double]
      package var pValue: Double?
      package var status: String
    }
  }

  /// One of the checks that say whether the results can be trusted.
  package struct Check: Codable, Sendable {
    /// `srm`, `multiple_variants`, `overrides`, `allocations`, `late_data`, `gaps`, `few_identities`, `unknown_values`, `events`.
    package var id: String
    package var title: String
    /// `passed`, `warning`, `failed` or `unknown`.
    package var status: String
    /// What was found, in a sentence or two.
    package var text: String
  }

  package struct MetricDefinition: Codable, Sendable {
    package var name: String
    /// `mean`, `proportion` or `ratio`.
    package var type: String
    package var role: String
    package var direction: String
    package var margin: Double?
    /// What it is, in a sentence.
    package var definition: String
    /// The value at which values were capped, as of the last date.
    package var cap: Double?
    /// Rows of event files that belong to identities of the experiment, to others, and that could not be read.
    package var usedRows: Int?
    package var foreignRows: Int?
    package var badRows: Int?
    /// The first bad ones, with file, line and reason.
    package var badRowExamples: [String]
  }

  package struct DailyExposure: Codable, Sendable {
    package var date: String
    package var variant: String
    /// Identities that were exposed on the date for the first time, of those that are analysed in the end.
    package var newIdentities: Int
    /// And up to its end.
    package var identities: Int
  }

  /// One cell of the retention by variant: calendar days after that of the first exposure.
  package struct RetentionCell: Codable, Sendable {
    package var variant: String
    package var period: String
    package var index: Int
    /// Identities whose period has elapsed, whose share it is.
    package var identities: Int
    package var elapsed: Bool
    package var retained: Int
    package var retainedOrLater: Int
  }
}

/// A row of `results.csv`; `nil` is an empty cell, and ``status`` says why.
package struct ResultRow: Codable, Sendable {
  package var experiment = ""
  package var environment: Int64?
  package var feature = ""
  package var asOf = ""
  package var windowStart = ""
  package var windowEnd = ""
  /// Empty for the whole population, else `segment:NAME` or `trait:NAME`.
  package var dimension = ""
  package var dimensionValue = ""
  package var metric = ""
  /// `mean`, `proportion` or `ratio`.
  package var metricType = ""
  package var role = ""
  package var direction = ""
  package var control = ""
  package var treatment = ""
  package var controlCount = 0
  package var treatmentCount = 0
  package var controlValue: Double?
  package var treatmentValue: Double?
  package var controlDeviation: Double?
  package var treatmentDeviation: Double?
  package var effect: Double?
  package var standardError: Double?
  package var degreesOfFreedom: Double?
  package var effectLow: Double?
  package var effectHigh: Double?
  package var lift: Double?
  package var liftLow: Double?
  package var liftHigh: Double?
  /// `ok`, `unbounded`, `at_least` …: see the guide.
  package var liftStatus = ""
  package var deltaLow: Double?
  package var deltaHigh: Double?
  package var deltaPValue: Double?
  package var logLow: Double?
  package var logHigh: Double?
  package var pValue: Double?
  package var log10PValue: Double?
  package var holmPValue: Double?
  package var bhPValue: Double?
  package var sequentialLow: Double?
  package var sequentialHigh: Double?
  package var sequentialPValue: Double?
  package var chanceToWin: Double?
  package var treatmentLoss: Double?
  package var theta: Double?
  package var varianceReduction: Double?
  package var cap: Double?
  package var minimumDetectableEffect: Double?
  /// `ok`, `collecting_data`, `zero_variance`, `fewer_than_2_identities` and others.
  package var status = ""
  package var warnings: [String] = []
  package var sampleRatioPValue: Double?
  package var multipleVariants = 0

  package init() {}
}
