internal import Archives
internal import Bytes
internal import Captures
internal import Lake

/// Reads one archive to its end: its blocks of lines go to the worker at hand, or to those that wait for work.
struct ArchiveIngestion {
  /// How many blocks may be ahead of the one whose outcome is awaited.
  private static let greatestLead = 64

  private let plan: IngestPlan
  private let archive: Archive
  private let source: ArchiveSource
  /// What was ingested of the archive before it had grown.
  private let earlier: ArchiveRecord?
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
  /// - Returns: Its entry in the ledger, its lines by date and outcome, and what damage was salvaged from.
  /// - Throws: ``ArchiveError`` where it cannot be read to its end, ``FileFailure`` where something cannot be written.
  mutating func run(_ worker: inout IngestWorker) throws -> (
    ArchiveRecord, DeliveryCounts, damage: ArchiveError?
  ) {
    var damage: ArchiveError?
    do {
      if let earlier, let directory = plan.quarantine {
        try quarantine.keepRecords(of: earlier.digest, in: directory, as: source.digest)
      }
      do {
        try readBlocks(&worker)
      } catch let error as ArchiveError where plan.salvages && error.isDamage {
        damage = error
      }
      while collected < number { try collect(exchange.waitForOutcome(number: collected)) }
      try quarantine.close()
    } catch {
      try quarantine.discard()
      throw error
    }
    let record = ArchiveRecord(
      digest: source.digest,
      path: archive.path,
      bytes: source.byteCount,
      inflatedBytes: inflatedByteCount,
      status: damage == nil ? .complete : .salvaged,
      tally
    )
    return (record, tally.counts, damage)
  }

  private mutating func readBlocks(_ worker: inout IngestWorker) throws {
    var reader = try BlockReader(
      source.archive,
      named: archive.path,
      maximumLineLength: plan.maximumLineLength,
      chunkLength: plan.chunkLength,
      gzip: plan.gzip
    )
    var box = BlockBox()
    defer { inflatedByteCount = reader.inflatedByteCount }
    while true {
      switch try reader.next(into: &box.block) {
      case .end:
        guard try source.isUnchanged(reader) else {
          throw ArchiveError(code: .changed, path: archive.path, offset: reader.byteCount)
        }
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
    ArchiveError(code: .rewritten, path: archive.path, offset: 0)
  }

  /// Hands a block on, or works on it here.
  private mutating func handle(
    _ box: inout BlockBox,
    _ reader: inout BlockReader,
    _ worker: inout IngestWorker
  ) throws {
    if exchange.wantsBlock {
      reader.nextLineNumber += box.block.countLines()
      let offer = BlockExchange.Offer(number: number, box: box, archive: source.digest)
      box = exchange.offer(offer)
    } else {
      let outcome = try worker.process(box.block, format)
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
    try quarantine.keep(outcome.rejected)
  }
}
