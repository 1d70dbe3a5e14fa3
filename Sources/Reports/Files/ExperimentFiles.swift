package import Analysis
internal import Files
internal import Lake
internal import Tables

/// The files in which an experiment is reported.
package struct ExperimentFiles {
  private let report: ExperimentReport

  package init(_ report: ExperimentReport) { self.report = report }

  /// Writes `report.html`, `report.json`, `results.csv`, `results.parquet` and `timeline.csv`, durably.
  ///
  /// - Parameter directory: Where they are created; it has to be there.
  /// - Throws: ``FileFailure``, or what ``ExperimentPage/html()`` throws.
  package func write(into directory: String) throws {
    let page = try ExperimentPage(report: report).html()
    try Self.write(Array(page.utf8), to: "\(directory)/report.html")
    try JSONFile.write(report, to: "\(directory)/report.json")
    let results = ResultTable.table(report)
    try Self.write(Self.csv(results), to: "\(directory)/results.csv")
    var parquet = try TableFile(results.schema, path: "\(directory)/results.parquet")
    try parquet.append(results)
    try parquet.finish()
    try Self.write(Self.csv(TimelineTable.table(report)), to: "\(directory)/timeline.csv")
  }

  /// The report in a directory, if all files of it are there.
  ///
  /// - Parameter directory: Where they were written.
  /// - Returns: The report; `nil` where a file of it is missing.
  /// - Throws: ``FileFailure``, or `DecodingError` where it is not a report.
  package static func current(in directory: String) throws -> ExperimentReport? {
    let names = [
      "report.html", "report.json", "results.csv", "results.parquet", "timeline.csv",
      "units.parquet",
    ]
    guard names.allSatisfy({ FileSystem.isRegularFile("\(directory)/\($0)") }) else { return nil }
    return try JSONFile.read(ExperimentReport.self, "\(directory)/report.json")
  }

  private static func csv(_ table: Table) -> [UInt8] {
    let writer = CSVWriter(table.schema)
    var text: [UInt8] = []
    writer.appendHeader(to: &text)
    writer.append(table, to: &text)
    return text
  }

  private static func write(_ bytes: [UInt8], to path: String) throws {
    let sink = try FileSink(path: path)
    try sink.write(bytes.span)
    try sink.close()
  }
}
