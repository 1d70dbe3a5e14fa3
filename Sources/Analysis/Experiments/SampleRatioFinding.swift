internal import Statistics

/// Whether identities were split as they should be: over the whole experiment, and between changes of the allocations.
struct SampleRatioFinding {
  let report: ExperimentReport.SampleRatio
  /// By arms, what share each should have; `nil` where nothing says.
  let shares: [Double]?

  init(_ maker: ExperimentReportMaker) {
    let weights = maker.arms.arms.map(\.weight)
    if !weights.isEmpty, weights.allSatisfy({ $0 != nil }) {
      let test = SampleRatioTest(observed: maker.armCounts, weights: weights.map { $0 ?? 0 })
      shares = Self.shares(weights.map { $0 ?? 0 })
      report = Self.report(test, source: "configured", periods: [])
    } else if !maker.periods.isEmpty {
      let counts = Self.counts(maker)
      // What is expected of each arm over all periods.
      let expected = maker.arms.arms.indices.map { arm in
        zip(counts, maker.periods).reduce(0) { sum, period in
          sum + Double(period.0.reduce(0, +)) * period.1.shares[arm]
        }
      }
      let tests = zip(counts, maker.periods).map {
        SampleRatioTest(observed: $0, weights: $1.shares)
      }
      let test = SampleRatioTest(observed: maker.armCounts, weights: expected)
      shares = Self.shares(expected)
      let periods = tests.count < 2 ? [] : Self.periods(maker, counts, tests)
      report = Self.report(test, source: "seen", periods: periods)
    } else {
      shares = nil
      report = ExperimentReport.SampleRatio(
        status: "no_weights",
        residuals: maker.arms.arms.map { _ in nil },
        periods: []
      )
    }
  }

  private static func shares(_ weights: [Double]) -> [Double]? {
    let total = weights.reduce(0, +)
    return total > 0 ? weights.map { $0 / total } : nil
  }

  /// By periods and arms, how many identities were exposed for the first time.
  private static func counts(_ maker: ExperimentReportMaker) -> [[Int]] {
    let starts = maker.periods.map(\.start)
    var counts = starts.map { _ in maker.arms.arms.map { _ in 0 } }
    for (arm, times) in maker.tally.exposureTimes.enumerated() {
      for time in times { counts[starts.lastIndex { $0 <= time } ?? 0][arm] += 1 }
    }
    return counts
  }

  private static func status(_ test: SampleRatioTest) -> String {
    if test.isMismatch { return "mismatch" }
    if test.status == .noWeights { return "no_weights" }
    return test.total < SampleRatioTest.fewestIdentities ? "too_few" : "ok"
  }

  private static func report(
    _ test: SampleRatioTest,
    source: String,
    periods: [ExperimentReport.SampleRatio.Period]
  ) -> ExperimentReport.SampleRatio {
    let isBroken = periods.contains { $0.status == "mismatch" }
    return ExperimentReport.SampleRatio(
      status: isBroken ? "mismatch" : status(test),
      pValue: test.probability?.value,
      statistic: test.chiSquare,
      degreesOfFreedom: test.degreesOfFreedom,
      residuals: test.residuals,
      source: source,
      periods: periods
    )
  }

  private static func periods(
    _ maker: ExperimentReportMaker,
    _ counts: [[Int]],
    _ tests: [SampleRatioTest]
  ) -> [ExperimentReport.SampleRatio.Period] {
    let ends = maker.periods.dropFirst().map(\.start) + [maker.calendar.end]
    return maker.periods.indices.map { place in
      ExperimentReport.SampleRatio.Period(
        from: DateTexts.time(maker.periods[place].start),
        to: DateTexts.time(ends[place]),
        identities: counts[place],
        expectedShares: maker.periods[place].shares,
        pValue: tests[place].probability?.value,
        status: status(tests[place])
      )
    }
  }
}
