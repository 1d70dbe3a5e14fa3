/// What an analysis fixes in advance.
package struct AnalysisSettings: Sendable, Equatable {
  /// The error that is accepted: intervals have the level 1 − α.
  package var alpha = 0.05
  /// The number of identities at which the sequential interval is tightest.
  package var sequentialTuning = 5000.0
  /// The lift that is expected before there are data.
  package var priorMean = 0.0
  /// How far lifts are expected to be from it.
  package var priorDeviation = 0.3
  /// The power that sizes are computed for.
  package var targetPower = 0.8
  /// The lift that sizes are computed for.
  package var targetEffect = 0.05

  package init() {}
}
