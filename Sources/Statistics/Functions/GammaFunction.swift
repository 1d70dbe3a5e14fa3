/// Γ and the incomplete Γ.
package enum GammaFunction {
  /// A series near its middle takes some √a terms; for an a beyond 10⁹ it is given up.
  private static let mostTerms = 300_000.0

  /// ln Γ(x) for x > 0; `nil` elsewhere.
  ///
  /// The system's function keeps its relative accuracy beside the zeros at 1 and 2.
  package static func log(_ x: Double) -> Double? {
    guard x > 0, x.isFinite else { return nil }
    let value = systemLogGamma(x)
    return value.isFinite ? value : nil
  }

  /// What Stirling's formula leaves out: δ(x) = ln Γ(x) − (x − ½) ln x + x − ½ ln 2π, for x > 0.
  ///
  /// Its asymptotic series (DLMF 5.11.1) from 16 on, and δ(x) = δ(x + 1) + (x + ½) ln(1 + 1/x) − 1 below.
  static func stirlingRest(_ x: Double) -> Double {
    var x = x
    var shifts = 0.0
    while x < 16 {
      shifts += (x + 0.5) * naturalLog1Plus(1 / x) - 1
      x += 1
    }
    let square = 1 / (x * x)
    var series = 1.0 / 156
    for coefficient in [
      -691.0 / 360360, 1.0 / 1188, -1.0 / 1680, 1.0 / 1260, -1.0 / 360, 1.0 / 12,
    ] {
      series = series * square + coefficient
    }
    return series / x + shifts
  }

  /// Γ(x + ½) / Γ(x) for x > 0, without a difference of logarithms.
  ///
  /// The quotient's own series (DLMF 5.11.13, whose odd terms have −(2 − 2¹⁻²ᵏ)B₂ₖ / (2k(2k − 1)) for coefficients)
  /// from 16 on, and Γ(x + ½)/Γ(x) = Γ(x + 3/2)/Γ(x + 1) · x/(x + ½) below.
  package static func halfStepRatio(_ x: Double) -> Double {
    var x = x
    var factor = 1.0
    while x < 16 {
      factor *= x / (x + 0.5)
      x += 1
    }
    let square = 1 / (x * x)
    var series = 691.0 / 180_224
    for coefficient in [
      -31.0 / 18432, 17.0 / 14336, -1.0 / 640, 1.0 / 192, -1.0 / 8,
    ] {
      series = series * square + coefficient
    }
    return factor * x.squareRoot() * exponential(series / x)
  }

  /// a ln(a/x) + x − a for a, x > 0, without cancellation where a is near x.
  ///
  /// C. Loader, *Fast and accurate computation of binomial probabilities* (2000), §3.
  static func deviance(_ a: Double, _ x: Double) -> Double {
    guard (a + x).isFinite, abs(a - x) < 0.1 * (a + x) else { return a * naturalLog(a / x) + x - a }
    let v = (a - x) / (a + x)
    var sum = (a - x) * v
    var power = 2 * a * v
    var denominator = 3.0
    while true {
      power *= v * v
      let next = sum + power / denominator
      if next == sum { return next }
      sum = next
      denominator += 2
    }
  }

  /// Q(a, x) = Γ(a, x)/Γ(a), the upper tail, for a > 0 and x ≥ 0; `nil` elsewhere, and for an a beyond some 10⁹ where x is near it.
  ///
  /// The series DLMF 8.11.4 of the lower tail below a + 1, the continued fraction DLMF 8.9.2 above.
  package static func upperRegularized(_ a: Double, _ x: Double) -> Probability? {
    guard a > 0, a.isFinite, x >= 0, x.isFinite else { return nil }
    if x == 0 { return .one }
    // xᵃ e⁻ˣ / Γ(a)
    let exponent = -deviance(a, x) - stirlingRest(a)
    let factor = (a / (2 * Double.pi)).squareRoot()
    guard exponent.isFinite else { return nil }
    if x < a + 1 {
      var term = 1 / a
      var sum = term
      var count = 0.0
      repeat {
        count += 1
        term *= x / (a + count)
        sum += term
      } while term > sum * 1e-17 && count < mostTerms
      guard count < mostTerms else { return nil }
      guard let lower = Probability(factor * sum, timesExponentialOf: exponent) else {
        return .one
      }
      return Probability(complementOf: lower.value)
    }
    let fraction = continuedFraction(x + 1 - a) { n in (-n * (n - a), x + 2 * n + 1 - a) }
    guard let fraction else { return nil }
    return Probability(factor / fraction, timesExponentialOf: exponent)
  }
}

/// The χ² distribution.
package enum ChiSquareDistribution {
  /// The probability of a value of at least `x`; `nil` without degrees of freedom.
  package static func upperTail(_ x: Double, degreesOfFreedom: Double) -> Probability? {
    GammaFunction.upperRegularized(degreesOfFreedom / 2, x / 2)
  }
}
