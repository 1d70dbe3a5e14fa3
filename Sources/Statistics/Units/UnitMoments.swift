/// Means, variances and covariances of the four values of the units of one arm, gathered in one pass.
///
/// Values are counted from a pivot, some unit near the others that all arms of a comparison share, so that a large common
/// part costs no digits; deviations are updated around the running mean (B. P. Welford, *Technometrics* 4 (1962) 419;
/// merging: T. F. Chan, G. H. Golub, R. J. LeVeque, *COMPSTAT* 1982, eq. 2.1). The same units in the same order give the
/// same bits.
///
/// - Complexity: O(1) per unit; no allocation.
package struct UnitMoments: Sendable, Equatable {
  /// What values are counted from.
  package let pivot: UnitValues
  /// How many units were added.
  package private(set) var count = 0
  /// Units with a numerator above 0.
  private(set) var successes = 0
  /// Units with a covariate above 0.
  private(set) var covariateSuccesses = 0
  /// Units with both.
  private(set) var jointSuccesses = 0
  /// Means, from the pivot.
  private var means = SIMD4<Double>.zero
  /// Sums of squared deviations.
  private var squares = SIMD4<Double>.zero
  /// Sums of products of the deviations of each value and the next, of the last and the first.
  private var neighbours = SIMD4<Double>.zero
  /// Sums of products of the deviations of each value and the one after the next.
  private var opposites = SIMD2<Double>.zero

  /// Moments of no units.
  ///
  /// - Parameter pivot: A typical unit; one that is no number counts as 0.
  package init(pivot: UnitValues) {
    func finite(_ value: Double) -> Double { value.isFinite ? value : 0 }
    self.pivot = UnitValues(
      numerator: finite(pivot.numerator),
      denominator: finite(pivot.denominator),
      covariate: finite(pivot.covariate),
      covariateDenominator: finite(pivot.covariateDenominator)
    )
  }

  /// Adds one unit.
  package mutating func add(_ unit: UnitValues) {
    count += 1
    let succeeds = unit.numerator > 0
    let covariateSucceeds = unit.covariate > 0
    if succeeds { successes += 1 }
    if covariateSucceeds { covariateSuccesses += 1 }
    if succeeds && covariateSucceeds { jointSuccesses += 1 }
    let deviation = unit.vector - pivot.vector - means
    let share = 1 / Double(count)
    means += deviation * share
    addProducts(of: deviation, weight: 1 - share)
  }

  /// Adds the units of another part of the arm.
  package mutating func merge(_ other: UnitMoments) {
    guard other.count > 0 else { return }
    let total = count + other.count
    let share = Double(other.count) / Double(total)
    let deviation = other.means - means + (other.pivot.vector - pivot.vector)
    squares += other.squares
    neighbours += other.neighbours
    opposites += other.opposites
    if count == 0 { means = deviation } else { means += deviation * share }
    addProducts(of: deviation, weight: Double(count) * share)
    count = total
    successes += other.successes
    covariateSuccesses += other.covariateSuccesses
    jointSuccesses += other.jointSuccesses
  }

  private mutating func addProducts(of deviation: SIMD4<Double>, weight: Double) {
    let weighted = deviation * weight
    squares += weighted * deviation
    neighbours += weighted * SIMD4(deviation[1], deviation[2], deviation[3], deviation[0])
    opposites += weighted.lowHalf * deviation.highHalf
  }
}

// MARK: - Reading

extension UnitMoments {
  /// One of the four values.
  enum Variable: Int {
    case numerator
    case denominator
    case covariate
    case covariateDenominator
  }

  /// The mean of a value.
  func mean(_ variable: Variable) -> Double {
    pivot.vector[variable.rawValue] + means[variable.rawValue]
  }

  /// How far the mean is above another arm's, exact where both have the same pivot.
  func mean(_ variable: Variable, above other: UnitMoments) -> Double {
    let place = variable.rawValue
    return means[place] - other.means[place] + (pivot.vector[place] - other.pivot.vector[place])
  }

  /// The sum of the products of the deviations of two values from their means.
  func product(_ one: Variable, _ other: Variable) -> Double {
    let (low, high) = (min(one.rawValue, other.rawValue), max(one.rawValue, other.rawValue))
    switch high - low {
    case 0: return squares[low]
    case 1: return neighbours[low]
    case 2: return opposites[low]
    default: return neighbours[3]
    }
  }

  /// Whether all sums are numbers.
  var isFinite: Bool {
    func isFinite(_ vector: SIMD4<Double>) -> Bool { (vector * 0) == .zero }
    return isFinite(means) && isFinite(squares) && isFinite(neighbours)
      && opposites * 0 == .zero
  }
}
