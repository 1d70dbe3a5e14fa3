internal import Foundation

extension SeededGenerator {
  /// A generator for one case of a test.
  ///
  /// Its seed is that of the environment variable `HOOKSIFT_TEST_SEED`, so that a failure of another
  /// run can be repeated, and 1 without it.
  ///
  /// - Parameter number: The number of the case, so that each has random numbers of its own.
  /// - Returns: The generator; its seed is to be named where the case fails.
  package static func forCase(_ number: Int) -> SeededGenerator {
    let given = ProcessInfo.processInfo.environment["HOOKSIFT_TEST_SEED"].flatMap { UInt64($0) }
    return SeededGenerator(seed: (given ?? 1) &+ UInt64(number) &* 0x1_0000_0001)
  }

  /// As many random bytes as `count` says, of the least `alphabet` values.
  package mutating func bytes(_ count: Int, below alphabet: UInt8 = .max) -> [UInt8] {
    (0..<count).map { _ in UInt8.random(in: 0...alphabet, using: &self) }
  }
}
