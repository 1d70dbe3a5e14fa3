import Analysis
import Files
import Reports
import Tables
import TestSupport
import Testing

@Suite("The tables of an experiment")
struct FileTests {
  /// The columns as the statistics of the reports list them.
  private static let columns = """
    experiment, environment, feature, as_of, window_start, window_end, dimension, dimension_value, metric, metric_type, role, direction,
    control, treatment, n_control, n_treatment, value_control, value_treatment, sd_control, sd_treatment, effect_abs, se, df, ci_abs_low, ci_abs_high, lift, ci_lift_low, ci_lift_high, lift_status, ci_delta_low,
    ci_delta_high, p_delta, ci_log_low, ci_log_high, p_value, log10_p, p_holm, p_bh, seq_ci_low, seq_ci_high, seq_p, chance_to_win, loss_treatment, theta, variance_reduction, cap_value, mde, status, warnings,
    srm_p, excluded_multiple_variants
    """.split { $0 == "," || $0.isWhitespace }.map(String.init)

  @Test("results have the columns of the guide, in their order")
  func columns() {
    #expect(ResultTable.schema.columns.map(\.name) == Self.columns)
  }

  @Test("each metric, comparison, slice and date is there once, in order")
  func rows() {
    let report = MadeReport.threeArms
    let rows = ResultTable.rows(report)
    // 4 metrics of 2 treatments on 21 days, and 4 slices of 3 goals of 2 treatments.
    #expect(rows.count == 4 * 2 * 21 + 4 * 3 * 2)
    let keys = rows.map { [$0.asOf, $0.dimension, $0.dimensionValue] }
    #expect(zip(keys, keys.dropFirst()).allSatisfy { !$1.lexicographicallyPrecedes($0) })
    let last = rows.filter { $0.asOf == report.asOf && $0.dimension.isEmpty }
    #expect(last.map(\.metric) == report.metrics.flatMap { [$0.name, $0.name] })
    #expect(last.prefix(2).map(\.treatment) == report.arms.dropFirst().map(\.name))
    #expect(last.first?.lift == report.results.first?.lift)
  }

  @Test("the order of the report's rows does not matter")
  func orderDoesNotMatter() {
    var report = MadeReport.threeArms
    let before = ResultTable.rows(report).map {
      [$0.asOf, $0.dimension, $0.dimensionValue, $0.metric, $0.treatment]
    }
    report.results.reverse()
    report.series.reverse()
    #expect(
      ResultTable.rows(report).map {
        [$0.asOf, $0.dimension, $0.dimensionValue, $0.metric, $0.treatment]
      } == before
    )
  }

  @Test("a row has its cells where they belong; what is not there is empty, with a status")
  func cells() throws {
    let directory = try TemporaryDirectory()
    try ExperimentFiles(MadeReport.unbounded).write(into: directory.path)
    let lines = try text(directory, "results.csv").split(separator: "\n")
    let row = try #require(lines.first { $0.contains(",refunds,") }).split(
      separator: ",",
      omittingEmptySubsequences: false
    )
    func cell(_ name: String) -> Substring { row[Self.columns.firstIndex(of: name) ?? 0] }
    #expect(row.count == Self.columns.count)
    #expect(cell("as_of") == "2026-11-14" && cell("window_end") == "2026-11-15")
    #expect(cell("value_control") == "42.5" && cell("n_control") == "5012")
    #expect(
      cell("lift") == "0.1" && cell("ci_lift_low") == "" && cell("lift_status") == "unbounded"
    )
    #expect(cell("p_value") == "0.0004" && cell("p_holm") == "0.0008" && cell("p_bh") == "0.0004")
    #expect(cell("srm_p") == "0.81" && cell("excluded_multiple_variants") == "41")
    let bare = try #require(lines.first { $0.contains(",lonely,") })
    #expect(bare.contains(",fewer_than_2_identities,") && bare.contains(",1,1,,,,,,,,"))
  }

  @Test("numbers that are not finite are empty")
  func notFinite() {
    var report = MadeReport.clearWin
    report.results[0].lift = .infinity
    report.results[0].log10PValue = .nan
    let table = ResultTable.table(report)
    let row = table.rowCount - 2
    for name in ["lift", "log10_p"] {
      let column = ResultTable.schema.index(of: name).map { table.columns[$0] }
      #expect(column?.isNull(row) == true)
    }
  }

  @Test("formulas are neutral in every CSV")
  func formulas() throws {
    let directory = try TemporaryDirectory()
    try ExperimentFiles(MadeReport.hostile).write(into: directory.path)
    #expect(try text(directory, "results.csv").contains(",'=cmd()|'/c calc'!A1,"))
    #expect(try !text(directory, "results.csv").contains(",=cmd"))
  }

  @Test("the timeline has a row for each date and variant")
  func timeline() throws {
    let directory = try TemporaryDirectory()
    var report = MadeReport.clearWin
    report.exposures.reverse()
    try ExperimentFiles(report).write(into: directory.path)
    let lines = try text(directory, "timeline.csv").split(separator: "\n")
    #expect(lines.count == 1 + 14 * 2)
    #expect(lines[0] == "date,variant,new_identities,identities")
    #expect(lines[1].hasPrefix("2026-11-01,") && lines[28].hasPrefix("2026-11-14,"))
    #expect(lines.contains("2026-11-14,blue,360,4988"))
  }

  @Test("report.json is the report again")
  func json() throws {
    let directory = try TemporaryDirectory()
    try ExperimentFiles(MadeReport.threeArms).write(into: directory.path)
    let read = try JSONFile.read(ExperimentReport.self, directory.path("report.json"))
    let again = try TemporaryDirectory()
    try ExperimentFiles(read).write(into: again.path)
    let files = try TemporaryDirectory.files(below: directory.path)
    #expect(
      files.keys.sorted() == [
        "report.html", "report.json", "results.csv", "results.parquet", "timeline.csv",
      ]
    )
    #expect(try files == TemporaryDirectory.files(below: again.path))
  }

  private func text(_ directory: TemporaryDirectory, _ name: String) throws -> String {
    String(decoding: try TemporaryDirectory.contents(of: directory.path(name)), as: UTF8.self)
  }
}
