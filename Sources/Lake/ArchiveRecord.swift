package import Bytes
package import Captures
package import Observations
internal import Tables

/// Where the lines of an archive, or of a part of it, ended: sums, minima and maxima alone.
package struct LineTally: Hashable, Sendable {
  package private(set) var identityDeliveries: Int64 = 0
  package private(set) var otherDeliveries: Int64 = 0
  /// The earliest and latest time received of all lines that have one.
  package private(set) var received: Interval?
  package private(set) var counts = DeliveryCounts()

  package init() {}

  /// Counts a line that went on.
  ///
  /// - Parameters:
  ///   - verdict: What verification said.
  ///   - isSnapshot: Whether it was an identity's delivery.
  ///   - receivedAt: Microseconds since the epoch.
  ///   - day: The local date of that time, in days since 1970-01-01.
  package mutating func countAccepted(
    _ verdict: Verdict,
    isSnapshot: Bool,
    receivedAt: Int64,
    day: Int32
  ) {
    if isSnapshot { identityDeliveries += 1 } else { otherDeliveries += 1 }
    counts.add(.accepted(verdict), day: day)
    extend(Interval(first: receivedAt, last: receivedAt))
  }

  /// Counts a line that was quarantined; `day` is the local date of the time received, where there is one.
  package mutating func countRejected(_ rejection: Rejection, day: Int32?) {
    counts.add(.rejected(rejection.reason), day: day)
    if let time = rejection.receivedAt { extend(Interval(first: time, last: time)) }
  }

  /// Takes back a line that was counted elsewhere before.
  package mutating func uncount(_ outcome: Outcome, day: Int32?) {
    counts.add(outcome, day: day, lines: -1)
  }

  /// Adds all of `other`; associative and commutative.
  package mutating func merge(_ other: LineTally) {
    identityDeliveries += other.identityDeliveries
    otherDeliveries += other.otherDeliveries
    counts.merge(other.counts)
    if let received = other.received { extend(received) }
  }

  private mutating func extend(_ interval: Interval) {
    if received?.merge(interval) == nil { received = interval }
  }
}

/// The ledger's entry for one archive: every line of it, in exactly one place.
package struct ArchiveRecord: Hashable, Sendable {
  /// Whether the archive was read to its end.
  package enum Status: String, Hashable, Sendable {
    case complete
    /// The complete lines before the damage were taken, as the user asked.
    case salvaged
  }

  /// The SHA-256 of the file's bytes.
  package let digest: Digest256
  /// Absolute; `-` for standard input.
  package private(set) var path: String
  package let bytes: Int64
  package let inflatedBytes: Int64
  package let status: Status
  package private(set) var identityDeliveries: Int64
  package private(set) var otherDeliveries: Int64
  /// The earliest and latest time received of all lines that have one.
  package private(set) var received: Interval?
  private var outcomes: [Int64]

  package init(
    digest: Digest256,
    path: String,
    bytes: Int,
    inflatedBytes: Int,
    status: Status,
    _ tally: LineTally
  ) {
    self.digest = digest
    self.path = path
    self.bytes = Int64(bytes)
    self.inflatedBytes = Int64(inflatedBytes)
    self.status = status
    identityDeliveries = tally.identityDeliveries
    otherDeliveries = tally.otherDeliveries
    received = tally.received
    outcomes = tally.counts.totals
  }

  /// The record of an archive that has grown: what was counted before, and what is new.
  package func grown(into record: ArchiveRecord) -> ArchiveRecord {
    var grown = record
    grown.add(identityDeliveries, otherDeliveries, received, outcomes)
    return grown
  }

  /// The record after some of its lines were counted again.
  package func changed(by tally: LineTally) -> ArchiveRecord {
    var changed = self
    changed.add(
      tally.identityDeliveries,
      tally.otherDeliveries,
      tally.received,
      tally.counts.totals
    )
    return changed
  }

  /// Whether the lines of the archive ended where those of `tally` did.
  package func agrees(with tally: LineTally) -> Bool {
    identityDeliveries == tally.identityDeliveries && otherDeliveries == tally.otherDeliveries
      && received == tally.received && outcomes == tally.counts.totals
  }

  private mutating func add(
    _ identityDeliveries: Int64,
    _ otherDeliveries: Int64,
    _ received: Interval?,
    _ outcomes: [Int64]
  ) {
    self.identityDeliveries += identityDeliveries
    self.otherDeliveries += otherDeliveries
    if let received, self.received?.merge(received) == nil { self.received = received }
    for place in outcomes.indices { self.outcomes[place] += outcomes[place] }
  }

  /// Whether a row of the ledger is a record.
  static func isRecord(_ ledger: Table, row: Int) -> Bool {
    let status = 8 + Verdict.allCases.count
    let columns = ledger.columns
    return columns.count == status + RejectionReason.allCases.count + 3
      && Status(rawValue: columns[status].string(row)) != nil
  }

  /// The record in a row of the ledger; `nil` where it is none.
  init?(_ ledger: Table, row: Int) {
    let columns = ledger.columns
    let verdicts = Verdict.allCases.count
    let status = 8 + verdicts
    let reasons = RejectionReason.allCases.count
    guard Self.isRecord(ledger, row: row), let digest = columns[0].digest256(row),
      let word = Status(rawValue: columns[status].string(row))
    else { return nil }
    let times = (columns[status + reasons + 1], columns[status + reasons + 2])
    let received =
      times.0.isNull(row)
      ? nil : Interval(first: times.0.integers[row], last: times.1.integers[row])
    self.digest = digest
    path = columns[1].string(row)
    bytes = columns[2].integers[row]
    inflatedBytes = columns[3].integers[row]
    self.status = word
    identityDeliveries = columns[5].integers[row]
    otherDeliveries = columns[6].integers[row]
    self.received = received
    outcomes =
      (0..<verdicts).map { columns[8 + $0].integers[row] }
      + (0..<reasons).map { columns[status + 1 + $0].integers[row] }
  }

  /// The same archive under the path of its copy.
  package func renamed(_ path: String) -> ArchiveRecord {
    var record = self
    record.path = path
    return record
  }

  /// How many lines had this outcome.
  package func lines(_ outcome: Outcome) -> Int64 { outcomes[outcome.place] }

  package var quarantined: Int64 {
    RejectionReason.allCases.reduce(0) { $0 + lines(.rejected($1)) }
  }

  package var lines: Int64 { identityDeliveries + otherDeliveries + quarantined }
}

extension Table {
  /// Adds the row of an archive to those of the ledger.
  mutating func append(_ record: ArchiveRecord) {
    let verdicts = Verdict.allCases.map { record.lines(.accepted($0)) }
    let numbers =
      [
        record.bytes, record.inflatedBytes, record.lines, record.identityDeliveries,
        record.otherDeliveries, record.quarantined,
      ] + verdicts
    let rejections = RejectionReason.allCases.map { record.lines(.rejected($0)) }
    columns[0].append(record.digest.hexadecimalBytes.span)
    columns[1].append(record.path)
    for (place, number) in numbers.enumerated() { columns[2 + place].append(number) }
    let status = 2 + numbers.count
    columns[status].append(record.status.rawValue)
    for (place, number) in rejections.enumerated() { columns[status + 1 + place].append(number) }
    columns[status + 1 + rejections.count].append(record.received?.first)
    columns[status + 2 + rejections.count].append(record.received?.last)
  }
}
