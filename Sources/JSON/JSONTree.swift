internal import Bytes

/// A JSON value as a tree, for the rare line that must be written again.
///
/// Whole numbers keep their digits, other numbers are doubles, of duplicate keys the last counts, and texts
/// are UTF-8 in which a lone surrogate takes three bytes (WTF-8): what Python's `json` would know of it.
package indirect enum JSONTree: Sendable {
  case object([(key: [UInt8], value: JSONTree)])
  case array([JSONTree])
  case string([UInt8])
  /// The digits, with a minus where there is one.
  case integer([UInt8])
  case double(Double)
  case boolean(Bool)
  case null

  /// Reads the value ahead of `reader`.
  ///
  /// - Complexity: O(*n* log *n*) in its bytes; recursion as deep as the reader allows.
  package init(reading reader: inout JSONReader) throws(JSONError) {
    switch try reader.kind() {
    case .object:
      var members: [(key: [UInt8], value: JSONTree)] = []
      var places: [[UInt8]: Int] = [:]
      try reader.beginObject()
      while let key = try reader.nextKey() {
        let name = reader.wobblyText(key)
        let value = try JSONTree(reading: &reader)
        if let place = places[name] {
          members[place].value = value
        } else {
          places[name] = members.count
          members.append((name, value))
        }
      }
      self = .object(members)
    case .array:
      var elements: [JSONTree] = []
      try reader.beginArray()
      while try reader.nextElement() { elements.append(try JSONTree(reading: &reader)) }
      self = .array(elements)
    case .string:
      let string = try reader.readString()
      self = .string(reader.wobblyText(string))
    case .number:
      let number = try reader.readNumber()
      if number.notation == .integer {
        var digits: [UInt8] = []
        digits.append(reader.bytes.extracting(number.range))
        self = .integer(digits == Array("-0".utf8) ? [UInt8(ascii: "0")] : digits)
      } else {
        self = .double(reader.double(number))
      }
    case .boolean: self = .boolean(try reader.readBoolean())
    case .null:
      try reader.readNull()
      self = .null
    }
  }
}

extension JSONReader {
  fileprivate func wobblyText(_ string: JSONString) -> [UInt8] {
    var buffer = ByteBuffer(minimumCapacity: string.range.count)
    _ = unescape(string, into: &buffer)
    var text: [UInt8] = []
    text.append(buffer.span)
    return text
  }
}
