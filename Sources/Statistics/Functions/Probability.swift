/// A probability, and its logarithm, which does not underflow.
package struct Probability: Sendable, Equatable {
  /// The probability; 0 where it is below the smallest double.
  package let value: Double
  /// Its natural logarithm; the least finite double for a probability of 0.
  package let log: Double
  /// Its decimal logarithm.
  package var log10: Double { log / logOf10 }

  static let one = Probability(value: 1, log: 0)

  init(value: Double, log: Double) {
    self.value = min(1, max(0, value))
    self.log = min(0, max(-.greatestFiniteMagnitude, log))
  }

  /// A probability that is known by its logarithm.
  init(log: Double) { self.init(value: exponential(log), log: log) }

  /// One minus a probability that is not small.
  init(complementOf value: Double) {
    self.init(value: 1 - value, log: naturalLog1Plus(-min(1, value)))
  }

  /// `factor` times e to the `exponent`; `nil` where that has no logarithm among the doubles.
  init?(_ factor: Double, timesExponentialOf exponent: Double) {
    let log = naturalLog(factor) + exponent
    guard log.isFinite else { return nil }
    // The product keeps digits that its logarithm loses, as long as neither factor under- or overflows.
    let power = exponential(exponent)
    let isExact = power >= .leastNormalMagnitude && power.isFinite
    self.init(value: isExact ? factor * power : exponential(log), log: log)
  }
}
