/// A lower bound of how many distinct numbers there are.
///
/// Every number sets one of many bits; there are at least as many numbers as bits set. With eight
/// bits a number, most set one of their own.
struct DistinctEstimate {
  private static let maximumBitCount = 1 << 26

  private var bits: [UInt64]
  private let shift: UInt64
  /// There are at least so many.
  private(set) var count = 0

  /// A bound of none of the numbers of `rowCount` rows.
  init(rowCount: Int) {
    var bitCount = 1024
    while bitCount < rowCount * 8, bitCount < Self.maximumBitCount { bitCount *= 2 }
    bits = [UInt64](repeating: 0, count: bitCount / 64)
    shift = UInt64(64 - bitCount.trailingZeroBitCount)
  }

  /// Counts numbers.
  ///
  /// - Complexity: O(*n*).
  mutating func insert(_ values: [Int64]) {
    var found = 0
    let shift = shift
    let values = values.span
    var bits = bits.mutableSpan
    for place in values.indices {
      let hash = (UInt64(bitPattern: values[place]) &* 0x9E37_79B9_7F4A_7C15) >> shift
      let word = Int(truncatingIfNeeded: hash >> 6)
      let bit = UInt64(1) << (hash & 63)
      let old = bits[word]
      found += old & bit == 0 ? 1 : 0
      bits[word] = old | bit
    }
    count += found
  }
}
