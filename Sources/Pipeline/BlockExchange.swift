internal import Archives
internal import Bytes

/// A block of lines that is handed from one thread to another, and used by one at a time.
final class BlockBox: @unchecked Sendable {
  var block = LineBlock()
}

/// Where the reader of an archive hands blocks of lines to workers that have nothing else to do.
///
/// Blocks are numbered in their order in the archive; what becomes of them is collected in that order.
final class BlockExchange: Sendable {
  /// A block on its way to a worker.
  struct Offer: Sendable {
    let number: Int
    let box: BlockBox
    /// The digest of the archive.
    let archive: Digest256
    /// The dates of which facts are wanted; all where it is `nil`.
    let wantedDays: Set<Int32>?
  }

  /// What becomes of what helpers have of the archive.
  enum Verdict {
    case commit
    case discard
  }

  /// How many blocks may wait for each helper, so that it need not wait for the next one.
  private static let offersPerHelper = 2

  private struct State {
    var helperCount = 0
    var offers: [Offer] = []
    var outcomes: [Int: Result<BlockOutcome, any Error>] = [:]
    var spare: [BlockBox] = []
    var verdict: Verdict?
  }

  private let monitor = Monitor(State())

  // MARK: - The reader's side

  /// Whether there are helpers with too little to do.
  var wantsBlock: Bool {
    monitor.use { $0.offers.count < $0.helperCount * Self.offersPerHelper }
  }

  /// Hands a block on.
  ///
  /// - Returns: Another one to go on with.
  func offer(_ offer: Offer) -> BlockBox {
    monitor.change { state in
      state.offers.append(offer)
      return state.spare.popLast() ?? BlockBox()
    }
  }

  /// Adds what became of a block that the reader itself worked on.
  func add(_ outcome: BlockOutcome, number: Int) {
    monitor.use { $0.outcomes[number] = .success(outcome) }
  }

  /// What became of block `number`, if that is known.
  ///
  /// - Throws: What failed in a helper.
  func takeOutcome(number: Int) throws -> BlockOutcome? {
    try monitor.use { $0.outcomes.removeValue(forKey: number) }?.get()
  }

  /// What became of block `number`, once that is known.
  ///
  /// - Throws: What failed in a helper.
  func waitForOutcome(number: Int) throws -> BlockOutcome {
    try monitor.wait { $0.outcomes.removeValue(forKey: number) }.get()
  }

  /// Tells helpers that no more blocks come, and what to do with what they have.
  func finish(_ verdict: Verdict) { monitor.change { $0.verdict = verdict } }

  // MARK: - The helpers' side

  /// How many workers help.
  var helperCount: Int { monitor.use { $0.helperCount } }

  func join() { monitor.use { $0.helperCount += 1 } }

  /// The next block to work on, once there is one; `nil` where no more come.
  func take() -> Offer? {
    monitor.wait { state -> Offer?? in
      guard !state.offers.isEmpty || state.verdict != nil else { return .none }
      return .some(state.offers.isEmpty ? nil : state.offers.removeFirst())
    }
  }

  /// Adds what became of a block that a helper took, and gives the block back.
  func giveBack(_ offer: Offer, _ outcome: Result<BlockOutcome, any Error>) {
    monitor.change { state in
      state.outcomes[offer.number] = outcome
      state.spare.append(offer.box)
    }
  }

  /// What becomes of the archive, once that is known.
  func waitForVerdict() -> Verdict { monitor.wait { $0.verdict } }
}
