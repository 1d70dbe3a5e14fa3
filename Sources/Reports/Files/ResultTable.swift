package import Analysis
internal import Bytes
package import Tables

/// `results`: one row for each metric, comparison, slice and date.
package enum ResultTable {
  package static let schema = TableSchema(name: "results", columns.map(\.schema))

  /// The rows of a report, each combination of its keys once.
  ///
  /// By date, then the whole population before slices, by dimension and value, then metrics in the order of the plan, and
  /// treatments in that of the arms.
  ///
  /// - Parameter report: The report.
  /// - Returns: All rows.
  package static func table(_ report: ExperimentReport) -> Table {
    var table = Table(schema)
    for row in rows(report) {
      for (place, column) in columns.enumerated() {
        column.append(row, &table.columns[place])
      }
    }
    return table
  }

  /// What comes in both `results` and `series` is taken from the first.
  package static func rows(_ report: ExperimentReport) -> [ResultRow] {
    var seen: Set<Key> = []
    let rows = (report.results + report.series).filter { seen.insert(Key($0)).inserted }
    let metrics = places(report.metrics.map(\.name))
    let arms = places(report.arms.map(\.name))
    func order(_ row: ResultRow) -> (Int, Int) {
      (metrics[row.metric] ?? .max, arms[row.treatment] ?? .max)
    }
    return rows.map { (key: Key($0), order: order($0), row: $0) }.sorted { left, right in
      if left.key.slice != right.key.slice {
        return left.key.slice.lexicographicallyPrecedes(right.key.slice)
      }
      if left.order != right.order { return left.order < right.order }
      return left.key.names.lexicographicallyPrecedes(right.key.names)
    }.map(\.row)
  }

  private static func places(_ names: [String]) -> [String: Int] {
    Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
  }

  /// What tells rows apart; texts by their bytes.
  private struct Key: Hashable {
    let slice: [ByteText]
    let names: [ByteText]

    init(_ row: ResultRow) {
      slice = [row.asOf, row.dimension, row.dimensionValue].map { ByteText($0) }
      names = [row.metric, row.treatment, row.control].map { ByteText($0) }
    }
  }
}

// MARK: - Columns

extension ResultTable {
  /// A column, and how it takes its cell from a row.
  fileprivate struct ColumnOfRow: Sendable {
    let schema: ColumnSchema
    let append: @Sendable (ResultRow, inout Column) -> Void

    static func text(
      _ name: String,
      _ cell: @escaping @Sendable (ResultRow) -> String
    ) -> ColumnOfRow {
      ColumnOfRow(schema: ColumnSchema(name, .string)) { $1.append(cell($0)) }
    }

    static func count(_ name: String, _ cell: @escaping @Sendable (ResultRow) -> Int) -> ColumnOfRow
    {
      ColumnOfRow(schema: ColumnSchema(name, .int64)) { $1.append(Int64(cell($0))) }
    }

    /// What is not finite is no number, and no cell.
    static func number(
      _ name: String,
      _ cell: @escaping @Sendable (ResultRow) -> Double?
    ) -> ColumnOfRow {
      ColumnOfRow(schema: ColumnSchema(name, .double, nullable: true)) { row, column in
        column.append(cell(row).flatMap { $0.isFinite ? $0 : nil })
      }
    }

    static func date(
      _ name: String,
      _ cell: @escaping @Sendable (ResultRow) -> String
    ) -> ColumnOfRow {
      ColumnOfRow(schema: ColumnSchema(name, .date, nullable: true)) { row, column in
        column.append(CivilDate(cell(row)).map { Int64($0.daysSinceEpoch) })
      }
    }
  }

  fileprivate static let columns: [ColumnOfRow] = [
    .text("experiment") { $0.experiment },
    ColumnOfRow(schema: ColumnSchema("environment", .int64, nullable: true)) {
      $1.append($0.environment)
    },
    .text("feature") { $0.feature },
    .date("as_of") { $0.asOf },
    .date("window_start") { $0.windowStart },
    .date("window_end") { $0.windowEnd },
    .text("dimension") { $0.dimension },
    .text("dimension_value") { $0.dimensionValue },
    .text("metric") { $0.metric },
    .text("metric_type") { $0.metricType },
    .text("role") { $0.role },
    .text("direction") { $0.direction },
    .text("control") { $0.control },
    .text("treatment") { $0.treatment },
    .count("n_control") { $0.controlCount },
    .count("n_treatment") { $0.treatmentCount },
    .number("value_control") { $0.controlValue },
    .number("value_treatment") { $0.treatmentValue },
    .number("sd_control") { $0.controlDeviation },
    .number("sd_treatment") { $0.treatmentDeviation },
    .number("effect_abs") { $0.effect },
    .number("se") { $0.standardError },
    .number("df") { $0.degreesOfFreedom },
    .number("ci_abs_low") { $0.effectLow },
    .number("ci_abs_high") { $0.effectHigh },
    .number("lift") { $0.lift },
    .number("ci_lift_low") { $0.liftLow },
    .number("ci_lift_high") { $0.liftHigh },
    .text("lift_status") { $0.liftStatus },
    .number("ci_delta_low") { $0.deltaLow },
    .number("ci_delta_high") { $0.deltaHigh },
    .number("p_delta") { $0.deltaPValue },
    .number("ci_log_low") { $0.logLow },
    .number("ci_log_high") { $0.logHigh },
    .number("p_value") { $0.pValue },
    .number("log10_p") { $0.log10PValue },
    .number("p_holm") { $0.holmPValue },
    .number("p_bh") { $0.bhPValue },
    .number("seq_ci_low") { $0.sequentialLow },
    .number("seq_ci_high") { $0.sequentialHigh },
    .number("seq_p") { $0.sequentialPValue },
    .number("chance_to_win") { $0.chanceToWin },
    .number("loss_treatment") { $0.treatmentLoss },
    .number("theta") { $0.theta },
    .number("variance_reduction") { $0.varianceReduction },
    .number("cap_value") { $0.cap },
    .number("mde") { $0.minimumDetectableEffect },
    .text("status") { $0.status },
    .text("warnings") { $0.warnings.joined(separator: ";") },
    .number("srm_p") { $0.sampleRatioPValue },
    .count("excluded_multiple_variants") { $0.multipleVariants },
  ]
}
