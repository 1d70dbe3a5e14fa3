internal import Bytes
internal import Captures
package import Tables

/// The tables of the lake.
package enum LakeTable: String, CaseIterable, Sendable {
  case observations
  case traitValues = "trait_values"
  case flagStates = "flag_states"
  case segmentStates = "segment_states"
  case deliveryCounts = "delivery_counts"
  case archives

  static let ending = ".parquet"

  /// Whether there is one file per date, with the date in its path alone.
  package var isPartitioned: Bool { self == .observations || self == .traitValues }

  /// Names the table's file, or that of a partition.
  ///
  /// - Parameter day: The date of the partition, in days since 1970-01-01; `nil` where the table has none.
  /// - Returns: The path in the lake.
  package func fileName(day: Int32? = nil) -> String {
    guard let day else { return "\(rawValue)/\(rawValue).parquet" }
    var date: [UInt8] = []
    date.append(date: Int(day))
    return "\(rawValue)/date=\(String(decoding: date, as: UTF8.self))/\(rawValue).parquet"
  }

  /// The paths in the lake of the table's files; a `*` stands for a partition's date.
  package var filePattern: String {
    isPartitioned ? "\(rawValue)/date=*/\(rawValue).parquet" : fileName()
  }

  /// The columns with those that the path of a file holds: the date of a partitioned table, in front.
  package var fullSchema: TableSchema {
    guard isPartitioned else { return schema }
    return TableSchema(
      name: rawValue,
      sortedBy: schema.sortColumns.count + 1,
      [ColumnSchema("date", .date)] + schema.columns
    )
  }

  /// Whether a path in the lake is that of a partition of the table.
  package func hasPartition(_ name: String) -> Bool { name.hasPrefix("\(rawValue)/date=") }

  /// The columns in a file of the table.
  package var schema: TableSchema {
    switch self {
    case .observations:
      TableSchema(
        name: rawValue,
        sortedBy: 5,
        [
          ColumnSchema("environment", .int64, nullable: true),
          ColumnSchema("identity", .string),
          ColumnSchema("window_start", .timestamp),
          ColumnSchema("flag_state", .string),
          ColumnSchema("segment_state", .string),
          ColumnSchema("first_at", .timestamp),
          ColumnSchema("last_at", .timestamp),
          ColumnSchema("deliveries", .int64),
        ]
      )
    case .traitValues:
      TableSchema(
        name: rawValue,
        sortedBy: 5,
        [
          ColumnSchema("environment", .int64, nullable: true),
          ColumnSchema("identity", .string),
          ColumnSchema("trait", .string),
          ColumnSchema("value_type", .string),
          ColumnSchema("value", .string, nullable: true),
          ColumnSchema("number", .double, nullable: true),
          ColumnSchema("first_at", .timestamp),
          ColumnSchema("last_at", .timestamp),
        ]
      )
    case .flagStates:
      TableSchema(
        name: rawValue,
        sortedBy: 11,
        [
          ColumnSchema("flag_state", .string),
          ColumnSchema("environment", .int64, nullable: true),
          ColumnSchema("feature_id", .int64),
          ColumnSchema("feature", .string),
          ColumnSchema("feature_type", .string),
          ColumnSchema("enabled", .boolean),
          ColumnSchema("value_type", .string),
          ColumnSchema("value", .string, nullable: true),
          ColumnSchema("percentage_allocation", .double, nullable: true),
          ColumnSchema("initial_value", .string, nullable: true),
          ColumnSchema("override", .string),
        ]
      )
    case .segmentStates:
      TableSchema(
        name: rawValue,
        sortedBy: 4,
        [
          ColumnSchema("segment_state", .string),
          ColumnSchema("segment_id", .int64),
          ColumnSchema("segment", .string),
          ColumnSchema("member", .boolean),
        ]
      )
    case .deliveryCounts:
      TableSchema(
        name: rawValue,
        sortedBy: 2,
        [
          ColumnSchema("date", .date, nullable: true),
          ColumnSchema("outcome", .string),
          ColumnSchema("lines", .int64),
        ]
      )
    case .archives: Self.archivesSchema
    }
  }

  private static let archivesSchema = TableSchema(
    name: LakeTable.archives.rawValue,
    sortedBy: 1,
    [
      ColumnSchema("archive", .string),
      ColumnSchema("path", .string),
    ]
      + [
        "bytes", "bytes_uncompressed", "lines", "identity_deliveries", "other_deliveries",
        "quarantined", "verified", "reconstructed", "unsigned_accepted",
      ].map { ColumnSchema($0, .int64) }
      + [ColumnSchema("status", .string)]
      + RejectionReason.allCases.map { ColumnSchema("rejected_\($0.rawValue)", .int64) }
      + [
        ColumnSchema("first_received_at", .timestamp, nullable: true),
        ColumnSchema("last_received_at", .timestamp, nullable: true),
      ]
  )
}
