/// SplitMix64: random numbers that are the same for the same seed, so that a failure repeats.
///
/// - SeeAlso: Steele, Lea & Flood, *Fast splittable pseudorandom number generators*, OOPSLA 2014.
package struct SeededGenerator: RandomNumberGenerator {
  /// The seed, to name in the message of a failure.
  package let seed: UInt64
  private var state: UInt64

  /// A generator that begins at `seed`.
  package init(seed: UInt64) {
    self.seed = seed
    state = seed
  }

  /// The next 64 bits.
  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
