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
    _ source: ArchiveSource,
    _ plan: IngestPlan,
    exchange: BlockExchange,
    quarantine directory: String
  ) {
    self.plan = plan
    self.archive = archive
    self.source = source
    self.exchange = exchange
    quarantine = Quarantine(directory: directory, digest: source.digest)
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
        return
      case .lines: try handle(&box, &reader, &worker)
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
