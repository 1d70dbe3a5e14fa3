internal import Bytes
internal import JSON

/// What the records of a capture tool have in common: all bytes of a line but some strings.
///
/// A line that has the same bytes between strings without escapes has been parsed before, but for those strings. Only
/// records are learned whose parts are strings, each given once; all others are parsed as ever.
struct RecordTemplate {
  /// What a string is.
  enum Role: Hashable {
    case other
    /// The time received; the place of the key among those that may hold it.
    case time(Int)
    case signature
    case body
  }

  /// How long a template may be, in bytes.
  private static let greatestLength = 64 << 10

  /// A string of the sample.
  private struct Value {
    var role: Role
    /// Its bytes; none of those that differ from line to line anyhow.
    var bytes: [UInt8]
    var varies: Bool
  }

  /// What stands before each string of the sample, and after the last one.
  private var gaps: [[UInt8]] = []
  private var values: [Value] = []

  /// What a line must have, one after the other: before each string that varies, and after the last one the rest.
  private(set) var text: [UInt8] = []
  private(set) var literals: [Range<Int>] = []
  /// What the strings are that vary.
  private(set) var holes: [Role] = []

  /// The template of a line's record; `nil` where the record is not as simple as that.
  ///
  /// - Parameters:
  ///   - line: A line that was parsed without a fault.
  ///   - previous: Templates; from one with the same gaps, what varies is taken over.
  init?(_ line: Span<UInt8>, like previous: [RecordTemplate]) {
    var outline = RecordOutline()
    guard (try? outline.read(line)) == true else { return nil }
    var length = 0
    var start = 0
    for (range, role) in outline.strings {
      let gap = Self.bytes(line.extracting(start..<range.lowerBound))
      gaps.append(gap)
      let bytes = role == .other ? Self.bytes(line.extracting(range)) : []
      values.append(Value(role: role, bytes: bytes, varies: role != .other))
      length += gap.count + bytes.count
      start = range.upperBound
    }
    gaps.append(Self.bytes(line.extracting(start..<line.count)))
    guard length + line.count - start <= Self.greatestLength else { return nil }
    for other in previous where other.gaps == gaps {
      for place in values.indices {
        let isOther = other.values[place].varies || other.values[place].bytes != values[place].bytes
        values[place].varies = values[place].varies || isOther
      }
    }
    compile()
  }

  /// Whether both differ at most in what varies.
  func hasGaps(of other: RecordTemplate) -> Bool { gaps == other.gaps }

  private mutating func compile() {
    var start = 0
    for (gap, value) in zip(gaps, values) {
      text += gap
      guard value.varies else {
        text += value.bytes
        continue
      }
      literals.append(start..<text.count)
      holes.append(value.role)
      start = text.count
    }
    text += gaps.last ?? []
    literals.append(start..<text.count)
  }

  private static func bytes(_ span: Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(span)
    return bytes
  }
}

/// Where the strings of a simple record stand.
private struct RecordOutline {
  /// The insides of strings, in their order.
  private(set) var strings: [(range: Range<Int>, role: RecordTemplate.Role)] = []
  private var keys: Set<String> = []

  /// - Returns: Whether the record is simple.
  mutating func read(_ line: Span<UInt8>) throws(JSONError) -> Bool {
    var reader = JSONReader(line)
    guard try reader.kind() == .object else { return false }
    try reader.beginObject()
    var hasHeaders = false
    while let key = try reader.nextKey() {
      guard !key.hasEscapes else { return false }
      let name = String(decoding: line.extracting(key.range))
      switch name {
      case "body_base64": return false
      case "headers":
        hasHeaders = true
        guard try readHeaders(&reader) else { return false }
      default:
        let role = CaptureRecord.role(name, isSignature: reader.isSignatureName(key))
        guard try readValue(&reader, role) else { return false }
      }
      guard keys.insert(name).inserted else { return false }
    }
    try reader.finish()
    let signatures = strings.count { $0.role == .signature }
    // A signature beside headers does not count.
    return strings.contains { $0.role == .body } && signatures <= 1
      && (!hasHeaders || !keys.contains { $0 != "headers" && CaptureRecord.namesSignature($0) })
  }

  private mutating func readHeaders(_ reader: inout JSONReader) throws(JSONError) -> Bool {
    guard try reader.kind() == .object else { return false }
    try reader.beginObject()
    while let name = try reader.nextKey() {
      guard !name.hasEscapes else { return false }
      let role = reader.isSignatureName(name) ? RecordTemplate.Role.signature : .other
      guard try readValue(&reader, role) else { return false }
    }
    return true
  }

  /// Reads a value, which must be a string where it has a role.
  private mutating func readValue(
    _ reader: inout JSONReader,
    _ role: RecordTemplate.Role
  ) throws(JSONError) -> Bool {
    guard case .string(let string) = try reader.readToken() else { return role == .other }
    guard !string.hasEscapes || role == .other || role == .body else { return false }
    strings.append((string.range, role))
    return true
  }
}

/// The templates of the records that came last.
struct RecordTemplates {
  /// How many different records may alternate.
  private static let greatestCount = 4
  /// What learning costs, in lines that are recognised.
  private static let learningCost = 16

  /// The one that matched last comes first.
  private(set) var templates: [RecordTemplate] = []
  private var credit = LearningCredit(initial: 256, greatest: 4096)

  /// Notes that the template at `place` matched.
  mutating func noteMatch(at place: Int) {
    credit.earn()
    if place > 0 { templates.swapAt(0, place) }
  }

  /// Learns from a line that was parsed without a fault, and that none of the templates matched.
  mutating func learn(_ line: Span<UInt8>) {
    guard credit.spend(Self.learningCost) else { return }
    guard let template = RecordTemplate(line, like: templates) else { return }
    templates.removeAll { $0.hasGaps(of: template) }
    if templates.count == Self.greatestCount { templates.removeLast() }
    templates.insert(template, at: 0)
  }
}
