/// A range of values that the data do not contradict.
package struct Interval: Sendable, Equatable {
  package let low: Double
  package let high: Double

  /// `nil` where a bound is no number.
  init?(low: Double, high: Double) {
    guard low.isFinite, high.isFinite else { return nil }
    self.low = low
    self.high = high
  }

  init?(_ middle: Double, halfWidth: Double) {
    self.init(low: middle - halfWidth, high: middle + halfWidth)
  }

  package func contains(_ value: Double) -> Bool { low <= value && value <= high }
}
