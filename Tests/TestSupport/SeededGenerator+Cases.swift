extension SeededGenerator {
  /// A generator for one case of a test, which begins ``TestSeed/value`` and a step per case on.
  ///
  /// - Parameter number: The number of the case, so that each has random numbers of its own.
  /// - Returns: The generator; its seed is to be named where the case fails.
  package static func forCase(_ number: Int) -> SeededGenerator {
    SeededGenerator(seed: TestSeed.value &+ UInt64(number) &* 0x1_0000_0001)
  }

  /// As many random bytes as `count` says, none above `greatest`.
  package mutating func bytes(_ count: Int, upTo greatest: UInt8 = .max) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...greatest, using: &self) }
  }
}
