package import Analysis
internal import Bytes
package import Tables

/// `timeline`: how many identities came in, one row for each date and variant.
package enum TimelineTable {
  package static let schema = TableSchema(
    name: "timeline",
    [
      ColumnSchema("date", .date, nullable: true),
      ColumnSchema("variant", .string),
      ColumnSchema("new_identities", .int64),
      ColumnSchema("identities", .int64),
    ]
  )

  /// The rows of a report, by date, and of a date in the order of the report.
  ///
  /// - Parameter report: The report.
  /// - Returns: All rows.
  package static func table(_ report: ExperimentReport) -> Table {
    var table = Table(schema)
    let rows = report.exposures.enumerated().sorted { left, right in
      (left.element.date, left.offset) < (right.element.date, right.offset)
    }
    for (_, row) in rows {
      table.columns[0].append(CivilDate(row.date).map { Int64($0.daysSinceEpoch) })
      table.columns[1].append(row.variant)
      table.columns[2].append(Int64(row.newIdentities))
      table.columns[3].append(Int64(row.identities))
    }
    return table
  }
}
