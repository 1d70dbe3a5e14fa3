/// Bytes written as hexadecimal digits in fixtures, read without the code under test.
package enum Hex {
  /// The bytes that `digits` spell; whatever is no digit is passed over.
  package static func bytes(_ digits: some StringProtocol) -> [UInt8] {
    let values = digits.compactMap { $0.hexDigitValue }
    return stride(from: 0, to: values.count - 1, by: 2).map {
      UInt8(values[$0] * 16 + values[$0 + 1])
    }
  }

  /// The lower-case digits of `bytes`.
  package static func text(_ bytes: some Sequence<UInt8>) -> String {
    bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }
}
