package import Bytes
internal import JSON

/// Decodes bodies of Flagsmith's webhooks.
///
/// One decoder serves one worker: it keeps the memory of a snapshot from body to body.
///
/// States are ``CanonicalRows``: the same state has the same rows, whatever the order and the notation in which it was sent.
package struct PayloadDecoder: ~Copyable {
  /// The identity of the last snapshot, UTF-8.
  package private(set) var identity = ByteBuffer(minimumCapacity: 2048)
  /// The last snapshot's flags: environment, feature's id, name and type, whether it is enabled, the value's type and text,
  /// percentage allocation, initial value, and `none`, `identity` or `segment` as it is overridden.
  package internal(set) var flagState = CanonicalRows()
  /// The last snapshot's segments: id, name, and whether the identity is in it.
  package internal(set) var segmentState = CanonicalRows()
  /// The traits of the last snapshot, each key once, sorted by the bytes of their keys.
  package internal(set) var traits = TraitList()

  /// Where in the last body each flag but the first begins, and where `flags` end; see ``decodeFlags(of:)``.
  package internal(set) var flagOffsets: [Int] = []
  private static let readerOptions = JSONReader.Options(allowsNonFiniteNumbers: true)
  private var flagsCount = 0
  /// The segments of the last body, where they were decoded and not found in the memory.
  private var newSegments = 0..<0
  /// A body with nothing but flags, ``emptyFlags``, and what follows them in another.
  private var continuation = ByteBuffer(minimumCapacity: 4096)
  private static let emptyFlags: StaticString = "{\"flags\":[]"

  /// Whether the last snapshot has any flags; they alone name its environment.
  package var hasFlags: Bool { !flagState.rows.isEmpty }

  /// A part of a snapshot; of a part that is given more than once, the last counts, faults included.
  enum Part: CaseIterable {
    case flags
    case identity
    case segments
    case traits
    case event
  }

  /// The first fault of shape of each part; the body is read to its end all the same, to know that it is JSON.
  private var faults: [Part: String] = [:]
  private var part = Part.event
  var memory: PartMemory

  /// For parts of bodies that were decoded before, in bytes: 4 MB, some thousands of flags.
  package static let defaultMemoryBytes = 4 << 20

  /// - Parameter memoryBytes: What parts that were decoded before may take; none is remembered with 0.
  package init(memoryBytes: Int = defaultMemoryBytes) {
    memory = PartMemory(byteLimit: memoryBytes)
  }

  /// Decodes one body.
  ///
  /// - Throws: ``PayloadError``.
  /// - Complexity: O(*n* log *n*) in the body's bytes; memory is kept and used again.
  package mutating func decode(_ body: Span<UInt8>) throws(PayloadError) -> Payload {
    removeAll()
    let payload: Payload?
    do {
      var reader = JSONReader(body, options: Self.readerOptions)
      payload = try read(&reader)
      try reader.finish()
    } catch {
      throw .notJSON(error.description)
    }
    for part in Part.allCases {
      if let fault = faults[part] { throw .shape(fault) }
    }
    guard let payload else { throw .shape("neither flags and identity nor event_type and data") }
    flagState.canonicalise()
    segmentState.canonicalise()
    if !newSegments.isEmpty {
      memory.learn(segments: body.extracting(newSegments), segmentState)
    }
    traits.canonicalise()
    return payload
  }

  /// Decodes the flags of a body that begins with them.
  ///
  /// - Returns: Where they end, and their environment; `nil` where the whole body has to be decoded.
  /// - Complexity: O(*n*) in the bytes of the flags.
  package mutating func decodeFlags(
    of body: borrowing ByteBuffer
  ) -> (end: Int, environment: Int64?)? {
    removeAll()
    var reader = JSONReader(body.span, options: Self.readerOptions)
    do throws(JSONError) {
      guard try reader.kind() == .object else { return nil }
      try reader.beginObject()
      guard let key = try reader.nextKey(), reader.equals(key, "flags") else { return nil }
      begin(.flags)
      let environment = try readFlags(&reader)
      guard faults.isEmpty else { return nil }
      flagOffsets.append(reader.position)
      flagState.canonicalise()
      return (reader.position, environment)
    } catch {
      return nil
    }
  }

  /// Decodes what follows the flags of a body whose flags are known.
  ///
  /// - Parameters:
  ///   - body: Text that ends with the body's.
  ///   - start: Where in it the body goes on after the bracket that ends its flags.
  /// - Returns: Whether it is a snapshot whose flags are those alone; where it is not, the whole body has to be decoded.
  /// - Complexity: O(*n*) in the bytes from `start` on.
  package mutating func decode(rest body: borrowing ByteBuffer, from start: Int) -> Bool {
    var text = ByteBuffer(minimumCapacity: 64)
    swap(&text, &continuation)
    defer { swap(&text, &continuation) }
    text.removeAll()
    text.append(Self.emptyFlags)
    text.append(contentsOf: body, from: start)
    guard let payload = try? decode(text.span), case .snapshot = payload else { return false }
    return flagsCount == 1
  }

  private mutating func removeAll() {
    faults.removeAll()
    identity.removeAll()
    flagState.removeAll()
    segmentState.removeAll()
    traits.removeAll()
    flagOffsets.removeAll(keepingCapacity: true)
    newSegments = 0..<0
  }

  private mutating func read(_ reader: inout JSONReader) throws(JSONError) -> Payload? {
    guard try reader.kind() == .object else {
      try reader.skipValue()
      return nil
    }
    var hasFlags = false
    var hasIdentity = false
    var environment: Int64?
    var eventType: JSONToken?
    var data: JSONToken?
    flagsCount = 0
    try reader.beginObject()
    while let key = try reader.nextKey() {
      if reader.equals(key, "flags") {
        hasFlags = true
        flagsCount += 1
        begin(.flags)
        flagState.removeAll()
        environment = try readFlags(&reader)
      } else if reader.equals(key, "identity") {
        hasIdentity = true
        begin(.identity)
        try readIdentity(&reader)
      } else if reader.equals(key, "segments") {
        begin(.segments)
        segmentState.removeAll()
        _ = try reader.kind()
        let start = reader.position
        let known = memory.segments(in: reader.bytes, at: start, into: &segmentState)
        if let known {
          reader.pass(knownValue: known)
        } else {
          try readSegments(&reader)
        }
        newSegments = known == nil ? start..<reader.position : 0..<0
      } else if reader.equals(key, "traits") {
        begin(.traits)
        traits.removeAll()
        try readTraits(&reader)
      } else if reader.equals(key, "event_type") {
        eventType = try reader.readToken()
      } else if reader.equals(key, "data") {
        data = try reader.readToken()
      } else {
        try reader.skipValue()
      }
    }
    begin(.event)
    if hasFlags || hasIdentity {
      if !hasFlags { note("no flags") }
      if !hasIdentity { note("no identity") }
      return .snapshot(environment: environment)
    }
    faults.removeAll()
    return event(eventType, data, reader)
  }

  private mutating func event(
    _ type: JSONToken?,
    _ data: JSONToken?,
    _ reader: JSONReader
  ) -> Payload? {
    guard let type, let data else { return nil }
    guard case .string(let name) = type else {
      note("event_type is not a string")
      return nil
    }
    var text = ByteBuffer(minimumCapacity: name.range.count)
    _ = reader.unescape(name, into: &text)
    guard let known = EventType(rawValue: String(decoding: text.span)) else {
      note("event_type is not one that Flagsmith is known to send")
      return nil
    }
    guard case .composite(let range) = data, reader.bytes[range.lowerBound] == UInt8(ascii: "{")
    else {
      note("data is not an object")
      return nil
    }
    return .event(known)
  }

  private mutating func readIdentity(_ reader: inout JSONReader) throws(JSONError) {
    identity.removeAll()
    guard case .string(let text) = try reader.readToken() else {
      return note("identity is not a string")
    }
    if reader.unescape(text, into: &identity) != nil { note("identity has a lone surrogate") }
    if identity.count == 0 { note("identity is empty") }
  }

  /// Enters the array ahead; anything else is a fault and passed over.
  mutating func beginArray(
    _ reader: inout JSONReader,
    _ what: StaticString
  ) throws(JSONError) -> Bool {
    guard try reader.kind() == .array else {
      try reader.skipValue()
      note("\(what) is not an array")
      return false
    }
    try reader.beginArray()
    return true
  }

  /// Enters the object ahead; anything else is a fault and passed over.
  mutating func beginObject(
    _ reader: inout JSONReader,
    _ what: StaticString
  ) throws(JSONError) -> Bool {
    guard try reader.kind() == .object else {
      try reader.skipValue()
      note("\(what) is not an object")
      return false
    }
    try reader.beginObject()
    return true
  }

  private mutating func begin(_ part: Part) {
    self.part = part
    faults[part] = nil
  }

  /// Whether the part at hand has had no fault so far.
  var hasNoFault: Bool { faults.isEmpty || faults[part] == nil }

  /// Remembers a fault of the part at hand, unless there was one before.
  mutating func note(_ fault: @autoclosure () -> String) {
    if faults[part] == nil { faults[part] = fault() }
  }
}
