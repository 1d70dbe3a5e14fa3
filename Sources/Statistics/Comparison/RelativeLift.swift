/// The interval of a lift by Fieller's theorem, which excludes 0 exactly when the absolute test's p is below α.
///
/// E. C. Fieller, *JRSS B* 16 (1954) 175.
package struct FiellerLift: Sendable, Equatable {
  package enum Bounds: Sendable, Equatable {
    case interval(Interval)
    /// Every lift is possible but those strictly between the two, of which one may be missing at the edge of this case.
    case outside(low: Double?, high: Double?)
    /// Every lift is possible.
    case everything
  }

  /// How uncertain the control is, t²w/R_c²; from 1 on the lift has no bounds.
  package let g: Double
  package let bounds: Bounds

  package var interval: Interval? {
    if case .interval(let interval) = bounds { interval } else { nil }
  }

  /// Whether a lift of 0 is contradicted.
  package var excludesZero: Bool {
    switch bounds {
    case .interval(let interval): !interval.contains(0)
    case .outside(let low, let high): (low ?? -1) < 0 && (high ?? 1) > 0
    case .everything: false
    }
  }

  /// - Parameters:
  ///   - test: The absolute test.
  ///   - base: R_c.
  ///   - error: w, the squared error of R_c.
  ///   - shared: q, what R_c and the control's part of the difference share: (V_c − θC_c)/n_c.
  init?(_ test: MeanTest, base: Double, error: Double, shared: Double) {
    guard base != 0 else { return nil }
    let t = test.critical
    let relative = test.estimate / base
    let width = t * (test.standardError / abs(base))
    let baseWidth = t * (error.squareRoot() / abs(base))
    let g = baseWidth * baseWidth
    let a = 1 - g
    let b = relative + t / base * (t / base) * shared
    let c = (abs(relative) - width) * (abs(relative) + width)
    guard g.isFinite, b.isFinite, c.isFinite else { return nil }
    self.g = g
    let discriminant = b * b - a * c
    guard discriminant.isFinite else { return nil }
    // The roots of a L² − 2 b L + c, the smaller one by their product.
    let sum = b + (b < 0 ? -1 : 1) * max(0, discriminant).squareRoot()
    func signed(_ one: Double, _ other: Double) -> (low: Double, high: Double) {
      let (low, high) = (min(one, other), max(one, other))
      return base < 0 ? (-high, -low) : (low, high)
    }
    if a > 0 {
      let roots = signed(sum / a, sum == 0 ? 0 : c / sum)
      guard let interval = Interval(low: roots.low, high: roots.high) else { return nil }
      bounds = .interval(interval)
    } else if discriminant <= 0 || sum == 0 {
      bounds = .everything
    } else if a == 0 || !(sum / a).isFinite {
      let edge = c / sum * (base < 0 ? -1 : 1)
      let excludesBelow = (sum > 0) == (base > 0)
      bounds = excludesBelow ? .outside(low: nil, high: edge) : .outside(low: edge, high: nil)
    } else {
      let roots = signed(sum / a, c / sum)
      bounds = .outside(low: roots.low, high: roots.high)
    }
  }
}

/// The interval of a lift on the logarithm of the ratio, as tea-tasting computes it.
package struct LogLift: Sendable, Equatable {
  /// The arms' values after adjustment around their common covariate.
  package let control: Double
  package let treatment: Double
  package let estimate: Double
  /// ν, of the squared errors over R².
  package let degreesOfFreedom: Double
  package let interval: Interval

  /// - Returns: `nil` unless R_t/R_c > 0.
  init?(
    control: (value: Double, squaredError: Double, count: Int),
    treatment: (value: Double, squaredError: Double, count: Int),
    alpha: Double
  ) {
    let ratio = treatment.value / control.value
    guard ratio > 0, ratio.isFinite else { return nil }
    func relativeError(_ arm: (value: Double, squaredError: Double, count: Int)) -> Double {
      let relative = arm.squaredError.squareRoot() / arm.value
      return relative * relative
    }
    let (errorOfTreatment, errorOfControl) = (relativeError(treatment), relativeError(control))
    let error = errorOfTreatment + errorOfControl
    guard error > 0, error.isFinite else { return nil }
    let degreesOfFreedom = MeanTest.degreesOfFreedom(
      errorOfTreatment,
      of: treatment.count,
      errorOfControl,
      of: control.count
    )
    let critical = StudentDistribution.critical(alpha, degreesOfFreedom: degreesOfFreedom)
    guard let critical else { return nil }
    let estimate = (treatment.value - control.value) / control.value
    let width = critical * error.squareRoot()
    // (1 + L) e^±w − 1
    func bound(_ exponent: Double) -> Double {
      ratio * exponentialMinus1(exponent) + estimate
    }
    guard let interval = Interval(low: bound(-width), high: bound(width)), estimate.isFinite else {
      return nil
    }
    self.control = control.value
    self.treatment = treatment.value
    self.estimate = estimate
    self.degreesOfFreedom = degreesOfFreedom
    self.interval = interval
  }
}
