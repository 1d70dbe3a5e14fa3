/// Tells what comes a second time from what comes once, in little memory and not quite surely.
///
/// One bit for each hash; when too many are set, all are cleared.
///
/// - SeeAlso: the doorkeeper in Einziger, Friedman, Manes, *TinyLFU: A Highly Efficient Cache Admission Policy*, ACM
///   Transactions on Storage 13(4), 2017.
package struct RepeatFilter: Sendable {
  private static let bitCount = 1 << 16

  private var words = [UInt64](repeating: 0, count: bitCount / 64)
  private var count = 0

  package init() {}

  /// Whether a hash came before, as far as that is known; it has come now.
  package mutating func insert(_ hash: UInt64) -> Bool {
    let bit = Int(truncatingIfNeeded: hash) & (Self.bitCount - 1)
    let mask: UInt64 = 1 << UInt64(bit % 64)
    if words[bit / 64] & mask != 0 { return true }
    if count >= Self.bitCount / 4 {
      for place in words.indices { words[place] = 0 }
      count = 0
    }
    words[bit / 64] |= mask
    count += 1
    return false
  }
}
