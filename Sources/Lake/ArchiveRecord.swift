package import Bytes
package import Captures
package import Observations

/// The ledger's entry for one archive: every line of it, in exactly one place.
package struct ArchiveRecord: Hashable, Sendable {
  /// Whether the archive was read to its end.
  package enum Status: String, Hashable, Sendable {
    case complete
    /// The complete lines before the damage were taken, as the user asked.
    case salvaged
  }

  /// The SHA-256 of the file's bytes.
  package var digest: Digest256
  /// Absolute; `-` for standard input.
  package var path: String
  package var bytes: Int64 = 0
  package var inflatedBytes: Int64 = 0
  package var status = Status.complete
  package private(set) var identityDeliveries: Int64 = 0
  package private(set) var otherDeliveries: Int64 = 0
  package private(set) var verdicts: [Verdict: Int64] = [:]
  package private(set) var rejections: [RejectionReason: Int64] = [:]
  /// The earliest and latest time received of all lines that have one.
  package private(set) var received: Interval?
  package private(set) var counts = DeliveryCounts()

  /// The entry of an archive of which nothing was read yet.
  package init(path: String) {
    digest = Digest256(words: .zero)
    self.path = path
  }

  package var quarantined: Int64 { rejections.values.reduce(0, +) }
  package var lines: Int64 { identityDeliveries + otherDeliveries + quarantined }

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
    verdicts[verdict, default: 0] += 1
    counts.add(DeliveryCounts.Key(day: day, outcome: .accepted(verdict)), 1)
    extend(receivedAt)
  }

  /// Counts a line that was quarantined; `day` is the local date of the time received, where there is one.
  package mutating func countRejected(_ rejection: Rejection, day: Int32?) {
    rejections[rejection.reason, default: 0] += 1
    counts.add(DeliveryCounts.Key(day: day, outcome: .rejected(rejection.reason)), 1)
    if let receivedAt = rejection.receivedAt { extend(receivedAt) }
  }

  private mutating func extend(_ receivedAt: Int64) {
    let instant = Interval(first: receivedAt, last: receivedAt)
    if received?.formUnion(instant) == nil { received = instant }
  }
}

/// How many lines had which outcome on which date: sums alone, so that any order gives the same.
package struct DeliveryCounts: Hashable, Sendable {
  /// Where a line ended.
  package enum Outcome: Hashable, Sendable {
    case accepted(Verdict)
    case rejected(RejectionReason)

    /// The word in the tables.
    package var name: String {
      switch self {
      case .accepted(let verdict): verdict.rawValue
      case .rejected(let reason): reason.rawValue
      }
    }
  }

  /// A date, in days since 1970-01-01 where there is one, and an outcome.
  package struct Key: Hashable, Sendable {
    package let day: Int32?
    package let outcome: Outcome

    package init(day: Int32?, outcome: Outcome) {
      self.day = day
      self.outcome = outcome
    }
  }

  package private(set) var lines: [Key: Int64] = [:]

  package init() {}

  package mutating func add(_ key: Key, _ count: Int64) { lines[key, default: 0] += count }

  /// Adds all of `other`; associative and commutative.
  package mutating func merge(_ other: DeliveryCounts) {
    for (key, count) in other.lines { add(key, count) }
  }
}
