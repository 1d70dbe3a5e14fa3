/// Why bytes are not JSON, and where.
package struct JSONError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was wrong.
  package enum Code: Hashable, Sendable {
    /// The bytes end inside a value.
    case unexpectedEnd
    /// A byte that cannot stand where it stands.
    case unexpectedByte(UInt8)
    /// A control character inside a string (RFC 8259 §7).
    case controlCharacter(UInt8)
    /// A backslash that no escape follows.
    case invalidEscape
    /// Bytes inside a string that are not UTF-8.
    case invalidUTF8
    /// Digits that are no number (RFC 8259 §6).
    case invalidNumber
    /// Arrays and objects within each other beyond the reader's limit.
    case tooDeep(limit: Int)
    /// Something after the value.
    case trailingBytes
    /// An escaped surrogate without its other half, in a text that had to be decoded.
    case loneSurrogate
    /// A value of another type than was asked for.
    case unexpectedKind
  }

  package let code: Code
  /// The offset of the byte, from the start of what was read.
  package let offset: Int

  package init(_ code: Code, at offset: Int) {
    self.code = code
    self.offset = offset
  }

  package var description: String { "\(code.description) at byte \(offset)" }
}

extension JSONError.Code: CustomStringConvertible {
  package var description: String {
    switch self {
    case .unexpectedEnd: "unexpected end"
    case .unexpectedByte(let byte): "unexpected \(Self.name(byte))"
    case .controlCharacter(let byte): "unescaped control character \(Self.name(byte))"
    case .invalidEscape: "invalid escape"
    case .invalidUTF8: "invalid UTF-8"
    case .invalidNumber: "invalid number"
    case .tooDeep(let limit): "more than \(limit) levels deep"
    case .trailingBytes: "something after the value"
    case .loneSurrogate: "lone surrogate"
    case .unexpectedKind: "a value of another type"
    }
  }

  private static func name(_ byte: UInt8) -> String {
    if byte > 0x20, byte < 0x7F { return "'\(Character(UnicodeScalar(byte)))'" }
    let digits = String(byte, radix: 16, uppercase: true)
    return "byte 0x" + (digits.count < 2 ? "0" : "") + digits
  }
}
