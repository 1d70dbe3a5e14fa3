internal import Bytes
internal import JSON

/// Where the parts of a generic capture record stand in its line.
struct CaptureRecord {
  /// The keys that may hold the time received; the first one given counts.
  private static let timeKeys: [StaticString] = ["received_at", "timestamp", "time", "created_at"]

  private var times: InlineArray<4, JSONToken?> = .init(repeating: nil)
  private(set) var body: JSONToken?
  /// Where the body's text has an escaped surrogate without its other half.
  private(set) var loneSurrogate: Int?
  private(set) var bodyRange = 0..<0
  private(set) var bodyBase64: JSONToken?
  private var hasHeaders = false
  private var headers = SignatureClaims()
  private var root = SignatureClaims()

  /// Whether the line is an object with one of the keys that only a capture has.
  private(set) var isRecognised = false

  /// The key of the time received and its value.
  var time: (key: StaticString, field: JSONToken)? {
    for index in times.indices {
      if let field = times[index], field != .null { return (Self.timeKeys[index], field) }
    }
    return nil
  }

  /// What the headers say of the signature; without headers, the record itself.
  var claim: Delivery.Claim { hasHeaders ? headers.claim : root.claim }

  /// Finds the parts of the record in `line`, all of which is checked to be JSON.
  ///
  /// - Parameters:
  ///   - line: The line.
  ///   - text: Where the text of a body that is a string goes, less what is recognised.
  ///   - recognition: What knows bodies from before.
  /// - Throws: ``JSONError``.
  init(
    reading line: Span<UInt8>,
    text: inout ByteBuffer,
    recognition: inout some BodyRecognition & ~Copyable
  ) throws(JSONError) {
    var reader = JSONReader(line)
    guard try reader.kind() == .object else {
      try reader.skipValue()
      try reader.finish()
      return
    }
    try reader.beginObject()
    while let key = try reader.nextKey() {
      try read(key, &reader, &text, &recognition)
    }
    try reader.finish()
  }

  /// Takes the parts of the record from `line` if it is one that `template` describes; `nil` where it has to be parsed.
  ///
  /// - Parameters:
  ///   - line: The line.
  ///   - template: What the line may be like.
  ///   - text: Where the text of the body goes, less what is recognised.
  ///   - recognition: What knows bodies from before.
  init?(
    _ line: Span<UInt8>,
    like template: RecordTemplate,
    text: inout ByteBuffer,
    recognition: inout some BodyRecognition & ~Copyable
  ) {
    var position = 0
    for place in template.holes.indices {
      let literal = template.literals[place]
      guard line.contains(template.text.span.extracting(literal), at: position) else { return nil }
      position += literal.count
      if template.holes[place] == .body {
        let known = recognition.recognise(line, from: position)
        var reader = JSONReader(line, from: position - 1)
        guard let read = try? reader.readString(passing: known, into: &text) else { return nil }
        body = .string(read.string)
        loneSurrogate = read.loneSurrogate
        bodyRange = position - 1..<reader.position
        position = read.string.range.upperBound
        continue
      }
      guard let string = line.simpleString(at: position) else { return nil }
      switch template.holes[place] {
      case .time(let index): times[index] = .string(string)
      case .signature: root.add(.string(string), JSONReader(line))
      case .other, .body: break
      }
      position = string.range.upperBound
    }
    let rest = template.literals[template.holes.count]
    guard rest.count == line.count - position,
      line.contains(template.text.span.extracting(rest), at: position)
    else { return nil }
    isRecognised = true
  }

  /// What a string under a key of the record is.
  static func role(_ name: String, isSignature: Bool) -> RecordTemplate.Role {
    if name == "body" { return .body }
    if isSignature { return .signature }
    let index = timeKeys.firstIndex { String(describing: $0) == name }
    return index.map(RecordTemplate.Role.time) ?? .other
  }

  /// Whether a key names the signature.
  static func namesSignature(_ name: String) -> Bool { name.utf8.span.isSignatureName }

