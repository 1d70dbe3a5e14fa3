internal import Bytes

/// JSON text as Python's `json.dumps` writes it.
package enum PythonText {
  /// How characters outside ASCII are written.
  package enum Characters: Sendable {
    /// As `\uXXXX`, like everything but the printable ASCII characters (`ensure_ascii=True`).
    case escaped
    /// As they stand (`ensure_ascii=False`).
    case asTheyStand
  }

  /// Appends a string with its quotes.
  ///
  /// - Parameters:
  ///   - text: UTF-8, or WTF-8 where surrogates may stand alone.
  ///   - characters: How characters outside ASCII are written.
  ///   - output: What it is appended to.
  package static func append(
    string text: Span<UInt8>,
    _ characters: Characters,
    to output: inout [UInt8]
  ) {
    output.append(UInt8(ascii: "\""))
    var offset = 0
    while offset < text.count {
      let run = offset
      while offset < text.count, isPlain(text[offset], characters) { offset += 1 }
      output.append(text.extracting(run..<offset))
      if offset < text.count { offset += appendEscape(of: text, at: offset, to: &output) }
    }
    output.append(UInt8(ascii: "\""))
  }

  /// Whether a byte of a string is written as it is.
  private static func isPlain(_ byte: UInt8, _ characters: Characters) -> Bool {
    byte >= 0x20 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
      && (byte < 0x7F || characters == .asTheyStand)
  }

  /// Appends the escape of the character at `offset`.
  ///
  /// - Returns: How many bytes the character has.
  private static func appendEscape(
    of text: Span<UInt8>,
    at offset: Int,
    to output: inout [UInt8]
  ) -> Int {
    let byte = text[offset]
    switch byte {
    case UInt8(ascii: "\""): output.append("\\\"")
    case UInt8(ascii: "\\"): output.append("\\\\")
    case 0x0A: output.append("\\n")
    case 0x0D: output.append("\\r")
    case 0x09: output.append("\\t")
    case 0x0C: output.append("\\f")
    case 0x08: output.append("\\b")
    case ..<0x80: append(codeUnit: UInt32(byte), to: &output)
    default:
      let (scalar, length) = decode(text, at: offset)
      if scalar >= 0x10000 {
        append(codeUnit: 0xD800 + (scalar - 0x10000) >> 10, to: &output)
        append(codeUnit: 0xDC00 + (scalar - 0x10000) & 0x3FF, to: &output)
      } else {
        append(codeUnit: scalar, to: &output)
      }
      return length
    }
    return 1
  }

  /// Appends a number as `json.dumps` does: Python's `repr`, but `NaN`, `Infinity` and `-Infinity`.
  package static func append(double value: Double, to output: inout [UInt8]) {
    guard value.isFinite else {
      output.append(value.isNaN ? "NaN" : value < 0 ? "-Infinity" : "Infinity")
      return
    }
    if appendTenths(value, to: &output) { return }
    // The standard library and Python print the same digits, the fewest that read back as the same
    // double; only where the point and the exponent go differs.
    var digits: [UInt8] = []
    var pointAfter: Int?
    var exponent = 0
    var text = Array(value.description.utf8)[...]
    if text.first == UInt8(ascii: "-") {
      output.append(UInt8(ascii: "-"))
      text = text.dropFirst()
    }
    while let byte = text.popFirst() {
      if byte == UInt8(ascii: ".") {
        pointAfter = digits.count
      } else if byte == UInt8(ascii: "e") {
        exponent = Int(String(decoding: text, as: UTF8.self)) ?? 0
        break
      } else {
        digits.append(byte)
      }
    }
    var places = (pointAfter ?? digits.count) + exponent
    let zero = UInt8(ascii: "0")
    while digits.count > 1, digits[0] == zero {
      digits.removeFirst()
      places -= 1
    }
    while digits.count > 1, digits[digits.count - 1] == zero { digits.removeLast() }
    if digits == [zero] { places = 1 }
    append(digits: digits, places: places, to: &output)
  }

  /// Appends a number that has one digit after its point, as most have; 15 digits at most stand for one double alone.
  private static func appendTenths(_ value: Double, to output: inout [UInt8]) -> Bool {
    let tenths = (value * 10).rounded()
    guard abs(tenths) >= 1, abs(tenths) < 1e15, tenths / 10 == value else { return false }
    let digits = Int64(abs(tenths))
    if value < 0 { output.append(UInt8(ascii: "-")) }
    output.append(decimal: digits / 10)
    output.append(UInt8(ascii: "."))
    output.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: digits % 10))
    return true
  }

  /// How a whole value is laid out.
  package struct Layout: Hashable, Sendable {
    /// As Flagsmith writes bodies: sorted keys, `", "` and `": "`.
    package static let flagsmith = Layout(isCompact: false, sortsKeys: true)

    /// Whether the separators are `","` and `":"`.
    package let isCompact: Bool
    /// Whether the keys of an object are sorted by their code points.
    package let sortsKeys: Bool

    package init(isCompact: Bool, sortsKeys: Bool) {
      self.isCompact = isCompact
      self.sortsKeys = sortsKeys
    }
  }

  /// Appends a value as `json.dumps` writes it.
  ///
  /// - Parameters:
  ///   - tree: The value.
  ///   - output: What it is appended to.
  ///   - layout: How it is laid out.
  ///   - member: Called with the key of a member of an object, its value and the output; returns whether it
  ///     wrote the value itself.
  package static func append(
    _ tree: JSONTree,
    to output: inout [UInt8],
    layout: Layout = .flagsmith,
    member: (_ key: [UInt8], _ value: JSONTree, _ output: inout [UInt8]) -> Bool = { _, _, _ in
      false
    }
  ) {
    let comma: StaticString = layout.isCompact ? "," : ", "
    switch tree {
    case .object(let members):
      output.append(UInt8(ascii: "{"))
      let ordered =
        layout.sortsKeys
        ? members.sorted { $0.key.span.comparedBytes($1.key.span) < 0 } : members
      for (place, entry) in ordered.enumerated() {
        if place > 0 { output.append(comma) }
        append(string: entry.key.span, .escaped, to: &output)
        output.append(layout.isCompact ? ":" : ": ")
        if !member(entry.key, entry.value, &output) {
          append(entry.value, to: &output, layout: layout, member: member)
        }
      }
      output.append(UInt8(ascii: "}"))
    case .array(let elements):
      output.append(UInt8(ascii: "["))
      for (place, element) in elements.enumerated() {
        if place > 0 { output.append(comma) }
        append(element, to: &output, layout: layout, member: member)
      }
      output.append(UInt8(ascii: "]"))
    case .string(let text): append(string: text.span, .escaped, to: &output)
    case .integer(let digits): output.append(digits.span)
    case .double(let value): append(double: value, to: &output)
    case .boolean(let value): output.append(value ? "true" : "false")
    case .null: output.append("null")
    }
  }

  // MARK: - Pieces

  /// Writes 0.d₁d₂… × 10^`places` as `repr` does.
  private static func append(digits: [UInt8], places: Int, to output: inout [UInt8]) {
    let zero = UInt8(ascii: "0")
    if places > 16 || places < -3 {
      output.append(digits[0])
      if digits.count > 1 {
        output.append(UInt8(ascii: "."))
        output += digits[1...]
      }
      output.append(places > 0 ? "e+" : "e-")
      output.append(decimal: abs(places - 1), width: abs(places - 1) < 100 ? 2 : 3)
    } else if places <= 0 {
      output.append("0.")
      output += [UInt8](repeating: zero, count: -places)
      output += digits
    } else if places >= digits.count {
      output += digits
      output += [UInt8](repeating: zero, count: places - digits.count)
      output.append(".0")
    } else {
      output += digits[..<places]
      output.append(UInt8(ascii: "."))
      output += digits[places...]
    }
  }

  private static func append(codeUnit: UInt32, to output: inout [UInt8]) {
    output.append("\\u")
    for shift in stride(from: UInt32(12), through: 0, by: -4) {
      output.append(Hexadecimal.digit(of: UInt8(truncatingIfNeeded: codeUnit >> shift & 0xF)))
    }
  }

  /// The code point at `offset`, and how many bytes it takes; a byte that starts none is one itself.
  private static func decode(_ text: Span<UInt8>, at offset: Int) -> (UInt32, Int) {
    let first = text[offset]
    let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1
    guard length > 1, offset + length <= text.count else { return (UInt32(first), 1) }
    var scalar = UInt32(first) & (0x7F >> UInt32(length))
    for place in offset + 1..<offset + length {
      scalar = scalar << 6 | UInt32(text[place] & 0x3F)
    }
    return (scalar, length)
  }
}
