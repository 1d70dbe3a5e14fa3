/// Many comparisons at once.
package enum Multiplicity {
  /// p by Holm, p₍ᵢ₎ = max over j ≤ i of min(1, (m − j + 1) p₍ⱼ₎).
  ///
  /// S. Holm, *Scandinavian Journal of Statistics* 6 (1979) 65.
  ///
  /// - Parameter values: p of each comparison.
  /// - Returns: The adjusted p, in the same order; what is no probability counts as 1.
  package static func holm(_ values: [Double]) -> [Double] {
    var adjusted = values
    var largest = 0.0
    for (rank, place) in order(values).enumerated() {
      largest = max(largest, min(1, Double(values.count - rank) * sane(values[place])))
      adjusted[place] = largest
    }
    return adjusted
  }

  /// p by Benjamini and Hochberg, the running minimum of m p₍ᵢ₎/i from the largest down.
  ///
  /// Y. Benjamini and Y. Hochberg, *JRSS B* 57 (1995) 289.
  ///
  /// - Parameter values: p of each comparison.
  /// - Returns: The adjusted p, in the same order; what is no probability counts as 1.
  package static func benjaminiHochberg(_ values: [Double]) -> [Double] {
    var adjusted = values
    var smallest = 1.0
    for (rank, place) in order(values).enumerated().reversed() {
      smallest = min(smallest, Double(values.count) / Double(rank + 1) * sane(values[place]))
      adjusted[place] = smallest
    }
    return adjusted
  }

  /// The α of intervals that hold all at once, 1 − α/m (Bonferroni, which goes with Holm).
  package static func familyAlpha(_ alpha: Double, count: Int) -> Double {
    alpha / Double(max(1, count))
  }

  /// The α of the intervals of what was selected: αR/m for R that were rejected, at least 1.
  ///
  /// Y. Benjamini and D. Yekutieli, *JASA* 100 (2005) 71.
  package static func selectedAlpha(_ alpha: Double, rejections: Int, count: Int) -> Double {
    alpha * Double(max(1, rejections)) / Double(max(1, count))
  }

  private static func sane(_ value: Double) -> Double { value >= 0 ? min(1, value) : 1 }

  private static func order(_ values: [Double]) -> [Int] {
    values.indices.sorted { (sane(values[$0]), $0) < (sane(values[$1]), $1) }
  }
}
