internal import Bytes
internal import Captures
internal import Flagsmith
internal import Observations

/// Takes lines all the way to facts: decodes, verifies, reads the payload, folds.
///
/// One worker serves one thread; it keeps its memory from line to line.
struct DeliveryWorker: ~Copyable {
  /// What became of a line that went on.
  struct Acceptance {
    let verdict: Verdict
    let isSnapshot: Bool
    /// Microseconds since the epoch.
    let receivedAt: Int64
  }

  private(set) var recorder: FactRecorder
  private var captures = CaptureDecoder()
  private var verifier: Verifier
  private var payloads = PayloadDecoder()

  init(_ verifier: Verifier, windows: WindowPolicy) {
    self.verifier = verifier
    recorder = FactRecorder(windows: windows)
  }

  /// Processes one line.
  ///
  /// - Throws: ``Rejection`` with the first check that fails.
  mutating func process(
    _ line: Span<UInt8>,
    into facts: inout Facts
  ) throws(Rejection) -> Acceptance {
    let delivery = try captures.decode(line)
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
    var isSnapshot = false
    if case .snapshot(let environment) = payload {
      isSnapshot = true
      recorder.record(
        payloads,
        environment: payloads.hasFlags ? environment : acceptance.environment,
        receivedAt: delivery.receivedAt,
        into: &facts
      )
    }
    return Acceptance(
      verdict: acceptance.verdict,
      isSnapshot: isSnapshot,
      receivedAt: delivery.receivedAt
    )
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
