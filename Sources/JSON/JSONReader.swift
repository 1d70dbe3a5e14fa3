internal import Bytes

/// A pull reader of JSON (RFC 8259): values on demand, straight from the bytes, no tree.
///
/// The caller follows the structure: it looks at the ``kind()`` of the value ahead, and reads or skips
/// it. Whatever is passed over is checked as strictly as what is read, so that after ``finish()`` the
/// whole of the bytes was JSON. Nothing is allocated.
///
/// - Complexity: O(*n*) over the bytes.
package struct JSONReader: ~Escapable {
  /// What a reader takes besides RFC 8259.
  package struct Options: Sendable {
    /// How many arrays and objects may stand within each other.
    package static let defaultMaximumDepth = 512

    /// Whether `NaN`, `Infinity` and `-Infinity` are numbers, as Python's `json` writes them.
    package var allowsNonFiniteNumbers: Bool
    package var maximumDepth: Int

    package init(
      allowsNonFiniteNumbers: Bool = false,
      maximumDepth: Int = Options.defaultMaximumDepth
    ) {
      self.allowsNonFiniteNumbers = allowsNonFiniteNumbers
      self.maximumDepth = maximumDepth
    }
  }

  package let bytes: Span<UInt8>
  /// May be changed between two values.
  package var options: Options
  /// The offset of the next byte to be read.
  package internal(set) var position: Int
  private var depth = 0
  /// Whether a value of the container at hand was read, so that a comma or its end must follow.
  private var awaitsSeparator = false

  /// A reader of `bytes` from `start` on.
  @_lifetime(copy bytes)
  package init(_ bytes: Span<UInt8>, from start: Int = 0, options: Options = Options()) {
    self.bytes = bytes
    self.options = options
    position = start
  }

  // MARK: - What is ahead

  /// The type of the value ahead; the reader stands at its first byte afterwards.
  package mutating func kind() throws(JSONError) -> JSONKind {
    let byte = try nextSignificantByte()
    switch byte {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .string
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .boolean
    case UInt8(ascii: "n"): return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    case UInt8(ascii: "N"), UInt8(ascii: "I"):
      if options.allowsNonFiniteNumbers { return .number }
      throw JSONError(.unexpectedByte(byte), at: position)
    default: throw JSONError(.unexpectedByte(byte), at: position)
    }
  }

  /// Checks that only white space is left.
  package mutating func finish() throws(JSONError) {
    skipWhiteSpace()
    guard position == bytes.count else { throw JSONError(.trailingBytes, at: position) }
  }

  // MARK: - Containers

  /// Enters the object ahead.
  package mutating func beginObject() throws(JSONError) {
    try begin(UInt8(ascii: "{"))
  }

  /// Enters the array ahead.
  package mutating func beginArray() throws(JSONError) {
    try begin(UInt8(ascii: "["))
  }

  /// The next key of the object at hand, or `nil` where it ends; its value is ahead then.
  package mutating func nextKey() throws(JSONError) -> JSONString? {
    guard try advanceInContainer(closing: UInt8(ascii: "}")) else { return nil }
    let key = try readString()
    try expect(UInt8(ascii: ":"))
    awaitsSeparator = false
    return key
  }

  /// Whether the array at hand has another element, which is ahead then.
  package mutating func nextElement() throws(JSONError) -> Bool {
    try advanceInContainer(closing: UInt8(ascii: "]"))
  }

  @inline(__always)
  private mutating func begin(_ opening: UInt8) throws(JSONError) {
    try expect(opening, otherwise: .unexpectedKind)
    guard depth < options.maximumDepth else {
      throw JSONError(.tooDeep(limit: options.maximumDepth), at: position - 1)
    }
    depth += 1
    awaitsSeparator = false
  }

  @inline(__always)
  private mutating func advanceInContainer(closing: UInt8) throws(JSONError) -> Bool {
    let byte = try nextSignificantByte()
    if byte == closing {
      position += 1
      depth -= 1
      awaitsSeparator = true
      return false
    }
    if awaitsSeparator {
      try expect(UInt8(ascii: ","))
      let next = try nextSignificantByte()
      guard next != closing else { throw JSONError(.unexpectedByte(next), at: position) }
      awaitsSeparator = false
    }
    return true
  }

  /// Passes over the value ahead, which is known to take `byteCount` bytes and to be JSON.
  package mutating func pass(knownValue byteCount: Int) {
    position += byteCount
    awaitsSeparator = true
  }

  // MARK: - Scalars

  /// Reads the string ahead and checks its bytes.
  package mutating func readString() throws(JSONError) -> JSONString {
    try beginString()
    let string = try scanString()
    endScalar()
    return string
  }

  @inline(__always)
  mutating func beginString() throws(JSONError) {
    try expect(UInt8(ascii: "\""), otherwise: .unexpectedKind)
  }

  @inline(__always)
  mutating func endScalar() { awaitsSeparator = true }

  /// Reads the number ahead.
  package mutating func readNumber() throws(JSONError) -> JSONNumber {
    guard try kind() == .number else { throw JSONError(.unexpectedKind, at: position) }
    let number = try scanNumber()
    awaitsSeparator = true
    return number
  }

  /// Reads the `true` or `false` ahead.
  package mutating func readBoolean() throws(JSONError) -> Bool {
    guard try kind() == .boolean else { throw JSONError(.unexpectedKind, at: position) }
    let value = bytes[position] == UInt8(ascii: "t")
    try expect(literal: value ? "true" : "false")
    awaitsSeparator = true
    return value
  }

  /// Reads the `null` ahead.
  package mutating func readNull() throws(JSONError) {
    guard try kind() == .null else { throw JSONError(.unexpectedKind, at: position) }
    try expect(literal: "null")
    awaitsSeparator = true
  }

  /// Passes over the value ahead, whatever it is, and checks it.
  ///
  /// - Returns: The offsets of its bytes.
  @discardableResult
  package mutating func skipValue() throws(JSONError) -> Range<Int> {
    _ = try kind()
    let start = position
    let outermost = depth
    // Whether the container at each level is an object, innermost in the lowest bit; what 64 bits
    // cannot hold goes to the array, which stays empty otherwise.
    var isObject: UInt64 = 0
    var outer: [UInt64] = []
    repeat {
      switch try kind() {
      case .object, .array:
        let entersObject = bytes[position] == UInt8(ascii: "{")
        if depth > outermost, (depth - outermost) % 64 == 0 { outer.append(isObject) }
        isObject = isObject << 1 | (entersObject ? 1 : 0)
        try begin(bytes[position])
      case .string: _ = try readString()
      case .number: _ = try readNumber()
      case .boolean: _ = try readBoolean()
      case .null: try readNull()
      }
      while depth > outermost {
        let inObject = isObject & 1 == 1
        let goesOn = inObject ? try nextKey() != nil : try nextElement()
        if goesOn { break }
        isObject >>= 1
        if depth > outermost, (depth - outermost) % 64 == 0, let saved = outer.popLast() {
          isObject = saved
        }
      }
    } while depth > outermost
    return start..<position
  }

  // MARK: - Bytes

  /// The next byte that is not white space; the reader stands at it afterwards.
  @inline(__always)
  mutating func nextSignificantByte() throws(JSONError) -> UInt8 {
    if position < bytes.count {
      let byte = bytes[position]
      if byte > 0x20 { return byte }
      // One space stands between most values.
      if byte == 0x20, position + 1 < bytes.count, bytes[position + 1] > 0x20 {
        position += 1
        return bytes[position]
      }
    }
    return try nextByteAfterWhiteSpace()
  }

  @inline(never)
  private mutating func nextByteAfterWhiteSpace() throws(JSONError) -> UInt8 {
    skipWhiteSpace()
    guard position < bytes.count else { throw JSONError(.unexpectedEnd, at: bytes.count) }
    return bytes[position]
  }

  private mutating func skipWhiteSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  @inline(__always)
  private mutating func expect(
    _ byte: UInt8,
    otherwise code: JSONError.Code? = nil
  ) throws(JSONError) {
    let found = try nextSignificantByte()
    guard found == byte else { throw JSONError(code ?? .unexpectedByte(found), at: position) }
    position += 1
  }

  mutating func expect(literal: StaticString) throws(JSONError) {
    let count = literal.utf8CodeUnitCount
    guard bytes.count - position >= count else {
      throw JSONError(.unexpectedEnd, at: bytes.count)
    }
    guard bytes.extracting(position..<position + count).equals(literal) else {
      throw JSONError(.unexpectedByte(bytes[position]), at: position)
    }
    position += count
  }
}