  private mutating func read(
    _ key: JSONString,
    _ reader: inout JSONReader,
    _ text: inout ByteBuffer,
    _ recognition: inout some BodyRecognition & ~Copyable
  ) throws(JSONError) {
    if reader.equals(key, "body") {
      isRecognised = true
      reader.options.allowsNonFiniteNumbers = true
      text.removeAll()
      loneSurrogate = nil
      let kind = try reader.kind()
      let start = reader.position
      if kind == .string {
        let known = recognition.recognise(reader.bytes, from: start + 1)
        let read = try reader.readString(passing: known, into: &text)
        body = .string(read.string)
        loneSurrogate = read.loneSurrogate
      } else {
        recognition.forget()
        body = try reader.readToken()
      }
      bodyRange = start..<reader.position
      reader.options.allowsNonFiniteNumbers = false
    } else if reader.equals(key, "headers") {
      isRecognised = true
      headers = SignatureClaims()
      hasHeaders = try reader.kind() != .null
      try headers.read(&reader)
    } else if reader.equals(key, "body_base64") {
      isRecognised = true
      bodyBase64 = try reader.readToken()
    } else if let index = Self.timeKeys.firstIndex(where: { reader.equals(key, $0) }) {
      if index == 0 { isRecognised = true }
      times[index] = try reader.readToken()
    } else if reader.isSignatureName(key) {
      let field = try reader.readToken()
      root.add(field, reader)
    } else {
      try reader.skipValue()
    }
  }
}

/// What the signature headers of one request claim, taken together.
private struct SignatureClaims {
  private(set) var claim = Delivery.Claim.absent

  /// Reads headers in any of their shapes.
  mutating func read(_ reader: inout JSONReader) throws(JSONError) {
    switch try reader.kind() {
    case .object:
      try reader.beginObject()
      while let name = try reader.nextKey() {
        if reader.isSignatureName(name) {
          try readValues(&reader)
        } else {
          try reader.skipValue()
        }
      }
    case .array:
      try reader.beginArray()
      while try reader.nextElement() { try readEntry(&reader) }
    default: try reader.skipValue()
    }
  }

  /// Reads the value of a signature header: one, or an array of them.
  private mutating func readValues(_ reader: inout JSONReader) throws(JSONError) {
    guard try reader.kind() == .array else {
      let field = try reader.readToken()
      add(field, reader)
      return
    }
    try reader.beginArray()
    while try reader.nextElement() {
      let field = try reader.readToken()
      add(field, reader)
    }
  }

  /// Reads one header of an array: `[name, value]` or `{"name": name, "value": value}`.
  private mutating func readEntry(_ reader: inout JSONReader) throws(JSONError) {
    var name: JSONToken?
    var value: JSONToken?
    switch try reader.kind() {
    case .array:
      try reader.beginArray()
      while try reader.nextElement() {
        let field = try reader.readToken()
        if name == nil { name = field } else if value == nil { value = field }
      }
    case .object:
      try reader.beginObject()
      while let key = try reader.nextKey() {
        let field = try reader.readToken()
        if reader.equals(key, "name") || reader.equals(key, "key") {
          name = field
        } else if reader.equals(key, "value") {
          value = field
        }
      }
    default: try reader.skipValue()
    }
    if case .string(let name) = name, reader.isSignatureName(name), let value {
      add(value, reader)
    }
  }

  mutating func add(_ field: JSONToken, _ reader: JSONReader) {
    let new: Delivery.Claim
    switch field {
    case .null: return
    case .string(let string): new = Self.claim(string, reader)
    default: new = .malformed(.notText)
    }
    switch (claim, new) {
    case (.absent, _): claim = new
    case (.malformed, _): break
    default: if claim != new { claim = .malformed(.repeated) }
    }
  }

  private static func claim(_ string: JSONString, _ reader: JSONReader) -> Delivery.Claim {
    do {
      if !string.hasEscapes {
        return .signature(
          try SignatureHeader(parsing: reader.bytes.extracting(string.range))
        )
      }
      var text = ByteBuffer(minimumCapacity: 128)
      _ = reader.unescape(string, into: &text)
      return .signature(try SignatureHeader(parsing: text.span))
    } catch {
      return .malformed(error)
    }
  }
}

extension JSONReader {
  /// Whether `name` is that of the signature header, in any case, with `_` as `-`, less a leading
  /// `http-`.
  func isSignatureName(_ name: JSONString) -> Bool {
    if !name.hasEscapes { return bytes.extracting(name.range).isSignatureName }
    var text = ByteBuffer(minimumCapacity: name.range.count)
    _ = unescape(name, into: &text)
    return text.span.isSignatureName
  }
}

extension Span<UInt8> {
  fileprivate var isSignatureName: Bool {
    matchesHeader("x-flagsmith-signature") || matchesHeader("http-x-flagsmith-signature")
  }

  private func matchesHeader(_ name: StaticString) -> Bool {
    guard count == name.utf8CodeUnitCount else { return false }
    return name.withUTF8Buffer { name in
      for index in indices {
        var byte = self[index]
        if byte >= UInt8(ascii: "A"), byte <= UInt8(ascii: "Z") { byte |= 0x20 }
        if byte == UInt8(ascii: "_") { byte = UInt8(ascii: "-") }
        if unsafe byte != name[index] { return false }
      }
      return true
    }
  }
}
