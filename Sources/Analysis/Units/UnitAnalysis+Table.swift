internal import Statistics
package import Tables

extension UnitAnalysis {
  /// The comparisons as rows of a table; an empty cell and a status where something is undefined.
  ///
  /// Chance to win and loss are those of the posterior with the prior, on the absolute effect.
  package var table: Table {
    var table = Table(Self.schema)
    for row in rows { append(row, to: &table) }
    return table
  }

  package static let schema = TableSchema(
    name: "comparisons",
    [
      ColumnSchema("metric", .string), ColumnSchema("adjustment", .string),
      ColumnSchema("control", .string), ColumnSchema("treatment", .string),
      ColumnSchema("n_control", .int64), ColumnSchema("n_treatment", .int64),
    ] + numbers("value_control value_treatment sd_control sd_treatment effect_abs se df")
      + numbers("ci_abs_low ci_abs_high lift ci_lift_low ci_lift_high")
      + [ColumnSchema("lift_status", .string, nullable: true)]
      + numbers("ci_delta_low ci_delta_high p_delta ci_log_low ci_log_high p_value log10_p p_holm")
      + numbers("p_bh seq_ci_low seq_ci_high seq_p chance_to_win loss_treatment theta")
      + numbers("variance_reduction mde")
      + [ColumnSchema("status", .string), ColumnSchema("warnings", .string, nullable: true)]
      + numbers("srm_p")
  )

  private static func numbers(_ names: String) -> [ColumnSchema] {
    names.split(separator: " ").map { ColumnSchema(String($0), .double, nullable: true) }
  }

  private func append(_ row: Row, to table: inout Table) {
    let comparison = row.comparison
    let texts: [String: String?] = [
      "metric": row.kind.rawValue,
      "adjustment": row.adjusts ? "cuped" : "none",
      "control": name(settings.control),
      "treatment": name(row.treatment),
      "lift_status": comparison.liftStatus,
      "status": comparison.status.rawValue,
      "warnings": comparison.warnings.isEmpty
        ? nil : comparison.warnings.map(\.rawValue).joined(separator: " "),
    ]
    let numbers: [String: Double?] = [
      "value_control": comparison.control?.value,
      "value_treatment": comparison.treatment?.value,
      "sd_control": comparison.control?.standardDeviation,
      "sd_treatment": comparison.treatment?.standardDeviation,
      "effect_abs": comparison.difference,
      "se": comparison.absolute?.standardError,
      "df": comparison.absolute?.degreesOfFreedom,
      "ci_abs_low": comparison.absolute?.interval.low,
      "ci_abs_high": comparison.absolute?.interval.high,
      "lift": comparison.lift,
      "ci_lift_low": comparison.fieller?.interval?.low,
      "ci_lift_high": comparison.fieller?.interval?.high,
      "ci_delta_low": comparison.delta?.interval.low,
      "ci_delta_high": comparison.delta?.interval.high,
      "p_delta": comparison.delta?.pValue,
      "ci_log_low": comparison.log?.interval.low,
      "ci_log_high": comparison.log?.interval.high,
      "p_value": comparison.absolute?.pValue,
      "log10_p": comparison.absolute?.log10PValue,
      "p_holm": row.holm,
      "p_bh": row.benjaminiHochberg,
      "seq_ci_low": comparison.sequentialAbsolute?.interval.low,
      "seq_ci_high": comparison.sequentialAbsolute?.interval.high,
      "seq_p": comparison.sequentialAbsolute?.pValue,
      "chance_to_win": comparison.priorAbsolute?.chanceToWin,
      "loss_treatment": comparison.priorAbsolute?.lossOfTreatment,
      "theta": comparison.theta,
      "variance_reduction": comparison.varianceReduction,
      "mde": comparison.detectableLift,
      "srm_p": sampleRatio.probability?.value,
    ]
    for place in table.columns.indices {
      let name = table.columns[place].schema.name
      switch name {
      case "n_control": table.columns[place].append(Int64(comparison.controlCount))
      case "n_treatment": table.columns[place].append(Int64(comparison.treatmentCount))
      default:
        if let text = texts[name] {
          table.columns[place].append(text)
        } else {
          table.columns[place].append(numbers[name] ?? nil)
        }
      }
    }
  }
}

extension Comparison {
  /// What is known of the lift; `nil` where there is no test.
  var liftStatus: String? {
    guard absolute != nil else { return nil }
    guard relativeStatus == .ok, let fieller else { return RelativeStatus.undefined.rawValue }
    return fieller.interval == nil ? "unbounded" : "ok"
  }
}
