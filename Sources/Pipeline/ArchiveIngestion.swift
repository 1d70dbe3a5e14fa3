internal import Archives
internal import Bytes
internal import Captures
internal import Lake

/// Reads one archive to its end: its blocks of lines go to the worker at hand, or to those that wait for work.
struct ArchiveIngestion {
  /// How many blocks may be ahead of the one whose outcome is awaited.
  private static let greatestLead = 64

  /// What became of an archive.
  struct Outcome {
    /// Its entry in the ledger, or that of what is new; `nil` where nothing is.
    var record: ArchiveRecord?
    /// Its lines by date and outcome.
    var counts = DeliveryCounts()
    /// What it was salvaged from.
    var damage: ArchiveError?
    /// The lines that were ingested before, on the dates that are made anew; `nil` where they were not read again.
    var recounted: DeliveryCounts?
  }

  private let plan: IngestPlan
  private let archive: Archive
  private let source: ArchiveSource
  /// Whether what was ingested before is read again, and whether there is anything else.
  private let isReadAgain: Bool
  private let isKnown: Bool
  /// What was ingested of the archive before it had grown.
  private let earlier: ArchiveRecord?
  /// The dates of which facts are wanted while lines are read again; `nil` after that.
  private var wantedDays: Set<Int32>?
  /// How many lines that were ingested before are still to come, and where in the inflated archive the last one ended.
  private var linesToSkip: Int
  private var skippedEnd = 0
  private let exchange: BlockExchange
  private let quarantine: Quarantine
  private let format: QuarantineFormat
  private var tally = LineTally()
  private var inflatedByteCount = 0
  /// The number of the next block, and of the one whose outcome is to be collected next.
  private var number = 0
  private var collected = 0

  init(
    _ archive: Archive,
    _ pending: ArchiveCatalog.Pending,
    _ plan: IngestPlan,
    exchange: BlockExchange,
    quarantine directory: String
  ) {
    let source = pending.source
    earlier = pending.earlier
    linesToSkip = Int(pending.earlier?.lines ?? 0)
    isReadAgain = pending.isReadAgain
    isKnown = pending.isKnown
    self.plan = plan
    self.archive = archive
    self.source = source
    self.exchange = exchange
    quarantine = Quarantine(
      directory: directory,
      digest: source.digest,
      finder: MentionFinder(plan.personalData)
    )
    format = QuarantineFormat(source.digest)
  }

  /// Reads the archive.
  ///
  /// - Parameter worker: What works on blocks that nobody waits for.
  /// - Returns: What became of it.
  /// - Throws: ``ArchiveError`` where it cannot be read to its end, ``RebuildFailure`` where lines that are read again do not end
  ///   where they did, ``FileFailure`` where something cannot be written.
  mutating func run(_ worker: inout IngestWorker) throws -> Outcome {
    var outcome = Outcome()
    if isReadAgain { outcome.recounted = try readAgain(&worker) }
    if isKnown { return outcome }
    do {
      if let earlier, let directory = plan.quarantine {
        try quarantine.keepRecords(of: earlier.digest, in: directory, as: source.digest)
      }
      outcome.damage = try salvaging(plan.salvages, &worker) { try $0.readBlocks(&$1) }
      try quarantine.close()
    } catch {
      try quarantine.discard()
      throw error
    }
    outcome.counts = tally.counts
    outcome.record = ArchiveRecord(
      digest: source.digest,
      path: archive.path,
      bytes: source.byteCount,
      inflatedBytes: inflatedByteCount,
      status: outcome.damage == nil ? .complete : .salvaged,
      tally
    )
    return outcome
  }

  /// Reads, and collects what becomes of the lines.
  ///
  /// - Returns: The damage that ended the archive, where its lines are taken all the same.
  private mutating func salvaging(
    _ salvages: Bool,
    _ worker: inout IngestWorker,
    _ read: (inout Self, inout IngestWorker) throws -> Void
  ) throws -> ArchiveError? {
    var damage: ArchiveError?
    do {
      try read(&self, &worker)
    } catch let error as ArchiveError where salvages && error.isDamage {
      damage = error
    }
    while collected < number { try collect(exchange.waitForOutcome(number: collected)) }
    return damage
  }

  /// Reads the lines again that were ingested before, for the dates that are made anew.
  ///
  /// - Returns: These lines on these dates.
  private mutating func readAgain(_ worker: inout IngestWorker) throws -> DeliveryCounts {
    guard let earlier else { return DeliveryCounts() }
    wantedDays = plan.remadeDays
    _ = try salvaging(earlier.status == .salvaged, &worker) { try $0.readEarlierBlocks(&$1) }
    wantedDays = nil
    guard earlier.agrees(with: tally) else {
      throw RebuildFailure(faults: [(archive.path, Self.judgedOtherwise)])
    }
    defer { tally = LineTally() }
    return tally.counts.on(plan.remadeDays)
  }

  private static let judgedOtherwise = """
    its lines do not end where they did when they were ingested; were other secrets given? Use `hooksift replay` with these \
    first, or make the lake anew with --rebuild
    """

