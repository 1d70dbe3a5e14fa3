internal import Tables

/// What tables and columns mean, in the words of their comments.
enum Meanings {
  static let tables = [
    "observations": "Who had which flags and segments in which window, and how often that was seen",
    "trait_values": "Which trait values an identity had on a date",
    "flag_states": "The flags of each flag state",
    "segment_states": "The segments of each segment state",
    "delivery_counts": "Lines of the archives per date and outcome",
    "archives": "The ledger: every archive, and what became of its lines",
    "feature_daily": "Identities, windows and deliveries per date and value of a feature",
    "segment_daily": "Identities, windows and deliveries per date and membership of a segment",
    "trait_daily": "Identities per date and value of a trait",
    "trait_numbers": "How the numbers of a trait are distributed, by date",
    "retention": "Of those who entered in a period, how many came back in each later one",
    "cohort_daily": "Members of a cohort at the end of a date, and who came and went",
    "cohort_overlap": "Members that two cohorts have in common at the end of the last date",
    "cohort_members": "Each stay of an identity in a cohort",
    "segment_flows": "Members of a segment at the end of a date, and who came and went",
    "exposures": "When and how often an identity was given a value of a feature",
    "delivery_quality": "Lines per date and outcome, and their share of the date",
  ]

  /// By the column's name, or by the table's and the column's where it means something else there.
  static let columns = [
    "archive": "SHA-256 of the bytes of the file",
    "both": "Members of both cohorts",
    "breakdown": "What the cohort is split by",
    "breakdown_value": "What identities were when they entered",
    "bytes": "Bytes of the file",
    "bytes_uncompressed": "Bytes that were inflated",
    "cohort": "Name of the cohort",
    "retention.cohort": "First date of the period of the entry",
    "cohort_identities": "Identities that entered",
    "cohort_kind": "What entering was: first_seen, or an exposure",
    "date": "Local date of the start of the window",
    "delivery_counts.date": "Local date of the time received; null where there is none",
    "delivery_quality.date": "Local date of the time received; null where there is none",
    "deliveries": "Verified deliveries, repeats included",
    "elapsed": "Whether the period is over",
    "enabled": "Whether the feature was on",
    "entered": "Members that were none at the end of the date before",
    "cohort_members.entered": "First date of the stay",
    "environment": "Flagsmith's id of the environment; null where nothing names it",
    "feature": "Name of the feature",
    "feature_id": "Flagsmith's id of the feature",
    "feature_type": "STANDARD or MULTIVARIATE",
    "first_at": "Earliest time received",
    "first_exposed_at": "Earliest time received with this value",
    "first_received_at": "Earliest time received, of rejected lines too",
    "flag_state": "Digest of the flags; the key of flag_states",
    "identities": "Distinct identities",
    "identity": "Flagsmith's identifier of the identity, or its pseudonym",
    "identity_deliveries": "Lines with a snapshot of an identity",
    "initial_value": "Initial value of the feature",
    "last_at": "Latest time received",
    "last_exposed_at": "Latest time received with this value",
    "last_received_at": "Latest time received, of rejected lines too",
    "left": "Members at the end of the date before that are none now",
    "cohort_members.left": "Date after the last of the stay; null where it goes on",
    "lines": "Lines",
    "maximum": "Greatest number",
    "mean": "Mean of the numbers",
    "median": "Median of the numbers",
    "member": "Whether the identity was in the segment",
    "members": "Members at the end of the date",
    "cohort_overlap.members": "Members of the cohort",
    "minimum": "Least number",
    "number": "The value where it is a number",
    "other": "Name of the other cohort",
    "other_members": "Members of the other cohort",
    "other_deliveries": "Lines with other webhooks of Flagsmith's",
    "outcome": "verified, reconstructed or unsigned_accepted, or the reason of the rejection",
    "override": "none, identity or segment: what set the value apart from the environment's",
    "p05": "Quantile of 5 percent",
    "p25": "Quantile of 25 percent",
    "p75": "Quantile of 75 percent",
    "p95": "Quantile of 95 percent",
    "path": "Absolute path of the file",
    "percentage_allocation": "Weight of the variant, in percent",
    "period": "day, week or month",
    "period_index": "Periods since that of the entry",
    "quarantined": "Rejected lines",
    "reconstructed": "Lines that verified after their body was written again",
    "retained": "Identities with an observation in the period",
    "retained_or_later": "Identities with an observation in the period or after",
    "segment": "Name of the segment",
    "segment_id": "Flagsmith's id of the segment",
    "segment_state": "Digest of the segments; the key of segment_states",
    "share": "Share of the lines of the date",
    "status": "complete or salvaged",
    "trait": "Key of the trait",
    "unsigned_accepted": "Lines without a signature that were let in",
    "value": "Canonical text of the value; null where the value is null",
    "value_type": "string, integer, float, boolean or null",
    "trait_daily.value_type": "string, integer, float, boolean or null; other for the rest",
    "trait_daily.value": "Canonical text of the value; (other) for the rest",
    "verified": "Lines that verified as they stand",
    "window_start": "Start of the window",
    "windows": "Distinct windows of identities",
  ]

  private static let rejected = "rejected_"

  /// What a table is, in a line.
  static func of(_ table: WarehouseTable) -> String { tables[table.name] ?? table.name }

  /// What a column of a table holds, in a line.
  static func of(_ column: ColumnSchema, in table: WarehouseTable) -> String {
    if column.name.hasPrefix(rejected) {
      return "Lines rejected as \(column.name.dropFirst(rejected.count))"
    }
    return columns["\(table.name).\(column.name)"] ?? columns[column.name] ?? column.name
  }
}
