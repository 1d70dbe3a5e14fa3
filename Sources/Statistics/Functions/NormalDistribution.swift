/// The standard normal distribution.
package enum NormalDistribution {
  /// From where on the tail is computed from its continued fraction.
  private static let tailStart = 5.0
  private static let rootOfHalf = 0.707_106_781_186_547_524_40

  /// The density φ(x), right in the tails too: x² is taken with twice the digits.
  package static func density(_ x: Double) -> Double {
    guard abs(x) < 1e8 else { return 0 }
    let square = x * x
    let rest = (-square).addingProduct(x, x)
    return exponential(-square / 2 - logOfRootOf2Pi) * (1 - rest / 2)
  }

  /// P(Z > x); `nil` where x is no number.
  package static func upperTail(_ x: Double) -> Probability? {
    guard !x.isNaN else { return nil }
    if x >= tailStart {
      guard x < 1e150 else {
        return Probability(value: 0, log: -.greatestFiniteMagnitude)
      }
      let mills = 1 / (x + millsRest(x))
      return Probability(
        value: density(x) * mills,
        log: -x * x / 2 - logOfRootOf2Pi + naturalLog(mills)
      )
    }
    if x <= -tailStart {
      return upperTail(-x).map { Probability(complementOf: $0.value) }
    }
    let value = complementaryErrorFunction(x * rootOfHalf) / 2
    let log =
      x < 0
      ? naturalLog1Plus(-complementaryErrorFunction(-x * rootOfHalf) / 2) : naturalLog(value)
    return Probability(value: value, log: log)
  }

  /// P(Z < x); `nil` where x is no number.
  package static func lowerTail(_ x: Double) -> Probability? { upperTail(-x) }

  /// The K(x) with P(Z > x) = φ(x) / (x + K(x)), for x ≥ 1.
  ///
  /// Laplace's continued fraction K = 1/(x + 2/(x + 3/(x + …))), DLMF 7.9.2, taken from its end.
  private static func millsRest(_ x: Double) -> Double {
    let terms = Int(260 / (x * x)) + 12
    var tail = 0.0
    for n in stride(from: terms, through: 1, by: -1) { tail = Double(n) / (x + tail) }
    return tail
  }

  /// The x with P(Z > x) = p, for p between 0 and 1; `nil` elsewhere.
  ///
  /// Newton's method on the logarithm of the tail, or on the error function in the middle, from the approximation
  /// 26.2.23 of Abramowitz and Stegun.
  package static func upperQuantile(_ p: Double) -> Double? {
    guard p > 0, p < 1 else { return nil }
    if p > 0.5 { return upperQuantile(1 - p, middle: p - 0.5).map { -$0 } }
    return upperQuantile(p, middle: 0.5 - p)
  }

  /// The x with P(Z < x) = p, for p between 0 and 1; `nil` elsewhere.
  package static func quantile(_ p: Double) -> Double? { upperQuantile(p).map { 0 - $0 } }

  private static func upperQuantile(_ p: Double, middle: Double) -> Double? {
    if middle == 0 { return 0 }
    let target = naturalLog(p)
    let root = (-2 * target).squareRoot()
    var x =
      root - (2.515517 + root * (0.802853 + root * 0.010328))
      / (1 + root * (1.432788 + root * (0.189269 + root * 0.001308)))
    for _ in 0..<40 {
      let step: Double
      if p > 0.2 {
        step = (errorFunction(x * rootOfHalf) / 2 - middle) / density(x)
      } else {
        guard let tail = upperTail(x) else { return nil }
        // The hazard φ/P of the tail, which is in range where φ and P are not.
        let hazard = x >= tailStart ? x + millsRest(x) : density(x) / tail.value
        step = (target - tail.log) / hazard
      }
      x -= step
      if abs(step) <= 4e-16 * abs(x) { break }
    }
    return x.isFinite ? x : nil
  }

  /// The unit normal loss h(u) = E max(0, Z − u) = φ(u) − u P(Z > u); `nil` where u is no number.
  ///
  /// From 1 on as φ(u) K/(u + K), in which nothing cancels; h(−u) = h(u) + u.
  package static func unitLoss(_ u: Double) -> Double? {
    guard u.isFinite, abs(u) < 1e150 else { return u > 0 ? 0 : nil }
    if u < 0 { return unitLoss(-u).map { $0 - u } }
    guard u >= 1 else { return upperTail(u).map { density(u) - u * $0.value } }
    let rest = millsRest(u)
    return density(u) * rest / (u + rest)
  }

  /// ln h(u).
  package static func logUnitLoss(_ u: Double) -> Double? {
    guard u.isFinite, abs(u) < 1e150 else { return nil }
    guard u >= 1 else { return unitLoss(u).map(naturalLog) }
    let rest = millsRest(u)
    return -u * u / 2 - logOfRootOf2Pi + naturalLog(rest / (u + rest))
  }
}
