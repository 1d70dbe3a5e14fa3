internal import Bytes

/// Text in cells (ECMA-376 Part 1, §18.4.12 `t`, §22.9.2.19 `ST_Xstring`).
///
/// What XML cannot hold, or would change, is written as `_xHHHH_`; so is the `_` of a text that would read as such an escape.
enum CellText {
  /// Appends a text as an element `t`.
  ///
  /// - Complexity: O(*n*).
  static func append(_ text: Span<UInt8>, to output: inout [UInt8]) {
    output.append(keepsSpace(text) ? "<t xml:space=\"preserve\">" : "<t>")
    appendContent(text, to: &output)
    output.append("</t>")
  }

  /// Appends a text as the content of an element, or the value of an attribute in double quotes.
  static func appendContent(_ text: Span<UInt8>, to output: inout [UInt8]) {
    var run = 0
    var offset = 0
    while offset < text.count {
      guard isSpecial(text[offset]) else {
        offset += 1
        continue
      }
      let (escape, length) = escape(text, at: offset)
      if let escape {
        output.append(text.extracting(run..<offset))
        append(escape, to: &output)
        run = offset + length
      }
      offset += length
    }
    output.append(text.extracting(run..<text.count))
  }

  /// How many UTF-16 code units a UTF-8 text has.
  ///
  /// - Complexity: O(*n*).
  static func utf16Length(_ text: Span<UInt8>) -> Int {
    var length = 0
    for index in text.indices {
      let byte = text[index]
      // Continuation bytes count for nothing, what begins with four bytes is a pair of surrogates.
      if byte & 0xC0 != 0x80 { length += byte >= 0xF0 ? 2 : 1 }
    }
    return length
  }

  private enum Escape {
    case entity(StaticString)
    /// `_xHHHH_`.
    case codeUnit(UInt16)
  }

  /// Whether a byte may need an escape.
  @inline(__always)
  private static func isSpecial(_ byte: UInt8) -> Bool {
    switch byte {
    case ..<0x20, UInt8(ascii: "&"), UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""),
      UInt8(ascii: "_"), 0xEF:
      true
    default: false
    }
  }

  /// The escape of the character at `offset`, if it needs one, and how many bytes the character has.
  private static func escape(_ text: Span<UInt8>, at offset: Int) -> (Escape?, length: Int) {
    let byte = text[offset]
    switch byte {
    case UInt8(ascii: "&"): return (.entity("&amp;"), 1)
    case UInt8(ascii: "<"): return (.entity("&lt;"), 1)
    case UInt8(ascii: ">"): return (.entity("&gt;"), 1)
    case UInt8(ascii: "\""): return (.entity("&quot;"), 1)
    case 0x09, 0x0A: return (nil, 1)
    case ..<0x20: return (.codeUnit(UInt16(byte)), 1)
    case UInt8(ascii: "_"):
      return (readsAsEscape(text, at: offset) ? .codeUnit(UInt16(byte)) : nil, 1)
    default:
      guard let unit = noncharacter(text, at: offset) else { return (nil, 1) }
      return (.codeUnit(unit), 3)
    }
  }

  /// Whether the `_` at `offset` begins what a reader takes for an escape, once what follows it is written.
  private static func readsAsEscape(_ text: Span<UInt8>, at offset: Int) -> Bool {
    guard offset + 6 < text.count, text[offset + 1] | 0x20 == UInt8(ascii: "x") else {
      return false
    }
    for place in offset + 2..<offset + 6 {
      switch text[place] {
      case 0x30...0x39, 0x41...0x46, 0x61...0x66: continue
      default: return false
      }
    }
    switch text[offset + 6] {
    case UInt8(ascii: "_"): return true
    // These are written with a `_` in front themselves.
    case 0x09, 0x0A: return false
    case ..<0x20: return true
    default: return noncharacter(text, at: offset + 6) != nil
    }
  }

  /// U+FFFE or U+FFFF, which XML does not allow, if one of them is at `offset`.
  private static func noncharacter(_ text: Span<UInt8>, at offset: Int) -> UInt16? {
    guard offset + 2 < text.count, text[offset] == 0xEF, text[offset + 1] == 0xBF,
      text[offset + 2] >= 0xBE
    else { return nil }
    return text[offset + 2] == 0xBE ? 0xFFFE : 0xFFFF
  }

  /// Whether a reader may drop white space of the text unless it is told not to.
  private static func keepsSpace(_ text: Span<UInt8>) -> Bool {
    var isAfterSpace = true
    for index in text.indices {
      switch text[index] {
      case 0x09, 0x0A: return true
      case UInt8(ascii: " "):
        if isAfterSpace { return true }
        isAfterSpace = true
      default: isAfterSpace = false
      }
    }
    return isAfterSpace && !text.isEmpty
  }

  private static func append(_ escape: Escape, to output: inout [UInt8]) {
    switch escape {
    case .entity(let text): output.append(text)
    case .codeUnit(let unit):
      output.append("_x")
      for shift in stride(from: UInt16(12), through: 0, by: -4) {
        let digit = UInt8(truncatingIfNeeded: unit >> shift & 0xF)
        output.append(digit < 10 ? 0x30 + digit : 0x41 + digit - 10)
      }
      output.append("_")
    }
  }
}
