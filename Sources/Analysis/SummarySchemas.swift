package import Tables

/// The tables that are computed from the lake.
package enum SummaryTable: String, CaseIterable, Sendable {
  case featureDaily = "feature_daily"
  case segmentDaily = "segment_daily"
  case traitDaily = "trait_daily"
  case traitNumbers = "trait_numbers"
  case exposures
  case retention
  case cohortDaily = "cohort_daily"
  case cohortOverlap = "cohort_overlap"
  case cohortMembers = "cohort_members"
  case segmentFlows = "segment_flows"
  case deliveryQuality = "delivery_quality"

  /// Whether the table is written as CSV too.
  package var hasCSV: Bool { self != .exposures && self != .cohortMembers }

  /// The name of the Parquet file among the summaries.
  package var parquetName: String { rawValue + ".parquet" }
  var csvName: String { rawValue + ".csv" }

  package var schema: TableSchema {
    let feature = [
      ColumnSchema("environment", .int64, nullable: true),
      ColumnSchema("feature_id", .int64),
      ColumnSchema("feature", .string),
      ColumnSchema("enabled", .boolean),
      ColumnSchema("value_type", .string),
      ColumnSchema("value", .string, nullable: true),
    ]
    let measures = ["identities", "windows", "deliveries"].map { ColumnSchema($0, .int64) }
    let flows = ["members", "entered", "left"].map { ColumnSchema($0, .int64) }
    let date = ColumnSchema("date", .date)
    let environment = ColumnSchema("environment", .int64, nullable: true)
    switch self {
    case .featureDaily:
      return TableSchema(
        name: rawValue,
        sortedBy: 8,
        [date] + feature[..<3] + [ColumnSchema("feature_type", .string)] + feature[3...]
          + measures
      )
    case .segmentDaily:
      return TableSchema(
        name: rawValue,
        sortedBy: 5,
        [
          date, environment, ColumnSchema("segment_id", .int64),
          ColumnSchema("segment", .string), ColumnSchema("member", .boolean),
        ] + measures
      )
    case .traitDaily:
      return TableSchema(
        name: rawValue,
        sortedBy: 5,
        [
          date, environment, ColumnSchema("trait", .string),
          ColumnSchema("value_type", .string), ColumnSchema("value", .string, nullable: true),
          ColumnSchema("identities", .int64),
        ]
      )
    case .traitNumbers:
      return TableSchema(
        name: rawValue,
        sortedBy: 3,
        [
          date, environment, ColumnSchema("trait", .string), ColumnSchema("identities", .int64),
        ]
          + ["mean", "minimum", "p05", "p25", "median", "p75", "p95", "maximum"].map {
            ColumnSchema($0, .double)
          }
      )
    case .exposures:
      return TableSchema(
        name: rawValue,
        sortedBy: 7,
        feature + [
          ColumnSchema("identity", .string),
          ColumnSchema("first_exposed_at", .timestamp),
          ColumnSchema("last_exposed_at", .timestamp),
          ColumnSchema("windows", .int64), ColumnSchema("deliveries", .int64),
        ]
      )
    case .retention:
      return TableSchema(
        name: rawValue,
        sortedBy: 7,
        [
          environment, ColumnSchema("cohort_kind", .string), ColumnSchema("cohort", .date),
          ColumnSchema("breakdown", .string),
          ColumnSchema("breakdown_value", .string, nullable: true),
          ColumnSchema("period", .string), ColumnSchema("period_index", .int64),
          ColumnSchema("cohort_identities", .int64), ColumnSchema("elapsed", .boolean),
          ColumnSchema("retained", .int64), ColumnSchema("retained_or_later", .int64),
        ]
      )
    case .cohortDaily:
      return TableSchema(
        name: rawValue,
        sortedBy: 3,
        [date, environment, ColumnSchema("cohort", .string)] + flows
      )
    case .cohortOverlap:
      return TableSchema(
        name: rawValue,
        sortedBy: 3,
        [environment, ColumnSchema("cohort", .string), ColumnSchema("other", .string)]
          + ["members", "other_members", "both"].map { ColumnSchema($0, .int64) }
      )
    case .cohortMembers:
      return TableSchema(
        name: rawValue,
        sortedBy: 4,
        [
          environment, ColumnSchema("identity", .string), ColumnSchema("cohort", .string),
          ColumnSchema("entered", .date), ColumnSchema("left", .date, nullable: true),
        ]
      )
    case .segmentFlows:
      return TableSchema(
        name: rawValue,
        sortedBy: 4,
        [date, environment, ColumnSchema("segment_id", .int64), ColumnSchema("segment", .string)]
          + flows
      )
    case .deliveryQuality:
      return TableSchema(
        name: rawValue,
        sortedBy: 2,
        [
          ColumnSchema("date", .date, nullable: true), ColumnSchema("outcome", .string),
          ColumnSchema("lines", .int64), ColumnSchema("share", .double),
        ]
      )
    }
  }
}
