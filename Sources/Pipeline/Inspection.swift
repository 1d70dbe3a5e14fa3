package import Archives
package import Bytes
package import Captures
package import Flagsmith
internal import JSON
internal import Lake
package import Tables

/// What archives hold, as far as it can be told without a secret: nothing is verified.
package struct Inspection: ~Copyable {
  /// Distinct texts, and how often each was met; of more than a limit the others are not told apart.
  package struct Counts: Sendable {
    private let limit: Int
    package private(set) var counts: [ByteText: Int64] = [:]
    /// How often texts were met that are not among them.
    package private(set) var uncounted: Int64 = 0

    fileprivate init(limit: Int) { self.limit = limit }

    fileprivate mutating func add(_ text: Span<UInt8>) {
      let text = ByteText(text)
      guard counts[text] == nil, counts.count >= limit else {
        counts[text, default: 0] += 1
        return
      }
      uncounted += 1
    }
  }

  /// What was found.
  package struct Findings: Sendable {
    package fileprivate(set) var archives = 0
    /// Of the files, as far as they were read, and inflated.
    package fileprivate(set) var bytes = 0
    package fileprivate(set) var inflatedBytes = 0
    package fileprivate(set) var lines: Int64 = 0
    /// Lines that no secret would let in.
    package fileprivate(set) var rejected: [RejectionReason: Int64] = [:]
    /// The earliest and the latest time received of all others, in microseconds since the epoch.
    package fileprivate(set) var received: (first: Int64, last: Int64)?
    /// Lines by what they say of their signatures.
    package fileprivate(set) var signed: Int64 = 0
    package fileprivate(set) var unsigned: Int64 = 0
    package fileprivate(set) var malformed: Int64 = 0
    /// Lines whose body the capture tool had parsed.
    package fileprivate(set) var parsedBodies: Int64 = 0
    package fileprivate(set) var snapshots: Int64 = 0
    package fileprivate(set) var events: [EventType: Int64] = [:]
    /// Snapshots by their environments; `nil` for those without flags.
    package fileprivate(set) var environments: [Int64?: Int64] = [:]
    package fileprivate(set) var identities = Counts(limit: 1_000_000)
    /// Keys of traits, and in how many snapshots each is.
    package fileprivate(set) var traits = Counts(limit: 100_000)
    fileprivate var flags = Counts(limit: 100_000)
    fileprivate var segments = Counts(limit: 100_000)

    /// The distinct rows of `flag_states`, without the state, and in how many snapshots each is.
    ///
    /// - Throws: `JSONError`, which canonical rows do not.
    package func flagRows() throws -> (rows: [Column], snapshots: [Int64], uncounted: Int64) {
      try Self.rows(flags, .flagStates)
    }

    /// The distinct rows of `segment_states`, without the state, and in how many snapshots each is.
    ///
    /// - Throws: `JSONError`, which canonical rows do not.
    package func segmentRows() throws -> (rows: [Column], snapshots: [Int64], uncounted: Int64) {
      try Self.rows(segments, .segmentStates)
    }

    private static func rows(
      _ counts: Counts,
      _ table: LakeTable
    ) throws -> (rows: [Column], snapshots: [Int64], uncounted: Int64) {
      var cells = RowCells(table.schema)
      var snapshots: [Int64] = []
      for (row, count) in counts.counts.sorted(by: { $0.key < $1.key }) {
        try cells.append(row.bytes.span)
        snapshots.append(count)
      }
      return (cells.columns, snapshots, counts.uncounted)
    }
  }

  package private(set) var findings = Findings()
  private var captures = CaptureDecoder()
  private var payloads = PayloadDecoder()

  package init() {}

  /// Looks at every line of an archive.
  ///
  /// - Parameter archive: The archive.
  /// - Throws: ``ArchiveError`` where it cannot be read to its end; what stands before that counts.
  /// - Complexity: O(*n*) in its bytes, in bounded memory.
  package mutating func inspect(_ archive: Archive) throws(ArchiveError) {
    findings.archives += 1
    var reader = try ArchiveReader(archive)
    var failure: ArchiveError?
    do throws(ArchiveError) {
      while try inspectNext(&reader) {}
    } catch {
      failure = error
    }
    findings.bytes += reader.byteCount
    findings.inflatedBytes += reader.inflatedByteCount
    if let failure { throw failure }
  }

  /// Looks at the next line; returns whether there was one.
  private mutating func inspectNext(_ reader: inout ArchiveReader) throws(ArchiveError) -> Bool {
    switch try reader.next() {
    case .end: return false
    case .partOfLongLine(let isFirst, _):
      guard isFirst else { return true }
      findings.lines += 1
      findings.rejected[.lineTooLong, default: 0] += 1
    case .line:
      findings.lines += 1
      do throws(Rejection) {
        try inspect(reader.bytes)
      } catch {
        findings.rejected[error.reason, default: 0] += 1
      }
    }
    return true
  }

  private mutating func inspect(_ line: Span<UInt8>) throws(Rejection) {
    let delivery = try captures.decode(line)
    let payload: Payload
    do throws(PayloadError) {
      switch delivery.body {
      case .exact: payload = try payloads.decode(captures.body)
      case .parsed(let range): payload = try payloads.decode(line.extracting(range))
      }
    } catch {
      switch error {
      case .notJSON(let detail): throw Rejection(.payloadNotJSON, detail)
      case .shape(let detail): throw Rejection(.payloadShape, detail)
      }
    }
    count(delivery)
    switch payload {
    case .event(let type): findings.events[type, default: 0] += 1
    case .snapshot(let environment): Self.count(payloads, environment, in: &findings)
    }
  }

  private mutating func count(_ delivery: Delivery) {
    let known = findings.received ?? (delivery.receivedAt, delivery.receivedAt)
    findings.received = (
      min(known.first, delivery.receivedAt), max(known.last, delivery.receivedAt)
    )
    switch delivery.claim {
    case .absent: findings.unsigned += 1
    case .malformed: findings.malformed += 1
    case .signature: findings.signed += 1
    }
    if case .parsed = delivery.body { findings.parsedBodies += 1 }
  }

  private static func count(
    _ snapshot: borrowing PayloadDecoder,
    _ environment: Int64?,
    in findings: inout Findings
  ) {
    findings.snapshots += 1
    findings.environments[snapshot.hasFlags ? environment : nil, default: 0] += 1
    findings.identities.add(snapshot.identity.span)
    for row in snapshot.flagState.rows { findings.flags.add(snapshot.flagState.text(of: row)) }
    for row in snapshot.segmentState.rows {
      findings.segments.add(snapshot.segmentState.text(of: row))
    }
    let text = snapshot.traits.text
    for trait in snapshot.traits.traits { findings.traits.add(text.span.extracting(trait.key)) }
  }
}
