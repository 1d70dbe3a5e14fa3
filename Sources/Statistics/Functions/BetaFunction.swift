/// The incomplete beta function.
package enum BetaFunction {
  /// Iₓ(a, b) for 0 ≤ x ≤ 1 and a, b > 0; `nil` elsewhere.
  package static func regularized(_ x: Double, _ a: Double, _ b: Double) -> Probability? {
    regularized(x, complement: 1 - x, a, b)
  }

  /// Iₓ(a, b) where 1 − x is known by itself.
  ///
  /// The power terms as C. Loader (2000) has them.
  static func regularized(
    _ x: Double,
    complement y: Double,
    _ a: Double,
    _ b: Double
  ) -> Probability? {
    guard a > 0, b > 0, (a + b).isFinite, (0...1).contains(x), (0...1).contains(y) else {
      return nil
    }
    if y == 0 { return .one }
    if x == 0 { return Probability(value: 0, log: -.greatestFiniteMagnitude) }
    let sum = a + b
    // xᵃ yᵇ / B(a, b)
    let exponent =
      GammaFunction.stirlingRest(sum) - GammaFunction.stirlingRest(a)
      - GammaFunction.stirlingRest(b) - GammaFunction.deviance(a, sum * x)
      - GammaFunction.deviance(b, sum * y)
    let factor = (a / sum * b / (2 * Double.pi)).squareRoot()
    if x <= (a + 1) / (sum + 2) {
      guard let fraction = fraction(x, complement: y, a, b) else { return nil }
      return Probability(factor / fraction, timesExponentialOf: exponent)
    }
    guard let fraction = fraction(y, complement: x, b, a) else { return nil }
    guard let upper = Probability(factor / fraction, timesExponentialOf: exponent) else {
      return .one
    }
    return Probability(complementOf: upper.value)
  }

  /// The F with Iₓ(a, b) = xᵃ yᵇ / (B(a, b) F), for x up to about a/(a + b).
  ///
  /// The even part of the continued fraction DLMF 8.17.22, which has no differences of nearly equal terms where a is
  /// large: A. R. DiDonato and A. H. Morris, *ACM TOMS* 18 (1992) 360, eq. 9.
  static func fraction(
    _ x: Double,
    complement y: Double,
    _ a: Double,
    _ b: Double
  ) -> Double? {
    let shift = a * y - b * x + 1
    return continuedFraction(a / (a + 1) * shift) { n in
      let middle = a + 2 * n - 1
      let numerator = (a + n - 1) / middle * ((a + b + n - 1) / middle) * n * (b - n) * x * x
      let denominator =
        n + n * (b - n) / middle * x + (a + n) / (a + 2 * n + 1) * (shift + n * (2 - x))
      return (numerator, denominator)
    }
  }
}
