internal import Bytes
internal import JSON
internal import Observations

/// Finds texts in which an identity that was erased stands as a whole JSON string, a key or a value.
///
/// Strings are looked into: a body is a JSON text in a JSON string, or in base 64. In what is not JSON as a whole, whatever
/// stands between two quotes counts, at any depth of escaping.
struct MentionFinder {
  /// How often strings are looked into that strings hold.
  ///
  /// A quote within *n* strings takes 2ⁿ bytes; base 64 grows slower.
  private static let greatestDepth = 64
  /// Texts up to this length are asked for once, as long as there is room.
  private static let knownLength = 256
  private static let knownByteCount = 4 << 20

  private let personalData: PersonalData
  private var known = ByteInterner()
  private var isForgotten: [Bool] = []

  /// A finder of the identities of which nothing is kept; `nil` where there are none.
  init?(_ personalData: PersonalData) {
    guard personalData.forgotten != nil else { return nil }
    self.personalData = personalData
  }

  /// Whether a text mentions any of them.
  ///
  /// - Complexity: O(*n*) for each depth of strings in strings.
  mutating func isMentioned(in text: Span<UInt8>) -> Bool { find(in: text, Self.greatestDepth) }

  /// The same of a line that was too long to be looked at; see ``MentionWindows``.
  mutating func isMentioned(inLongLine line: Span<UInt8>) -> Bool {
    var windows = MentionWindows()
    windows.add(line, &self)
    return windows.finish(&self)
  }

  /// The same of a part of a text, which may begin and end anywhere.
  ///
  /// - Parameters:
  ///   - part: The part.
  ///   - isFirst: Whether it begins where the text does.
  /// - Returns: Whether there is a mention.
  mutating func isMentioned(inPart part: Span<UInt8>, isFirst: Bool) -> Bool {
    if findInPieces(of: part, Self.greatestDepth) { return true }
    guard !isFirst else { return false }
    // The part may begin inside base 64, at any of four digits.
    let piece = part.extracting(..<(part.firstOffset(of: UInt8(ascii: "\"")) ?? part.count))
    for start in 0..<min(4, piece.count)
    where findInBase64(piece.extracting(start...), Self.greatestDepth) { return true }
    return false
  }

  private mutating func find(in text: Span<UInt8>, _ depth: Int) -> Bool {
    guard depth > 0, text.firstOffset(of: UInt8(ascii: "\"")) != nil else { return false }
    return JSONReader.isText(text)
      ? findInStrings(of: text, depth) : findInPieces(of: text, depth)
  }

  /// Looks at all strings of a JSON text.
  private mutating func findInStrings(of text: Span<UInt8>, _ depth: Int) -> Bool {
    var offset = 0
    while let start = text.firstPlainQuote(from: offset),
      let end = text.firstPlainQuote(from: start + 1)
    {
      let string = text.extracting(start + 1..<end)
      offset = end + 1
      guard string.firstOffset(of: UInt8(ascii: "\\")) != nil else {
        if isMention(string) || findInBase64(string, depth) { return true }
        continue
      }
      var plain = ByteBuffer(minimumCapacity: string.count)
      string.unescape(into: &plain)
      if isMention(plain.span) || find(in: plain.span, depth - 1)
        || findInBase64(plain.span, depth)
      {
        return true
      }
    }
    return false
  }

  /// Looks at whatever stands between quotes, and after the last one; then with one depth of escapes less, as long as there are
  /// any.
  private mutating func findInPieces(of text: Span<UInt8>, _ depth: Int) -> Bool {
    var plain = ByteBuffer(minimumCapacity: text.count)
    plain.append(text)
    for _ in 0..<depth {
      if findInPieces(between: plain.span, depth) { return true }
      var next = ByteBuffer(minimumCapacity: plain.count)
      plain.span.unescape(into: &next)
      guard next.count < plain.count else { return false }
      swap(&plain, &next)
    }
    return false
  }

  private mutating func findInPieces(between text: Span<UInt8>, _ depth: Int) -> Bool {
    var quote = text.firstPlainQuote(from: 0)
    while let start = quote {
      quote = text.firstPlainQuote(from: start + 1)
      let piece = text.extracting(start + 1..<(quote ?? text.count))
      var plain = ByteBuffer(minimumCapacity: piece.count)
      piece.unescape(into: &plain)
      if isMention(plain.span) || findInBase64(plain.span, depth) { return true }
    }
    return false
  }

  /// Looks into a text that is base 64, as far as it has whole groups of digits.
  private mutating func findInBase64(_ text: Span<UInt8>, _ depth: Int) -> Bool {
    var bytes: [UInt8] = []
    let digits = text.extracting(..<(text.count & ~3))
    guard (try? Base64.decode(digits, into: &bytes)) != nil else { return false }
    return find(in: bytes.span, depth - 1)
  }

  private mutating func isMention(_ text: Span<UInt8>) -> Bool {
    if text.isEmpty { return false }
    if text.count > Self.knownLength { return personalData.forgets(text) }
    if known.byteCount > Self.knownByteCount {
      known = ByteInterner()
      isForgotten.removeAll()
    }
    let id = Int(known.intern(text))
    if id == isForgotten.count { isForgotten.append(personalData.forgets(text)) }
    return isForgotten[id]
  }
}

/// Looks for mentions in a text that comes in parts and is not held as a whole.
///
/// What is found does not depend on how the text is cut into parts.
struct MentionWindows: ~Copyable {
  private static let step = 1 << 20
  /// What two windows share: a mention is found that takes no more, with its escapes.
  private static let overlap = 1 << 17

  private var window = ByteBuffer()
  private var isFirst = true
  private var isMentioned = false

  /// Looks at what comes next.
  mutating func add(_ part: Span<UInt8>, _ finder: inout MentionFinder) {
    var start = 0
    while start < part.count, !isMentioned {
      let end = min(part.count, start + Self.step + Self.overlap - window.count)
      window.append(part.extracting(start..<end))
      start = end
      guard window.count == Self.step + Self.overlap else { return }
      isMentioned = finder.isMentioned(inPart: window.span, isFirst: isFirst)
      isFirst = false
      window.removeFirst(Self.step)
    }
  }

  /// Whether the text mentioned anybody.
  mutating func finish(_ finder: inout MentionFinder) -> Bool {
    isMentioned = isMentioned || finder.isMentioned(inPart: window.span, isFirst: isFirst)
    return isMentioned
  }
}
