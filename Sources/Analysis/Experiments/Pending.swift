struct SampleRatioFinding {
  let report: ExperimentReport.SampleRatio
  let shares: [Double]?
  init(_ m: ExperimentReportMaker) { fatalError() }
}
struct ResultRows {
  let final: [ResultRow]
  let series: [ResultRow]
  init(_ m: ExperimentReportMaker, sampleRatio: SampleRatioFinding) { fatalError() }
}
extension EventFile {
  func forEachCSVRow(bad: (Int, String) -> Void, _ body: (borrowing Row) throws -> Void) throws { fatalError() }
}
