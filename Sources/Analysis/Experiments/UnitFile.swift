internal import Bytes
internal import Lake
internal import Statistics
internal import Tables

/// `units.parquet` of an experiment: one row per identity, with its fate and the values that its arm's means are made of.
struct UnitFile: ~Copyable {
  private var file: TableFile
  private let plan: ExperimentPlan
  private let arms: ExperimentArms

  init(_ plan: ExperimentPlan, _ arms: ExperimentArms, directory: String) throws {
    self.plan = plan
    self.arms = arms
    file = try TableFile(Self.schema(plan), path: directory + "/units.parquet")
  }

  /// The columns: identity, fate, variant, first and last exposure, slices, and for each metric its value, its denominator and
  /// its covariates, where it has any.
  static func schema(_ plan: ExperimentPlan) -> TableSchema {
    var columns = [
      ColumnSchema("identity", .string), ColumnSchema("fate", .string),
      ColumnSchema("variant", .string, nullable: true),
      ColumnSchema("first_exposed_at", .timestamp, nullable: true),
      ColumnSchema("last_exposed_at", .timestamp, nullable: true),
    ]
    for slice in plan.slices { columns.append(ColumnSchema(slice.name, .string, nullable: true)) }
    for metric in plan.metrics {
      columns.append(ColumnSchema(metric.name, .double, nullable: true))
      if metric.denominator != nil {
        columns.append(ColumnSchema(metric.name + "_denominator", .double, nullable: true))
      }
      if metric.covariateLookback != nil {
        columns.append(ColumnSchema(metric.name + "_covariate", .double, nullable: true))
        if metric.denominator != nil {
          columns.append(
            ColumnSchema(metric.name + "_covariate_denominator", .double, nullable: true)
          )
        }
      }
    }
    return TableSchema(name: "units", sortedBy: 1, columns)
  }

  /// Adds a unit, with its values as of the last day.
  mutating func append(_ unit: Unit, _ tally: ExperimentTally) throws {
    var column = 0
    func next() -> Int {
      column += 1
      return column - 1
    }
    let isAnalysed = unit.fate == .analysed
    file.batch.columns[next()].append(unit.identity.span)
    file.batch.columns[next()].append(unit.fate.rawValue)
    file.batch.columns[next()].append(isAnalysed ? unit.arm.map { arms.arms[$0].name } : nil)
    file.batch.columns[next()].append(unit.firstExposedAt)
    file.batch.columns[next()].append(unit.lastExposedAt)
    for slice in unit.slices { file.batch.columns[next()].append(slice) }
    for (place, metric) in plan.metrics.enumerated() {
      let values = isAnalysed ? tally.finalValues(unit, place) : nil
      file.batch.columns[next()].append(values?.numerator)
      if metric.denominator != nil { file.batch.columns[next()].append(values?.denominator) }
      if metric.covariateLookback != nil {
        file.batch.columns[next()].append(values?.covariate)
        if metric.denominator != nil {
          file.batch.columns[next()].append(values?.covariateDenominator)
        }
      }
    }
    try file.commitRow()
  }

  mutating func finish() throws { try file.finish() }
}

extension ExperimentPlan.Slice {
  /// `segment:NAME` or `trait:NAME`.
  var name: String {
    switch self {
    case .segment(let name): "segment:\(name)"
    case .trait(let name): "trait:\(name)"
    }
  }
}
