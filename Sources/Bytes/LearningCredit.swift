/// What remembering may cost: no more than it saves.
///
/// Learning spends credit, and what is found again earns it. Where nothing is found again, one of many is learned all the
/// same, so that a change is noticed.
package struct LearningCredit: Sendable {
  /// Without credit, one of so many is learned.
  package static let sampling = 64

  private let greatest: Int
  private var balance: Int
  private var refusedCount = 0

  /// - Parameters:
  ///   - initial: What may be spent before anything is earned.
  ///   - greatest: What may be saved up.
  package init(initial: Int, greatest: Int) {
    balance = initial
    self.greatest = greatest
  }

  package var isExhausted: Bool { balance <= 0 }

  @inline(__always)
  package mutating func earn() { if balance < greatest { balance += 1 } }

  /// Spends credit.
  ///
  /// - Parameters:
  ///   - cost: How much.
  ///   - reserve: What is kept for what is surer to pay.
  /// - Returns: Whether something may be learned.
  package mutating func spend(_ cost: Int = 1, keeping reserve: Int = 0) -> Bool {
    if balance > reserve {
      balance -= cost
      return true
    }
    // What is not so sure to pay has its chance when it comes again.
    guard reserve == 0 else { return false }
    refusedCount &+= 1
    return refusedCount % Self.sampling == 0
  }
}
