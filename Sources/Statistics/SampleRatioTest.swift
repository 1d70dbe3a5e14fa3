/// Whether the arms have the sizes that the weights promise; where they do not, the assignment is broken and no result holds.
///
/// A. Fabijan et al., *KDD* 2019, *Diagnosing sample ratio mismatch in online controlled experiments*.
package struct SampleRatioTest: Sendable, Equatable {
  /// How p was computed.
  package enum Method: String, Sendable {
    case chiSquare = "chi_square"
    /// The sum of the probabilities of all counts that are not more likely.
    case exact = "exact_multinomial"
    /// An arm expects fewer than 5 identities, but there are too many ways to count them all: p is approximate.
    case approximate = "chi_square_with_small_expectation"
  }

  package enum Status: String, Sendable {
    case ok
    /// There are no identities.
    case noIdentities = "no_identities"
    /// Fewer than two arms have a weight.
    case noWeights = "fewer_than_2_arms_with_weight"
    /// Identities are in an arm whose weight is 0.
    case unexpectedArm = "identities_in_arm_without_weight"
  }

  /// p below which a mismatch is called one.
  package static let threshold = 0.001
  /// Identities from which on it is.
  package static let fewestIdentities = 100
  /// What an arm must expect for χ² to be near enough.
  package static let fewestExpected = 5.0
  /// How many ways of dividing the identities are counted at most.
  private static let mostOutcomes = 1_000_000.0

  package let status: Status
  package let total: Int
  /// E of each arm.
  package let expected: [Double]
  /// (O − E)/√(E(1 − E/N)) of each arm; 0 where it is undefined.
  package let residuals: [Double]
  package let chiSquare: Double?
  package let degreesOfFreedom: Int
  package let probability: Probability?
  package let method: Method

  /// The least that an arm with a weight expects.
  package var smallestExpected: Double? { expected.filter { $0 > 0 }.min() }

  /// Whether the sizes contradict the weights.
  package var isMismatch: Bool {
    if status == .unexpectedArm { return total >= Self.fewestIdentities }
    guard let probability else { return false }
    return total >= Self.fewestIdentities && probability.value < Self.threshold
  }

  /// - Parameters:
  ///   - observed: Identities of each arm.
  ///   - weights: What each arm's size should be in proportion to, in the same order; one that is missing, negative or no
  ///     number is 0.
  package init(observed: [Int], weights: [Double]) {
    let observed = observed.map { max(0, $0) }
    let largest = weights.reduce(0) { $1.isFinite ? max($0, $1) : $0 }
    // In proportion to the largest, so that their sum is a number.
    let shares = observed.indices.map { place -> Double in
      guard place < weights.count, weights[place].isFinite, largest > 0 else { return 0 }
      return max(0, weights[place]) / largest
    }
    let whole = shares.reduce(0, +)
    let sum = observed.reduce(0) { $0.addingReportingOverflow($1).partialValue }
    total = max(0, sum)
    let size = Double(total)
    expected = shares.map { whole > 0 ? size * ($0 / whole) : 0 }
    let arms = shares.count { $0 > 0 }
    degreesOfFreedom = max(0, arms - 1)
    residuals = zip(observed, expected).map { count, expected in
      let residual = (Double(count) - expected) / (expected * (1 - expected / size)).squareRoot()
      return residual.isFinite ? residual : 0
    }
    let strays = zip(observed, shares).contains { $0 > 0 && $1 == 0 }
    status =
      total == 0 ? .noIdentities : arms < 2 ? .noWeights : strays ? .unexpectedArm : .ok
    guard status == .ok else {
      chiSquare = nil
      probability = nil
      method = .chiSquare
      return
    }
    let chiSquare = zip(observed, expected).reduce(0) { sum, arm in
      guard arm.1 > 0 else { return sum }
      let gap = Double(arm.0) - arm.1
      return sum + gap * (gap / arm.1)
    }
    self.chiSquare = chiSquare.isFinite ? chiSquare : nil
    let approximate = ChiSquareDistribution.upperTail(
      chiSquare,
      degreesOfFreedom: Double(degreesOfFreedom)
    )
    let smallest = zip(expected, shares).reduce(size) { $1.1 > 0 ? min($0, $1.0) : $0 }
    guard smallest < Self.fewestExpected else {
      probability = approximate
      method = .chiSquare
      return
    }
    let kept = observed.indices.filter { shares[$0] > 0 }
    let exact = ExactMultinomial.twoSided(
      kept.map { observed[$0] },
      shares: kept.map { shares[$0] / whole },
      mostOutcomes: Self.mostOutcomes
    )
    probability = exact ?? approximate
    method = exact == nil ? .approximate : .exact
  }
}

/// The multinomial distribution, counted out.
package enum ExactMultinomial {
  /// The probability of counts that are not more likely than those seen.
  ///
  /// - Parameters:
  ///   - counts: The counts seen.
  ///   - shares: The probability of each, which add up to 1.
  ///   - mostOutcomes: How many ways of dividing the total are looked at.
  /// - Returns: The probability; `nil` where there are more ways, or the numbers make no sense.
  /// - Complexity: O(1) for two counts, O(ways) for more.
  package static func twoSided(
    _ counts: [Int],
    shares: [Double],
    mostOutcomes: Double
  ) -> Probability? {
    guard counts.count >= 2, counts.count == shares.count, counts.allSatisfy({ $0 >= 0 }),
      shares.allSatisfy({ $0 > 0 && $0 < 1 })
    else { return nil }
    let total = counts.reduce(0) { $0.addingReportingOverflow($1).partialValue }
    guard total > 0 else { return total == 0 ? .one : nil }
    if counts.count == 2 { return BinomialDistribution.twoSided(counts[0], of: total, shares[0]) }
    // Binomial coefficient of total + arms − 1 over arms − 1.
    var ways = 1.0
    for place in 1..<counts.count { ways *= (Double(total) + Double(place)) / Double(place) }
    guard ways <= mostOutcomes else { return nil }
    var count = Enumeration(counts, shares, total)
    count.run(arm: 0, left: total, log: 0)
    return count.probability
  }

  private struct Enumeration {
    private let factorials: [Double]
    private let logs: [Double]
    private let limit: Double
    private let top: Double
    private var sum = 0.0
    private var rest = 0.0

    init(_ counts: [Int], _ shares: [Double], _ total: Int) {
      factorials = (0...total).map { GammaFunction.log(Double($0) + 1) ?? 0 }
      logs = shares.map(naturalLog)
      var log = factorials[total]
      for (count, share) in zip(counts, logs) { log += Double(count) * share - factorials[count] }
      top = log
      limit = log + BinomialDistribution.tieTolerance
    }

    /// Relative to the outcome seen, so that nothing underflows that counts.
    var probability: Probability {
      let log = top + naturalLog(sum)
      return Probability(value: exponential(log), log: log)
    }

    mutating func run(arm: Int, left: Int, log: Double) {
      if arm == logs.count - 1 {
        let whole =
          log + Double(left) * logs[arm] - factorials[left] + factorials[factorials.count - 1]
        guard whole <= limit else { return }
        let term = exponential(whole - top) - rest
        let next = sum + term
        rest = next - sum - term
        sum = next
        return
      }
      for count in 0...left {
        run(
          arm: arm + 1,
          left: left - count,
          log: log + Double(count) * logs[arm] - factorials[count]
        )
      }
    }
  }
}
