internal import Bytes

/// The time a request was received, in microseconds since 1970-01-01T00:00:00Z.
///
/// Digits past the microsecond are cut off, towards the past.
package struct ReceivedTime: Hashable, Sendable {
  /// Why a text or a number is no such time.
  package enum ParseError: Error, Hashable, Sendable {
    /// It is neither RFC 3339 nor a number.
    case invalid
    /// It is before 2000 or not before 2100.
    case outOfRange
  }

  /// 2000-01-01T00:00:00Z up to, and not including, 2100-01-01T00:00:00Z.
  package static let range: Range<Int64> = 946_684_800_000_000..<4_102_444_800_000_000

  package let microseconds: Int64

  /// - Throws: ``ParseError/outOfRange``.
  package init(microseconds: Int64) throws(ParseError) {
    guard Self.range.contains(microseconds) else { throw .outOfRange }
    self.microseconds = microseconds
  }

  /// The time that an RFC 3339 text names.
  ///
  /// A date and a time of day, joined by `T`, `t` or a space (§5.6), 0–9 fraction digits, and `Z`, `z` or a
  /// numeric offset. Second 60 is the next second.
  ///
  /// - Throws: ``ParseError``.
  package init(rfc3339 text: Span<UInt8>) throws(ParseError) {
    var fields = FieldCursor(text)
    let year = try fields.number(digits: 4)
    try fields.expect("-")
    let month = try fields.number(digits: 2)
    try fields.expect("-")
    let day = try fields.number(digits: 2)
    guard let date = CivilDate(year: year, month: month, day: day) else { throw .invalid }
    guard let joint = fields.next(), joint == "T" || joint == "t" || joint == " " else {
      throw .invalid
    }
    let hour = try fields.number(digits: 2)
    try fields.expect(":")
    let minute = try fields.number(digits: 2)
    try fields.expect(":")
    let second = try fields.number(digits: 2)
    guard hour < 24, minute < 60, second <= 60 else { throw .invalid }
    guard var zone = fields.next() else { throw .invalid }
    var microsecond = 0
    if zone == "." {
      microsecond = try fields.fraction()
      guard let next = fields.next() else { throw .invalid }
      zone = next
    }
    var offsetMinutes = 0
    switch zone {
    case "Z", "z": break
    case "+", "-":
      let hours = try fields.number(digits: 2)
      try fields.expect(":")
      let minutes = try fields.number(digits: 2)
      guard hours < 24, minutes < 60 else { throw .invalid }
      offsetMinutes = (hours * 60 + minutes) * (zone == "+" ? 1 : -1)
    default: throw .invalid
    }
    guard fields.isAtEnd else { throw .invalid }
    let seconds =
      date.daysSinceEpoch * 86_400 + hour * 3600 + (minute - offsetMinutes) * 60 + second
    try self.init(microseconds: Int64(seconds * 1_000_000 + microsecond))
  }

  /// The time that a JSON number names, exactly as its digits say.
  ///
  /// Unix seconds below 1e11, milliseconds below 1e14, microseconds from there on.
  ///
  /// - Throws: ``ParseError``.
  package init(unixTime number: Span<UInt8>) throws(ParseError) {
    guard number.count > 0, number[0] != UInt8(ascii: "-") else { throw .outOfRange }
    var digits: [UInt8] = []
    var pointAfter: Int?
    var exponent = 0
    var offset = 0
    scan: while offset < number.count {
      switch number[offset] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digits.append(number[offset] - 0x30)
      case UInt8(ascii: "."): pointAfter = digits.count
      default:
        exponent = try Self.exponent(number.extracting((offset + 1)..<number.count))
        break scan
      }
      offset += 1
    }
    // The value is 0.d₁d₂d₃… × 10^places.
    let leadingZeros = digits.prefix { $0 == 0 }.count
    digits.removeFirst(leadingZeros)
    let places = (pointAfter ?? digits.count + leadingZeros) - leadingZeros + exponent
    guard !digits.isEmpty, places > 0, places <= 16 else { throw .outOfRange }
    let shift = places <= 11 ? 6 : places <= 14 ? 3 : 0
    var value: Int64 = 0
    for place in 0..<places + shift {
      value = value * 10 + Int64(place < digits.count ? digits[place] : 0)
    }
    try self.init(microseconds: value)
  }

  private static func exponent(_ text: Span<UInt8>) throws(ParseError) -> Int {
    var value = 0
    var isNegative = false
    for index in text.indices {
      switch text[index] {
      case UInt8(ascii: "-"): isNegative = true
      case UInt8(ascii: "+"): break
      case let digit: value = min(value * 10 + Int(digit - 0x30), 1_000_000_000)
      }
    }
    return isNegative ? -value : value
  }
}

/// Takes fixed fields from the front of a text.
private struct FieldCursor: ~Escapable {
  let text: Span<UInt8>
  var position = 0

  @_lifetime(copy text)
  init(_ text: Span<UInt8>) { self.text = text }

  var isAtEnd: Bool { position == text.count }

  mutating func next() -> Unicode.Scalar? {
    guard position < text.count else { return nil }
    position += 1
    return Unicode.Scalar(text[position - 1])
  }

  mutating func expect(_ scalar: Unicode.Scalar) throws(ReceivedTime.ParseError) {
    guard next() == scalar else { throw .invalid }
  }

  mutating func number(digits: Int) throws(ReceivedTime.ParseError) -> Int {
    var value = 0
    for _ in 0..<digits {
      guard let digit = digit() else { throw .invalid }
      value = value * 10 + digit
    }
    return value
  }

  /// One to nine digits after the point, as microseconds.
  mutating func fraction() throws(ReceivedTime.ParseError) -> Int {
    var value = 0
    var count = 0
    while let digit = digit() {
      count += 1
      if count <= 6 { value = value * 10 + digit }
    }
    guard (1...9).contains(count) else { throw .invalid }
    for _ in min(count, 6)..<6 { value *= 10 }
    return value
  }

  private mutating func digit() -> Int? {
    guard position < text.count else { return nil }
    let byte = text[position]
    guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") else { return nil }
    position += 1
    return Int(byte - UInt8(ascii: "0"))
  }
}
