internal import Foundation

/// Where the random cases of this run of the tests begin.
package enum TestSeed {
  private static let variable = "HOOKSIFT_TEST_SEED"
  private static let fixed: UInt64 = 0x5EED_0F40_0C51_F700

  /// The number in the environment variable `HOOKSIFT_TEST_SEED`, else a fixed one.
  package static let value: UInt64 =
    ProcessInfo.processInfo.environment[variable].flatMap { UInt64($0) } ?? fixed

  /// The seeds of `count` cases, each of which repeats alone when it is given to ``SeededGenerator``.
  package static func cases(_ count: Int) -> [UInt64] {
    var generator = SeededGenerator(seed: value)
    return (0..<count).map { _ in generator.next() }
  }
}

extension SeededGenerator {
  /// A number of `range`.
  package mutating func number(_ range: ClosedRange<Int>) -> Int {
    Int.random(in: range, using: &self)
  }

  /// True once in `times`.
  package mutating func once(in times: Int) -> Bool { number(1...times) == 1 }

  /// One of `choices`, of which there is at least one.
  package mutating func one<Choice>(of choices: [Choice]) -> Choice {
    choices[number(0...choices.count - 1)]
  }
}
