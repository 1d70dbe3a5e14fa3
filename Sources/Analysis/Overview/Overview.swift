/// All that the page of a workspace says: numbers of its published tables, chosen and added up, ready to be laid out.
///
/// Dates are days since 1970-01-01, times microseconds, shares fractions.
package struct Overview: Sendable {
  /// A number of a date.
  package struct Point: Sendable, Equatable {
    package var day: Int
    package var value: Double

    package init(day: Int, value: Double) { (self.day, self.value) = (day, value) }
  }

  package var lake = LakeFacts()
  /// Whether there are summaries.
  package var hasSummaries = false
  package var quality = Quality()
  /// Null first, then by number.
  package var environments: [Environment] = []
  /// How many environments there are beyond those.
  package var otherEnvironments = 0
  package var retention = Presence()
  package var cohorts = Presence()
  package var experiments: [Experiment] = []
  package var tables: [TableEntry] = []

  package init() {}

  /// Whether something is configured, and whether the tables have any of it.
  package struct Presence: Sendable {
    package var isConfigured = false
    package var isPresent = false

    package init() {}
  }

  /// What the lake says of itself.
  package struct LakeFacts: Sendable {
    /// The dates that have observations.
    package var days: [Int] = []
    /// The latest time received of all lines.
    package var lastReceivedAt: Int64?
    /// Distinct (environment, identity) pairs on the last date.
    package var lastDayIdentities = 0
    /// Distinct (environment, identity) pairs over all dates, where a retention from the first time seen counts them.
    package var identities: Int?
    package var observations = 0
    package var deliveries = 0
    package var archives = 0

    package init() {}
  }

  /// What became of all lines.
  package struct Quality: Sendable {
    /// What became of the lines of a date.
    package struct Day: Sendable {
      package let day: Int
      package var lines: [String: Int]
    }

    package struct Outcome: Sendable {
      package let name: String
      package let isRejected: Bool
      package var lines: Int
      package var lastDayLines: Int
    }

    /// Those between the first and the last date of the lake.
    package var days: [Day] = []
    /// Accepted ones first, in the order of the checks.
    package var outcomes: [Outcome] = []
    /// Lines of which it is not known when they were received.
    package var undated = 0

    package init() {}
  }

  /// What there is of one environment.
  package struct Environment: Sendable {
    package let id: Int64?
    package var features: [Feature] = []
    /// How many features with several values there are beyond those.
    package var otherFeatures = 0
    package var retentions: [Retention] = []
    package var cohorts: [Members] = []
    package var overlaps: [Overlap] = []
    package var segments: [Members] = []
    package var otherSegments = 0

    package init(id: Int64?) { self.id = id }
  }

  /// A feature and its values over time.
  package struct Feature: Sendable {
    package struct Value: Sendable {
      package let isEnabled: Bool
      package let type: String
      /// `nil` for null.
      package let text: String?
      /// On the last date of the feature.
      package var identities = 0
      package var share = 0.0
      /// Seven dates before; `nil` where there is nothing of the feature.
      package var shareBefore: Double?
      package var points: [Point] = []
    }

    package let name: String
    package let type: String
    package let lastDay: Int
    /// Those of the last date with the most identities, the most frequent first.
    package var values: [Value] = []
    /// How many more the last date has.
    package var otherValues = 0
    /// All of them together, and those of earlier dates.
    package var others: Value?
  }

  /// Members from date to date.
  package struct Members: Sendable {
    package let name: String
    package let lastDay: Int
    package var members = 0
    package var membersBefore: Int?
    /// On the last date; `nil` where it is not known.
    package var entered: Int?
    package var left: Int?
    package var points: [Point] = []
  }

  /// How many are in two cohorts at the end.
  package struct Overlap: Sendable {
    package let cohort: String
    package let other: String
    package let members: Int
    package let otherMembers: Int
    package let both: Int
  }

  /// Who came back, by the period in which identities came first.
  package struct Retention: Sendable {
    package struct Cell: Sendable {
      package let index: Int
      package let isElapsed: Bool
      package let retained: Int
    }

    package struct Cohort: Sendable {
      package let start: Int
      package let identities: Int
      package var cells: [Cell]
    }

    /// All cohorts whose period of an index is over.
    package struct Total: Sendable {
      package var identities = 0
      package var retained = 0
    }

    /// `first_seen`, or `first_exposure:` and the feature.
    package let start: String
    /// `day`, `week` or `month`.
    package let period: String
    /// Empty, or `feature:`, `segment:` or `trait:` and the name.
    package let breakdown: String
    package let value: String?
    /// How the configuration calls it.
    package var names: [String] = []
    /// Of all cohorts.
    package var identities = 0
    /// The latest ones.
    package var cohorts: [Cohort] = []
    package var otherCohorts = 0
    /// By index.
    package var totals: [Total] = []
    /// How many more values the breakdown has.
    package var otherValues = 0
  }

  /// An experiment that is configured, or was reported.
  package struct Experiment: Sendable {
    package let name: String
    /// `nil` where there is none that can be read.
    package var report: ExperimentReport?
    /// Whether there is a report that cannot be read.
    package var isDamaged = false
    package var isConfigured = true

    package init(name: String) { self.name = name }
  }

  /// A summary that is there.
  package struct TableEntry: Sendable {
    package let table: SummaryTable
    package let rows: Int

    package init(_ table: SummaryTable, rows: Int) { (self.table, self.rows) = (table, rows) }
  }
}

/// How much of everything the page shows; the tables have the rest.
enum OverviewLimits {
  static let environments = 5
  static let features = 20
  static let values = 5
  static let segments = 20
  static let cohorts = 24
  static let periods = 13
  static let overlaps = 60
  /// Dates between what is compared.
  static let comparedDays = 7
}
