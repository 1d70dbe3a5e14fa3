/// Student's t distribution, with any positive number of degrees of freedom.
package enum StudentDistribution {
  /// From where on more degrees of freedom change nothing that a double shows.
  private static let mostDegrees = 1e18

  /// P(|T| > t) and P(|T| ≤ t), each to full accuracy where it is at most a half.
  private struct Sides {
    let outside: Probability
    let inside: Probability
  }

  /// The density at 0.
  package static func densityAtZero(_ degreesOfFreedom: Double) -> Double? {
    guard degreesOfFreedom > 0, degreesOfFreedom.isFinite else { return nil }
    let degrees = min(degreesOfFreedom, mostDegrees)
    return GammaFunction.halfStepRatio(degrees / 2) / (degrees * Double.pi).squareRoot()
  }

  /// P(|T| > |t|); `nil` without degrees of freedom, and where even its logarithm is out of range.
  package static func twoSided(_ t: Double, degreesOfFreedom: Double) -> Probability? {
    sides(t, degreesOfFreedom)?.outside
  }

  /// P(T < t).
  package static func lowerTail(_ t: Double, degreesOfFreedom: Double) -> Probability? {
    guard let outside = twoSided(t, degreesOfFreedom: degreesOfFreedom) else { return nil }
    if t > 0 { return Probability(complementOf: outside.value / 2) }
    return Probability(value: outside.value / 2, log: outside.log - naturalLog(2))
  }

  /// P(|T| > t) = Iₓ(ν/2, ½) with x = ν/(ν + t²) (DLMF 8.17.4 and the definition of t).
  ///
  /// Far out by the continued fraction of the incomplete beta function; near 0 the other side by its series DLMF 8.17.8,
  /// whose terms are all positive.
  private static func sides(_ t: Double, _ degreesOfFreedom: Double) -> Sides? {
    guard degreesOfFreedom > 0, degreesOfFreedom.isFinite, t.isFinite else { return nil }
    if t == 0 {
      return Sides(outside: .one, inside: Probability(value: 0, log: -.greatestFiniteMagnitude))
    }
    let degrees = min(degreesOfFreedom, mostDegrees)
    let a = degrees / 2
    let u = abs(t) / degrees.squareRoot()
    let square = u * u
    let isFar = u > 1e8
    // x = 1/(1 + u²), y = 1 − x; ln(1 + u²).
    let x = isFar ? 1 / u / u : 1 / (1 + square)
    let y = isFar ? 1 : square / (1 + square)
    let logOfSum = isFar ? 2 * naturalLog(u) : naturalLog1Plus(square)
    // xᵃ y^½ / B(a, ½)
    let exponent = -a * logOfSum
    let factor =
      (u / (isFar ? u : (1 + square).squareRoot())) * GammaFunction.halfStepRatio(a)
      / Double.pi.squareRoot()
    guard exponent.isFinite else { return nil }
    if x <= (a + 1) / (a + 2.5) {
      let fraction = BetaFunction.fraction(x, complement: y, a, 0.5)
      guard let fraction, fraction > 0,
        let outside = Probability(factor / fraction, timesExponentialOf: exponent)
      else { return nil }
      return Sides(outside: outside, inside: Probability(complementOf: outside.value))
    }
    var term = 2.0
    var sum = term
    var k = 0.0
    repeat {
      term *= (a + 0.5 + k) / (1.5 + k) * y
      sum += term
      k += 1
    } while term > sum * 1e-17
    guard let inside = Probability(factor * sum, timesExponentialOf: exponent) else { return nil }
    return Sides(outside: Probability(complementOf: inside.value), inside: inside)
  }

  /// The t with P(|T| > t) = α; `nil` for α outside (0, 1), and where t is no double.
  ///
  /// Newton's method between bounds, on the logarithm of the smaller side as a function of ln t, in which the tail of few
  /// degrees and the middle are straight lines.
  package static func critical(_ alpha: Double, degreesOfFreedom: Double) -> Double? {
    guard alpha > 0, alpha < 1, degreesOfFreedom > 0, degreesOfFreedom.isFinite,
      let density = densityAtZero(degreesOfFreedom), density > 0
    else { return nil }
    let isMiddle = alpha > 0.5
    let target = naturalLog(isMiddle ? 1 - alpha : alpha)
    let degrees = min(degreesOfFreedom, mostDegrees)
    var bounds = (low: -745.0, high: 709.0)
    var place =
      isMiddle || degrees < 2
      ? naturalLog((1 - alpha) / (2 * density))
      : naturalLog(max(NormalDistribution.upperQuantile(alpha / 2) ?? 1, 1e-300))
    for _ in 0..<200 {
      let t = exponential(place)
      guard let sides = sides(t, degrees) else {
        bounds.high = place
        place = (bounds.low + bounds.high) / 2
        continue
      }
      let side = isMiddle ? sides.inside : sides.outside
      let excess = isMiddle ? side.log - target : target - side.log
      if excess > 0 { bounds.high = place } else { bounds.low = place }
      // d ln P / d ln t = 2 t f(t) / P
      let logDensity =
        naturalLog(2 * density) - (degrees + 1) / 2 * logOfOnePlus(t, degrees)
      let slope = exponential(logDensity + place - side.log)
      var next = place - excess / slope
      if !(next > bounds.low && next < bounds.high) { next = (bounds.low + bounds.high) / 2 }
      if abs(next - place) < 2e-16 || bounds.high - bounds.low < 1e-15 {
        place = next
        break
      }
      place = next
    }
    let t = exponential(place)
    guard t.isFinite, t > 0, let reached = sides(t, degrees) else { return nil }
    // Where t is out of range, Newton's method ends at its bounds.
    let log = (isMiddle ? reached.inside : reached.outside).log
    return abs(log - target) < 1e-9 * max(1, abs(target)) ? t : nil
  }

  /// The logarithm of 1 + t²/ν.
  private static func logOfOnePlus(_ t: Double, _ degrees: Double) -> Double {
    let u = t / degrees.squareRoot()
    return u > 1e8 ? 2 * naturalLog(u) : naturalLog1Plus(u * u)
  }
}
