/// The binomial distribution.
package enum BinomialDistribution {
  /// How much more likely an outcome may be computed to be and still count as equally likely.
  static let tieTolerance = 1e-10

  /// ln of the probability of `k` successes in `n` trials, each with probability `p`; −∞ is never returned.
  ///
  /// C. Loader, *Fast and accurate computation of binomial probabilities* (2000).
  ///
  /// - Parameters:
  ///   - k: The successes, between 0 and `n`.
  ///   - n: The trials.
  ///   - p: The probability of a success, strictly between 0 and 1.
  ///   - q: 1 − p.
  /// - Returns: The logarithm.
  static func logProbability(_ k: Double, of n: Double, _ p: Double, _ q: Double) -> Double {
    if n == 0 { return 0 }
    if k == 0 { return n * (p < 0.5 ? naturalLog1Plus(-p) : naturalLog(q)) }
    if k == n { return n * (q < 0.5 ? naturalLog1Plus(-q) : naturalLog(p)) }
    let rest = n - k
    return GammaFunction.stirlingRest(n) - GammaFunction.stirlingRest(k)
      - GammaFunction.stirlingRest(rest) - GammaFunction.deviance(k, n * p)
      - GammaFunction.deviance(rest, n * q) - logOfRootOf2Pi
      + naturalLog(n / k / rest) / 2
  }

  /// The probability of an outcome that is not more likely than the one seen.
  ///
  /// - Parameters:
  ///   - k: The successes seen.
  ///   - n: The trials.
  ///   - p: The probability of a success.
  /// - Returns: The probability; `nil` where the numbers make no sense.
  package static func twoSided(_ k: Int, of n: Int, _ p: Double) -> Probability? {
    guard k >= 0, n >= k, p >= 0, p <= 1 else { return nil }
    if n == 0 { return .one }
    if p == 0 || p == 1 {
      let isSure = k == (p == 0 ? 0 : n)
      return isSure ? .one : Probability(value: 0, log: -.greatestFiniteMagnitude)
    }
    let q = 1 - p
    let trials = Double(n)
    let limit = logProbability(Double(k), of: trials, p, q) + tieTolerance
    func isAsRare(_ place: Int) -> Bool {
      logProbability(Double(place), of: trials, p, q) <= limit
    }
    let mode = min(n, max(0, Int((trials + 1) * p)))
    // With two modes either is as likely as any outcome can be.
    if logProbability(Double(mode), of: trials, p, q) <= limit { return .one }
    let isLow = k < mode
    // The last outcome below, and the first above, that are as rare; none is −1 or n + 1.
    let low = isLow ? k : Bisection.last(in: -1..<mode) { $0 < 0 || isAsRare($0) }
    let high = isLow ? Bisection.first(in: mode + 1..<n + 2) { $0 > n || isAsRare($0) } : k
    let below =
      low < 0
      ? nil : BetaFunction.regularized(q, complement: p, trials - Double(low), Double(low) + 1)
    let above =
      high > n
      ? nil : BetaFunction.regularized(p, complement: q, Double(high), trials - Double(high) + 1)
    if low == n || high == 0 { return .one }
    return Probability.sum(below, above)
  }
}

/// The hypergeometric distribution: Fisher's exact test of a table of two by two.
package enum HypergeometricDistribution {
  /// The probability, given the sums of rows and columns, of a table that is not more likely than the one seen.
  ///
  /// - Parameters:
  ///   - k0: Successes in the first group.
  ///   - n0: Size of the first group.
  ///   - k1: Successes in the second group.
  ///   - n1: Size of the second group.
  /// - Returns: The probability; `nil` where the numbers make no sense.
  /// - Complexity: O(σ) in the standard deviation of the cell.
  package static func twoSided(_ k0: Int, of n0: Int, _ k1: Int, of n1: Int) -> Probability? {
    let largest = 1 << 52
    guard (0...largest).contains(n0), (0...largest).contains(n1), (0...n0).contains(k0),
      (0...n1).contains(k1)
    else { return nil }
    let total = n0 + n1
    let successes = k0 + k1
    let first = max(0, successes - n1)
    let last = min(n0, successes)
    guard first < last else { return .one }
    let share = Double(n0) / Double(total)
    let rest = Double(n1) / Double(total)
    // Loader (2000), §4: a quotient of binomial probabilities.
    let whole = BinomialDistribution.logProbability(Double(n0), of: Double(total), share, rest)
    func logProbability(_ k: Int) -> Double {
      BinomialDistribution.logProbability(Double(k), of: Double(successes), share, rest)
        + BinomialDistribution.logProbability(
          Double(n0 - k),
          of: Double(total - successes),
          share,
          rest
        ) - whole
    }
    /// P(k + 1) / P(k)
    func ratio(_ k: Int) -> Double {
      Double(successes - k) / Double(k + 1)
        * (Double(n0 - k) / Double(n1 - successes + k + 1))
    }
    let limit = logProbability(k0) + BinomialDistribution.tieTolerance
    let expected = (Double(n0) + 1) * (Double(successes) + 1) / (Double(total) + 2)
    let mode = min(last, max(first, Int(expected)))
    if logProbability(mode) <= limit { return .one }
    let isLow = k0 < mode
    let low =
      isLow
      ? k0 : Bisection.last(in: first - 1..<mode) { $0 < first || logProbability($0) <= limit }
    let high =
      isLow
      ? Bisection.first(in: mode + 1..<last + 2) { $0 > last || logProbability($0) <= limit } : k0
    var below: Probability?
    if low >= first {
      var term = 1.0
      var sum = 1.0
      var k = low
      while k > first, term > sum * 1e-18 {
        k -= 1
        term /= ratio(k)
        sum += term
      }
      below = Probability(sum, timesExponentialOf: logProbability(low))
    }
    var above: Probability?
    if high <= last {
      var term = 1.0
      var sum = 1.0
      var k = high
      while k < last, term > sum * 1e-18 {
        term *= ratio(k)
        sum += term
        k += 1
      }
      above = Probability(sum, timesExponentialOf: logProbability(high))
    }
    return Probability.sum(below, above)
  }
}

extension Probability {
  /// The probability that one of two things happens that exclude each other.
  static func sum(_ left: Probability?, _ right: Probability?) -> Probability? {
    guard let left else { return right }
    guard let right else { return left }
    let (larger, smaller) = left.log >= right.log ? (left, right) : (right, left)
    let log = larger.log + naturalLog1Plus(exponential(smaller.log - larger.log))
    return Probability(value: left.value + right.value, log: log)
  }
}

/// Searching in ranges over which a condition changes once.
enum Bisection {
  /// The first element for which the condition holds; it holds for the last one.
  static func first(in range: Range<Int>, where condition: (Int) -> Bool) -> Int {
    var low = range.lowerBound
    var high = range.upperBound - 1
    while low < high {
      let middle = low + (high - low) / 2
      if condition(middle) { high = middle } else { low = middle + 1 }
    }
    return low
  }

  /// The last element for which the condition holds; it holds for the first one.
  static func last(in range: Range<Int>, where condition: (Int) -> Bool) -> Int {
    first(in: range.lowerBound + 1..<range.upperBound + 1) {
      $0 == range.upperBound || !condition($0)
    } - 1
  }
}
