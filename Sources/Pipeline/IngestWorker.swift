internal import Archives
internal import Bytes
internal import Captures
internal import Files
internal import Lake
internal import Observations
internal import Runs

/// One thread's part of an ingestion: lines to facts, and the facts that it has so far.
///
/// The facts of an archive are kept apart until the archive was read to its end. When facts and their names have grown to the
/// worker's share of the memory, they are written into runs, and it starts anew.
struct IngestWorker: ~Copyable {
  private let plan: IngestPlan
  private let byteLimit: Int
  private var deliveries: DeliveryWorker
  /// The facts of archives that were read to their end.
  private var facts = Facts()
  private(set) var runs: FactRuns
  /// Those of the archive at hand.
  private var staged = Facts()
  private var stagedRuns: [FactRuns.Written] = []
  /// Finds lines of identities that were erased; `nil` where none was.
  private var mentions: MentionFinder?

  /// - Parameters:
  ///   - plan: What is ingested, and how.
  ///   - runs: Where runs go.
  init(_ plan: IngestPlan, runs: FactRuns) {
    self.plan = plan
    self.runs = runs
    byteLimit = plan.factMemoryPerJob
    mentions = MentionFinder(plan.personalData)
    deliveries = DeliveryWorker(
      plan.verifier,
      windows: plan.windows,
      personalData: plan.personalData,
      recognition: plan.recognitionPerJob
    )
  }

  /// Processes all lines of a block.
  ///
  /// - Parameters:
  ///   - block: The block.
  ///   - quarantine: How rejected lines are written.
  ///   - wantedDays: The dates of which facts are wanted; all where it is `nil`. Lines are counted all the same.
  /// - Returns: What became of the lines.
  /// - Throws: ``FileFailure`` where facts cannot be written to a run; what is wrong with a line is in the outcome.
  mutating func process(
    _ block: borrowing LineBlock,
    _ quarantine: QuarantineFormat,
    wantedDays: Set<Int32>? = nil
  ) throws -> BlockOutcome {
    staged.wantedDays = wantedDays
    var outcome = BlockOutcome()
    let calendar = plan.windows.calendar
    var cursor = LineCursor(block)
    while cursor.advance(in: block) {
      let line = block.line(at: cursor)
      if line.count > plan.maximumLineLength {
        let rejection = Rejection.lineTooLong(limit: plan.maximumLineLength)
        outcome.tally.countRejected(rejection, day: nil)
        if mentions?.isMentioned(inLongLine: line) == true {
          let place = (cursor.lineNumber, cursor.lineOffset)
          quarantine.append(erased: place, rejection.reason, to: &outcome.rejected)
        } else {
          quarantine.append(long: line, cursor, rejection, to: &outcome.rejected)
        }
        continue
      }
      do throws(Rejection) {
        let acceptance = try deliveries.process(line, into: &staged)
        outcome.tally.countAccepted(
          acceptance.verdict,
          isSnapshot: acceptance.isSnapshot,
          receivedAt: acceptance.receivedAt,
          day: calendar.day(of: acceptance.receivedAt)
        )
      } catch {
        outcome.tally.countRejected(error, day: error.receivedAt.map(calendar.day))
        let place = (cursor.lineNumber, cursor.lineOffset)
        reject(line, at: place, error, quarantine, to: &outcome.rejected)
      }
    }
    outcome.lineCount = cursor.lineCount
    try spillIfFull()
    return outcome
  }

  /// Appends the record of a line that was rejected to what goes into the quarantine.
  mutating func reject(
    _ line: Span<UInt8>,
    at place: (number: Int, offset: Int),
    _ rejection: Rejection,
    _ format: QuarantineFormat,
    to records: inout [UInt8]
  ) {
    if mentions?.isMentioned(in: line) == true {
      format.append(erased: place, rejection.reason, to: &records)
    } else {
      format.append(
        line,
        number: place.number,
        offset: place.offset,
        rejection,
        to: &records
      )
    }
  }

  /// Processes one line.
  ///
  /// - Throws: ``Rejection`` with the first check that fails.
  mutating func process(
    line: Span<UInt8>
  ) throws(Rejection) -> DeliveryWorker.Acceptance {
    try deliveries.process(line, into: &staged)
  }

  /// Writes facts to runs where they have grown to the worker's share of the memory.
  ///
  /// - Throws: ``FileFailure``.
  mutating func spillIfFull() throws { if byteCount > byteLimit { try spill() } }

  /// Works on the blocks of an archive that another worker reads, until there are no more.
  ///
  /// - Throws: ``FileFailure``.
  mutating func help(_ exchange: BlockExchange) throws {
    while let offer = exchange.take() {
      let format = QuarantineFormat(offer.archive)
      let outcome = Result {
        try process(offer.box.block, format, wantedDays: offer.wantedDays)
      }
      exchange.giveBack(offer, outcome)
      if case .failure(let error) = outcome { throw error }
    }
    switch exchange.waitForVerdict() {
    case .commit: commit()
    case .discard: try discard()
    }
  }

  /// Makes the archive at hand part of the result.
  mutating func commit() {
    facts.merge(staged)
    staged = Facts()
    for run in stagedRuns { runs.add(run) }
    stagedRuns = []
  }

  /// Forgets the archive at hand.
  ///
  /// - Throws: ``FileFailure``.
  mutating func discard() throws {
    staged = Facts()
    for run in stagedRuns { try runs.discard(run) }
    stagedRuns = []
  }

  /// Brings all facts into runs; the worker is of no use then.
  ///
  /// - Throws: ``FileFailure``.
  mutating func finish() throws {
    guard !facts.isEmpty else { return }
    // What is small against the memory there is need not see a disk.
    let isSmall = byteCount * 4 < byteLimit
    runs.add(try runs.write(facts, deliveries.names, inMemory: isSmall))
    self.facts = Facts()
    deliveries.forgetNames()
  }

  private var byteCount: Int { facts.byteCount + staged.byteCount + deliveries.names.byteCount }

  private mutating func spill() throws {
    if !facts.isEmpty {
      runs.add(try runs.write(facts, deliveries.names, inMemory: false))
      facts = Facts()
    }
    if !staged.isEmpty {
      stagedRuns.append(try runs.write(staged, deliveries.names, inMemory: false))
      staged = Facts()
    }
    deliveries.forgetNames()
  }
}
