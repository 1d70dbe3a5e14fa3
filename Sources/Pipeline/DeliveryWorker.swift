internal import Bytes
internal import Captures
internal import Flagsmith
internal import JSON
internal import Observations
internal import Recognition

/// Takes lines all the way to facts: decodes, verifies, reads the payload, folds.
///
/// One worker serves one thread; it keeps its memory from line to line. What was seen before takes a shorter way, whose
/// outcome is the same; where that way does not lead to a snapshot, the line goes the long way from the start.
struct DeliveryWorker: ~Copyable {
  /// What became of a line that went on.
  struct Acceptance {
    let verdict: Verdict
    let isSnapshot: Bool
    /// Microseconds since the epoch.
    let receivedAt: Int64
  }

  /// What the numbers in the facts stand for.
  private(set) var names = FactNames()
  private let windows: WindowPolicy
  private var captures: CaptureDecoder
  private var verifier: Verifier
  private var payloads: PayloadDecoder
  private var recognition: Recognition
  private var snapshot = SnapshotNames()

  init(_ verifier: Verifier, windows: WindowPolicy, recognition: Recognition.Options) {
    self.verifier = verifier
    self.windows = windows
    self.recognition = Recognition(recognition)
    captures = CaptureDecoder(usesTemplates: recognition.usesRecordTemplates)
    payloads = PayloadDecoder(memoryBytes: recognition.partBytes)
  }

  /// Processes one line.
  ///
  /// - Throws: ``Rejection`` with the first check that fails.
  mutating func process(
    _ line: Span<UInt8>,
    into facts: inout Facts
  ) throws(Rejection) -> Acceptance {
    var delivery = try captures.decode(line, recognition: &recognition)
    if recognition.hasRecognised {
      if let acceptance = try processTail(of: delivery, into: &facts) { return acceptance }
      delivery = try captures.decode(line)
    }
    let acceptance = try verifier.verify(delivery, line: line, body: &captures.body)
    let payload: Payload
    do {
      payload = try payloads.decode(captures.body)
    } catch {
      switch error {
      case .notJSON(let detail):
        throw Rejection(.payloadNotJSON, detail, receivedAt: delivery.receivedAt)
      case .shape(let detail):
        throw Rejection(.payloadShape, detail, receivedAt: delivery.receivedAt)
      }
    }
    if case .snapshot(let environment) = payload {
      names.intern(payloads, into: &snapshot)
      let flagEnvironment: Int64?? = payloads.hasFlags ? .some(environment) : nil
      learn(line, delivery, acceptance, flagEnvironment)
      fold(delivery, flagEnvironment ?? acceptance.environment, into: &facts)
      return Acceptance(acceptance.verdict, isSnapshot: true, delivery)
    }
    return Acceptance(acceptance.verdict, isSnapshot: false, delivery)
  }

  /// Processes a delivery whose flags were recognised; `captures.body` is what follows them.
  ///
  /// - Returns: `nil` where the whole body has to be looked at.
  private mutating func processTail(
    of delivery: Delivery,
    into facts: inout Facts
  ) throws(Rejection) -> Acceptance? {
    guard
      let acceptance = try verifier.verify(
        delivery,
        tail: captures.body,
        after: recognition.hashes
      )
    else { return nil }
    if !recognition.recognise(tail: captures.body, &snapshot) {
      guard payloads.decode(tail: captures.body) else { return nil }
      names.intern(rest: payloads, into: &snapshot)
      if acceptance.verdict == .verified { recognition.learn(tail: captures.body, snapshot) }
    }
    let flags = recognition.flags
    snapshot.flagState = flags.state
    fold(delivery, flags.environment ?? acceptance.environment, into: &facts)
    return Acceptance(acceptance.verdict, isSnapshot: true, delivery)
  }

  /// Forgets all names, and what was remembered by them.
  mutating func forgetNames() {
    names = FactNames()
    recognition.removeAll()
  }

  private mutating func fold(
    _ delivery: Delivery,
    _ environment: Int64?,
    into facts: inout Facts
  ) {
    facts.add(
      snapshot,
      environment: environment,
      receivedAt: delivery.receivedAt,
      windows: windows
    )
  }

  /// Remembers a snapshot that verified, so that the next one like it is recognised.
  private mutating func learn(
    _ line: Span<UInt8>,
    _ delivery: Delivery,
    _ acceptance: Verifier.Acceptance,
    _ environment: Int64??
  ) {
    guard acceptance.verdict == .verified, let secret = acceptance.secret,
      case .exact(let string?) = delivery.body, let end = payloads.flagOffsets.last,
      recognition.mayLearn()
    else { return }
    recognition.learn(
      line,
      string,
      flagOffsets: payloads.flagOffsets,
      snapshot,
      environment: environment,
      secrets: verifier.secretCount,
      secret: secret,
      hash: verifier.hash(under: secret, of: captures.body, upTo: end)
    )
    recognition.learn(tail: captures.body, from: end, snapshot)
  }
}

extension DeliveryWorker.Acceptance {
  fileprivate init(_ verdict: Verdict, isSnapshot: Bool, _ delivery: Delivery) {
    self.init(verdict: verdict, isSnapshot: isSnapshot, receivedAt: delivery.receivedAt)
  }
}

extension PayloadDecoder {
  /// Decodes the body in `buffer`.
  fileprivate mutating func decode(
    _ buffer: borrowing ByteBuffer
  ) throws(PayloadError) -> Payload {
    try decode(buffer.span)
  }
}