  private mutating func readEarlierBlocks(_ worker: inout IngestWorker) throws {
    var reader = try openReader()
    var box = BlockBox()
    var left = linesToSkip
    while left > 0 || isKnown {
      switch try reader.next(into: &box.block) {
      case .end: return try checkUnchanged(reader)
      case .lines:
        left -= box.block.keepLines(left)
        try handle(&box, &reader, &worker)
      case .partOfLongLine(let isFirst, let isLast):
        if isFirst { tally.countRejected(.lineTooLong(limit: plan.maximumLineLength), day: nil) }
        guard isLast else { continue }
        reader.nextLineNumber += 1
        left -= 1
      }
    }
  }

  private func openReader() throws(ArchiveError) -> BlockReader {
    try BlockReader(
      source.archive,
      named: archive.path,
      maximumLineLength: plan.maximumLineLength,
      chunkLength: plan.chunkLength,
      gzip: plan.gzip
    )
  }

  private func checkUnchanged(_ reader: borrowing BlockReader) throws(ArchiveError) {
    guard try source.isUnchanged(reader) else {
      throw ArchiveError(code: .changed, path: archive.path, offset: reader.byteCount)
    }
  }

  /// Makes sure that the last line has its end, where it may still be written.
  private func checkEnded(_ reader: borrowing BlockReader) throws(ArchiveError) {
    guard reader.isInsideLine, !plan.salvages, let version = source.fileVersion,
      version.modifiedAt > plan.settledAt
    else { return }
    throw ArchiveError(code: .lineNotEnded, path: archive.path, offset: reader.byteCount)
  }

  private mutating func readBlocks(_ worker: inout IngestWorker) throws {
    var reader = try openReader()
    var box = BlockBox()
    defer { inflatedByteCount = reader.inflatedByteCount }
    while true {
      switch try reader.next(into: &box.block) {
      case .end:
        try checkUnchanged(reader)
        try checkEnded(reader)
        if linesToSkip > 0 { throw rewritten }
        return
      case .lines:
        if linesToSkip > 0, try skip(&box.block, &reader) { continue }
        try handle(&box, &reader, &worker)
      case .partOfLongLine(_, let isLast) where linesToSkip > 0:
        guard isLast else { continue }
        reader.nextLineNumber += 1
        skippedEnd = box.block.byteOffset + box.block.byteCount
        linesToSkip -= 1
        try checkSkipped()
      case .partOfLongLine(let isFirst, let isLast):
        while collected < number { try collect(exchange.waitForOutcome(number: collected)) }
        if isFirst {
          let rejection = Rejection.lineTooLong(limit: plan.maximumLineLength)
          tally.countRejected(rejection, day: nil)
          try quarantine.keepFirstPart(box.block, number: reader.nextLineNumber, rejection)
        } else {
          try quarantine.keepPart(box.block, isLast: isLast)
        }
        if isLast { reader.nextLineNumber += 1 }
      }
    }
  }

  /// Passes over lines that were ingested before.
  ///
  /// - Returns: Whether nothing is left of the block.
  /// - Throws: ``ArchiveError/Code/rewritten`` where the last of them is longer than it was.
  private mutating func skip(
    _ block: inout LineBlock,
    _ reader: inout BlockReader
  ) throws(ArchiveError) -> Bool {
    let (count, end) = block.dropLines(linesToSkip)
    linesToSkip -= count
    skippedEnd = end ?? skippedEnd
    reader.nextLineNumber = block.firstLineNumber
    try checkSkipped()
    return block.byteCount == 0
  }

  private func checkSkipped() throws(ArchiveError) {
    if linesToSkip == 0, skippedEnd > Int(earlier?.inflatedBytes ?? 0) { throw rewritten }
  }

  private var rewritten: ArchiveError {
    let dates = earlier.flatMap { try? RemadeDates(plan).advised(for: $0) } ?? []
    return ArchiveError(code: .rewritten(dates: dates), path: archive.path, offset: 0)
  }

  /// Hands a block on, or works on it here.
  private mutating func handle(
    _ box: inout BlockBox,
    _ reader: inout BlockReader,
    _ worker: inout IngestWorker
  ) throws {
    if exchange.wantsBlock {
      reader.nextLineNumber += box.block.countLines()
      let offer = BlockExchange.Offer(
        number: number,
        box: box,
        archive: source.digest,
        wantedDays: wantedDays
      )
      box = exchange.offer(offer)
    } else {
      let outcome = try worker.process(box.block, format, wantedDays: wantedDays)
      reader.nextLineNumber += outcome.lineCount
      exchange.add(outcome, number: number)
    }
    number += 1
    while let outcome = try exchange.takeOutcome(number: collected) { try collect(outcome) }
    while number - collected > Self.greatestLead {
      try collect(exchange.waitForOutcome(number: collected))
    }
  }

  private mutating func collect(_ outcome: BlockOutcome) throws {
    collected += 1
    tally.merge(outcome.tally)
    // What is read again is in the quarantine.
    if wantedDays == nil { try quarantine.keep(outcome.rejected) }
  }
}
