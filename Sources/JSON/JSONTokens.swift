/// The type of a JSON value, told by its first byte.
package enum JSONKind: Hashable, Sendable {
  case object
  case array
  case string
  case number
  case boolean
  case null
}

/// A string that was read, where it stands between its quotes.
///
/// Its bytes were checked: they are UTF-8, and every escape is one.
package struct JSONString: Hashable, Sendable {
  /// The offsets of the bytes between the quotes.
  package let range: Range<Int>
  /// Whether there is a backslash in it.
  package let hasEscapes: Bool

  /// The string without its first `count` bytes, which cut no escape in two.
  package func dropFirst(_ count: Int) -> JSONString {
    JSONString(range: range.lowerBound + count..<range.upperBound, hasEscapes: hasEscapes)
  }
}

/// A number that was read, where it stands.
package struct JSONNumber: Hashable, Sendable {
  /// What notation it is in.
  package enum Notation: Hashable, Sendable {
    /// Digits, with or without a minus.
    case integer
    /// With a fraction or an exponent.
    case decimal
    /// `NaN`, which RFC 8259 does not know.
    case notANumber
    /// `Infinity` or `-Infinity`, which RFC 8259 does not know.
    case infinite
  }

  package let range: Range<Int>
  package let notation: Notation
}

/// A value that was read, where it stands; arrays and objects were passed over.
package enum JSONToken: Hashable, Sendable {
  case string(JSONString)
  case number(JSONNumber)
  case boolean(Bool)
  case null
  /// An array or an object, at these offsets.
  case composite(Range<Int>)
}

extension JSONReader {
  /// Reads the value ahead and says where it stands; arrays and objects are passed over.
  package mutating func readToken() throws(JSONError) -> JSONToken {
    switch try kind() {
    case .string: return .string(try readString())
    case .number: return .number(try readNumber())
    case .boolean: return .boolean(try readBoolean())
    case .null:
      try readNull()
      return .null
    case .object, .array: return .composite(try skipValue())
    }
  }
}
