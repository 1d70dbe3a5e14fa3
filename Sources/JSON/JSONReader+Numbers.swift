internal import Bytes

extension JSONReader {
  /// Reads the number at `position` (RFC 8259 §6).
  mutating func scanNumber() throws(JSONError) -> JSONNumber {
    let start = position
    if bytes[position] == UInt8(ascii: "N") {
      try expect(literal: "NaN")
      return JSONNumber(range: start..<position, notation: .notANumber)
    }
    if bytes[position] == UInt8(ascii: "-") { position += 1 }
    if options.allowsNonFiniteNumbers, byteAhead == UInt8(ascii: "I") {
      try expect(literal: "Infinity")
      return JSONNumber(range: start..<position, notation: .infinite)
    }
    var notation = JSONNumber.Notation.integer
    if byteAhead == UInt8(ascii: "0") {
      position += 1
    } else {
      try skipDigits()
    }
    if byteAhead == UInt8(ascii: ".") {
      notation = .decimal
      position += 1
      try skipDigits()
    }
    if byteAhead == UInt8(ascii: "e") || byteAhead == UInt8(ascii: "E") {
      notation = .decimal
      position += 1
      if byteAhead == UInt8(ascii: "+") || byteAhead == UInt8(ascii: "-") { position += 1 }
      try skipDigits()
    }
    return JSONNumber(range: start..<position, notation: notation)
  }

  private var byteAhead: UInt8? { position < bytes.count ? bytes[position] : nil }

  /// Passes over at least one digit.
  private mutating func skipDigits() throws(JSONError) {
    let start = position
    while let byte = byteAhead, byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
      position += 1
    }
    guard position > start else { throw JSONError(.invalidNumber, at: position) }
  }

  /// The value of an integer that fits 64 bits; `nil` for any other number.
  package func int64(_ number: JSONNumber) -> Int64? {
    guard number.notation == .integer else { return nil }
    var magnitude: UInt64 = 0
    let isNegative = bytes[number.range.lowerBound] == UInt8(ascii: "-")
    for offset in number.range.dropFirst(isNegative ? 1 : 0) {
      let (product, overflows) = magnitude.multipliedReportingOverflow(by: 10)
      let (sum, carries) = product.addingReportingOverflow(UInt64(bytes[offset] - 0x30))
      if overflows || carries { return nil }
      magnitude = sum
    }
    if isNegative {
      return magnitude <= Int64.min.magnitude ? Int64(truncatingIfNeeded: 0 &- magnitude) : nil
    }
    return Int64(exactly: magnitude)
  }

  /// The nearest double, infinite beyond the largest.
  ///
  /// Up to 19 digits with a small power of ten are exact in one operation (Clinger, *How to read floating point
  /// numbers accurately*, 1990); the others go through the standard library.
  package func double(_ number: JSONNumber) -> Double {
    let isNegative = bytes[number.range.lowerBound] == UInt8(ascii: "-")
    switch number.notation {
    case .notANumber: return .nan
    case .infinite: return isNegative ? -.infinity : .infinity
    case .integer, .decimal: break
    }
    var mantissa: UInt64 = 0
    var exponent = 0
    var digits = 0
    var afterPoint = false
    for offset in number.range.dropFirst(isNegative ? 1 : 0) {
      let byte = bytes[offset]
      if byte == UInt8(ascii: ".") {
        afterPoint = true
        continue
      }
      guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), digits < 15 else {
        return slowDouble(number)
      }
      mantissa = mantissa * 10 + UInt64(byte - 0x30)
      digits += 1
      if afterPoint { exponent += 1 }
    }
    let magnitude = Double(mantissa) / Self.powersOfTen[exponent]
    return isNegative ? -magnitude : magnitude
  }

  private func slowDouble(_ number: JSONNumber) -> Double {
    let text = String(decoding: bytes.extracting(number.range))
    // The text is a JSON number, which the standard library reads; it gives infinities for what is
    // too large and zeros for what is too small.
    return Double(text) ?? .nan
  }

  private static var powersOfTen: InlineArray<16, Double> {
    [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15]
  }
}
