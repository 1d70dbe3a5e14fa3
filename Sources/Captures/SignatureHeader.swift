package import Bytes

/// The HMAC-SHA256 digest that a sender claims for a delivery, from its `X-Flagsmith-Signature` header.
package struct SignatureHeader: Hashable, Sendable {
  /// Why a header is not a signature.
  package enum ParseError: Error, Hashable, Sendable {
    /// The header has `count` bytes, not 64.
    case digitCount(Int)
    /// The byte at `byteOffset` is not a lower-case hexadecimal digit.
    case notHexadecimal(byteOffset: Int)
    /// The header was given more than once, with different values.
    case repeated
    /// The header's value in the capture is not a text.
    case notText
  }

  package let digest: Digest256

  /// The signature that a header's value spells.
  ///
  /// - Throws: ``ParseError``; nothing is decoded in part.
  package init(parsing header: Span<UInt8>) throws(ParseError) {
    guard header.count == 64 else { throw .digitCount(header.count) }
    guard let digest = Digest256(hexadecimal: header) else {
      throw .notHexadecimal(byteOffset: Self.firstFault(header))
    }
    self.digest = digest
  }

  private static func firstFault(_ header: Span<UInt8>) -> Int {
    for offset in header.indices where Hexadecimal.value(of: header[offset]) == nil {
      return offset
    }
    return header.count
  }
}

extension SignatureHeader.ParseError: CustomStringConvertible {
  package var description: String {
    switch self {
    case .digitCount(let count): "the signature has \(count) bytes instead of 64"
    case .notHexadecimal(let offset):
      "byte \(offset) of the signature is not a lower-case hexadecimal digit"
    case .repeated: "the signature header was given more than once, with different values"
    case .notText: "the signature header's value is not a text"
    }
  }
}
