internal import Bytes
internal import Tables

/// How the numbers of a trait are distributed on a date: an identity counts once with each of its values.
struct TraitNumbers {
  /// Distinct values, each with how many have it.
  private var values: [(number: Double, count: Int64)] = []

  /// Adds what `count` identities have; what is not finite is no number.
  mutating func add(_ number: Double, count: Int64) {
    if number.isFinite { values.append((number, count)) }
  }

  /// What is said of the numbers.
  struct Distribution {
    /// The shares of the quantiles: minimum, 5 %, 25 %, median, 75 %, 95 %, maximum.
    static let shares = [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1]

    let count: Int64
    let mean: Double
    let quantiles: [Double]
  }

  /// The distribution; `nil` where there are no numbers.
  ///
  /// Quantiles between two values are interpolated (Hyndman and Fan, *Sample Quantiles in Statistical Packages*, 1996, type 7).
  ///
  /// - Complexity: O(*n* log *n*) in the distinct values.
  var distribution: Distribution? {
    guard !values.isEmpty else { return nil }
    let sorted = values.sorted { $0.number < $1.number }
    let total = sorted.reduce(0) { $0 + $1.count }
    var place = 0
    var end = sorted[0].count
    func value(at rank: Int64) -> Double {
      while rank >= end {
        place += 1
        end += sorted[place].count
      }
      return sorted[place].number
    }
    let quantiles = Distribution.shares.map { share in
      let position = share * Double(total - 1)
      let rank = min(Int64(position.rounded(.down)), total - 1)
      let low = value(at: rank)
      let fraction = position - Double(rank)
      if fraction == 0 { return low }
      let (known, knownEnd) = (place, end)
      let high = value(at: min(rank + 1, total - 1))
      (place, end) = (known, knownEnd)
      return low * (1 - fraction) + high * fraction
    }
    return Distribution(count: total, mean: Self.mean(sorted, total), quantiles: quantiles)
  }

  /// The mean, by a sum whose rounding errors are added at its end (Neumaier, *Rundungsfehleranalyse einiger Verfahren zur
  /// Summation endlicher Summen*, 1974); where it overflows, by shares.
  private static func mean(_ values: [(number: Double, count: Int64)], _ total: Int64) -> Double {
    var (sum, error) = (0.0, 0.0)
    for value in values {
      let term = value.number * Double(value.count)
      let next = sum + term
      error += abs(sum) >= abs(term) ? (sum - next) + term : (term - next) + sum
      sum = next
    }
    let mean = (sum + error) / Double(total)
    if mean.isFinite { return mean }
    return values.reduce(0) { $0 + $1.number * (Double($1.count) / Double(total)) }
  }
}

extension SummaryFile {
  /// Adds the rows of `trait_numbers` of a date.
  mutating func appendNumbers(_ counts: inout TraitCounts, day: Int64) throws {
    var trait: [UInt8] = []
    var row: TraitKeys.Row?
    var numbers = TraitNumbers()
    try counts.forEach { key, count in
      let traitKey = key.extracting(..<TraitKeys.traitByteCount(key))
      if !trait.span.equalBytes(traitKey) {
        if let row { try append(row, numbers, day: day) }
        trait.removeAll(keepingCapacity: true)
        trait.append(traitKey)
        numbers = TraitNumbers()
      }
      let found = TraitKeys.Row(key)
      row = found
      guard TraitKeys.isNumber(found), let number = found.value.flatMap({ Double($0.string) })
      else {
        return
      }
      numbers.add(number, count: count)
    }
    if let row { try append(row, numbers, day: day) }
  }

  private mutating func append(_ row: TraitKeys.Row, _ numbers: TraitNumbers, day: Int64) throws {
    guard let distribution = numbers.distribution else { return }
    batch.columns[0].append(day)
    batch.columns[1].append(row.environment)
    batch.columns[2].append(row.trait)
    batch.columns[3].append(distribution.count)
    batch.columns[4].append(distribution.mean)
    for (place, quantile) in distribution.quantiles.enumerated() {
      batch.columns[5 + place].append(quantile)
    }
    try commitRow()
  }
}
