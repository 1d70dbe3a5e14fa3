package import Bytes
internal import JSON

/// Turns lines of the generic capture record into deliveries.
///
/// One decoder serves one worker: it keeps the memory for bodies from line to line.
package struct CaptureDecoder: ~Copyable {
  /// The bytes of the last delivery's body, where the capture held them; without its beginning, where that was
  /// recognised.
  package var body = ByteBuffer(minimumCapacity: 1 << 16)

  private var templates = RecordTemplates()
  private let usesTemplates: Bool

  /// - Parameter usesTemplates: Whether lines are compared with those before, which changes no result.
  package init(usesTemplates: Bool = true) { self.usesTemplates = usesTemplates }

  /// Reads one line.
  ///
  /// - Throws: ``Rejection`` with the first check that fails, up to `bodyEncoding`.
  /// - Complexity: O(*n*) in the line's bytes, without allocation for a line that is accepted.
  package mutating func decode(_ line: Span<UInt8>) throws(Rejection) -> Delivery {
    var nothing = NoRecognition()
    return try decode(line, recognition: &nothing)
  }

  /// Reads one line whose body may begin as earlier ones did.
  ///
  /// - Parameters:
  ///   - line: The line.
  ///   - recognition: What knows earlier bodies; ``body`` then lacks what it recognised.
  /// - Returns: The delivery, the same as without recognition.
  /// - Throws: ``Rejection`` with the first check that fails, up to `bodyEncoding`; the same as without recognition.
  package mutating func decode(
    _ line: Span<UInt8>,
    recognition: inout some BodyRecognition & ~Copyable
  ) throws(Rejection) -> Delivery {
    let record: CaptureRecord
    if let known = recordOfTemplate(line, &recognition) {
      record = known
    } else {
      body.removeAll()
      do {
        record = try CaptureRecord(reading: line, text: &body, recognition: &recognition)
      } catch {
        throw Rejection(.notJSON, error.description)
      }
      if usesTemplates { templates.learn(line) }
    }
    guard record.isRecognised else {
      throw Rejection(
        .envelopeUnrecognised,
        "no object with received_at, headers, body or body_base64"
      )
    }
    let reader = JSONReader(line)
    let receivedAt = try Self.receivedAt(record, reader)
    let form = try takeBody(record, reader, receivedAt, &recognition)
    return Delivery(receivedAt: receivedAt, claim: record.claim, body: form)
  }

  /// The record of a line that is like those before.
  private mutating func recordOfTemplate(
    _ line: Span<UInt8>,
    _ recognition: inout some BodyRecognition & ~Copyable
  ) -> CaptureRecord? {
    for place in templates.templates.indices {
      body.removeAll()
      let record = CaptureRecord(
        line,
        like: templates.templates[place],
        text: &body,
        recognition: &recognition
      )
      guard let record else { continue }
      templates.noteMatch(at: place)
      return record
    }
    return nil
  }

  private static func receivedAt(
    _ record: CaptureRecord,
    _ reader: JSONReader
  ) throws(Rejection) -> Int64 {
    guard let (key, field) = record.time else {
      throw Rejection(.timeMissing, "none of received_at, timestamp, time, created_at")
    }
    do throws(ReceivedTime.ParseError) {
      switch field {
      case .number(let number) where number.notation == .integer || number.notation == .decimal:
        return try ReceivedTime(unixTime: reader.bytes.extracting(number.range)).microseconds
      case .string(let string) where !string.hasEscapes:
        return try ReceivedTime(rfc3339: reader.bytes.extracting(string.range)).microseconds
      case .string(let string):
        var text = ByteBuffer(minimumCapacity: 64)
        _ = reader.unescape(string, into: &text)
        return try ReceivedTime(rfc3339: text.span).microseconds
      default: throw .invalid
      }
    } catch {
      switch error {
      case .invalid:
        throw Rejection(.timeInvalid, "\(key) is neither an RFC 3339 time nor a number")
      case .outOfRange:
        throw Rejection(.timeOutOfRange, "\(key) is before 2000 or not before 2100")
      }
    }
  }

  private mutating func takeBody(
    _ record: CaptureRecord,
    _ reader: JSONReader,
    _ receivedAt: Int64,
    _ recognition: inout some BodyRecognition & ~Copyable
  ) throws(Rejection) -> Delivery.Body {
    if case .string(let string) = record.bodyBase64 {
      recognition.forget()
      try decodeBase64(string, "body_base64", reader, receivedAt)
      return .exact(nil)
    }
    switch record.body {
    case nil, .null: throw Rejection(.bodyMissing, "no body", receivedAt: receivedAt)
    case .string(let string):
      if record.bodyBase64 == .boolean(true) {
        recognition.forget()
        try decodeBase64(string, "body", reader, receivedAt)
        return .exact(nil)
      }
      if let offset = record.loneSurrogate {
        throw Rejection(
          .bodyEncoding,
          "lone surrogate in body at byte \(offset) of the line",
          receivedAt: receivedAt
        )
      }
      return .exact(string)
    case .number(let number): return .parsed(number.range)
    case .boolean: return .parsed(record.bodyRange)
    case .composite(let range): return .parsed(range)
    }
  }

  private mutating func decodeBase64(
    _ string: JSONString,
    _ key: StaticString,
    _ reader: JSONReader,
    _ receivedAt: Int64
  ) throws(Rejection) {
    var text = ByteBuffer(minimumCapacity: string.range.count)
    _ = reader.unescape(string, into: &text)
    var bytes: [UInt8] = []
    do {
      try Base64.decode(text.span, into: &bytes)
    } catch {
      let fault =
        switch error {
        case .length(let count): "its length, \(count), is not a multiple of four"
        case .invalid(let offset): "byte \(offset) of it cannot stand there"
        }
      throw Rejection(.bodyEncoding, "\(key) is not base 64: \(fault)", receivedAt: receivedAt)
    }
    body.removeAll()
    body.append(bytes.span)
  }
}
