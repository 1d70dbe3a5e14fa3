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
  private(set) var names: FactNames
  private let personalData: PersonalData
  private let windows: WindowPolicy
  private var captures: CaptureDecoder
  private var verifier: Verifier
  private var payloads: PayloadDecoder
  private var recognition: Recognition
  private var snapshot = SnapshotNames()

  init(
    _ verifier: Verifier,
    windows: WindowPolicy,
    personalData: PersonalData,
    recognition: Recognition.Options
  ) {
    names = FactNames(personalData)
    self.personalData = personalData
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
    if let flags = payloads.decodeFlags(of: captures.body) {
      let stateCount = names.flagStates.count
      snapshot.flagState = names.intern(flags: payloads.flagState)
      let isNew = names.flagStates.count > stateCount
      let environment: Int64?? = payloads.hasFlags ? .some(flags.environment) : nil
      learnFlags(line, delivery, acceptance, environment, isNew: isNew)
      if nameRest(from: flags.end, acceptance.verdict) {
        fold(delivery, environment ?? acceptance.environment, into: &facts)
        return Acceptance(acceptance.verdict, isSnapshot: true, delivery)
      }
    }
    guard case .snapshot(let environment) = try decodeWhole(delivery) else {
      return Acceptance(acceptance.verdict, isSnapshot: false, delivery)
    }
    names.intern(payloads, into: &snapshot)
    fold(delivery, payloads.hasFlags ? environment : acceptance.environment, into: &facts)
    return Acceptance(acceptance.verdict, isSnapshot: true, delivery)
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
      ), nameRest(from: 0, acceptance.verdict)
    else { return nil }
    let flags = recognition.flags
    snapshot.flagState = flags.state
    fold(delivery, flags.environment ?? acceptance.environment, into: &facts)
    return Acceptance(acceptance.verdict, isSnapshot: true, delivery)
  }

  /// Names identity, segments and traits, which `captures.body` has from `start` on.
  ///
  /// - Returns: Whether there is nothing else that counts; if there is, the whole body has to be looked at.
  private mutating func nameRest(from start: Int, _ verdict: Verdict) -> Bool {
    if recognition.recognise(rest: captures.body, from: start, &snapshot) { return true }
    guard payloads.decode(rest: captures.body, from: start) else { return false }
    names.intern(rest: payloads, into: &snapshot)
    if verdict == .verified { recognition.learn(rest: captures.body, from: start, snapshot) }
    return true
  }

  private mutating func decodeWhole(_ delivery: Delivery) throws(Rejection) -> Payload {
    do {
      return try payloads.decode(captures.body)
    } catch {
      switch error {
      case .notJSON(let detail):
        throw Rejection(.payloadNotJSON, detail, receivedAt: delivery.receivedAt)
      case .shape(let detail):
        throw Rejection(.payloadShape, detail, receivedAt: delivery.receivedAt)
      }
    }
  }

  /// Forgets all names, and what was remembered by them.
  mutating func forgetNames() {
    names = FactNames(personalData)
    recognition.removeAll()
  }

  private mutating func fold(
    _ delivery: Delivery,
    _ environment: Int64?,
    into facts: inout Facts
  ) {
    if names.isForgotten(snapshot.identity) {
      facts.addForgotten(receivedAt: delivery.receivedAt, windows: windows)
      return
    }
    facts.add(
      snapshot,
      environment: environment,
      receivedAt: delivery.receivedAt,
      windows: windows
    )
  }

  /// Remembers the flags of a delivery that verified, so that the next body that begins like it is recognised.
  private mutating func learnFlags(
    _ line: Span<UInt8>,
    _ delivery: Delivery,
    _ acceptance: Verifier.Acceptance,
    _ environment: Int64??,
    isNew: Bool
  ) {
    guard acceptance.verdict == .verified, let secret = acceptance.secret,
      case .exact(let string?) = delivery.body, let end = payloads.flagOffsets.last,
      recognition.mayLearn(isNew: isNew)
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
  }
}

extension DeliveryWorker.Acceptance {
  fileprivate init(_ verdict: Verdict, isSnapshot: Bool, _ delivery: Delivery) {
    self.init(verdict: verdict, isSnapshot: isSnapshot, receivedAt: delivery.receivedAt)
  }
}

extension PayloadDecoder {
  /// Decodes the body in `buffer`.
  mutating func decode(
    _ buffer: borrowing ByteBuffer
  ) throws(PayloadError) -> Payload {
    try decode(buffer.span)
  }
}
