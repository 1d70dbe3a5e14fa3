internal import Bytes
internal import Tables

extension Column {
  /// The text in a row.
  func string(_ row: Int) -> String {
    let texts = texts
    return String(decoding: texts[row])
  }

  /// The bytes of the text in a row.
  func bytes(_ row: Int) -> [UInt8] {
    let texts = texts
    var bytes: [UInt8] = []
    bytes.append(texts[row])
    return bytes
  }

  /// The digest whose 32 hexadecimal digits are in a row; `nil` for anything else.
  func digest128(_ row: Int) -> Digest128? {
    let texts = texts
    return Digest128(hexadecimal: texts[row])
  }

  /// The digest whose 64 hexadecimal digits are in a row; `nil` for anything else.
  func digest256(_ row: Int) -> Digest256? {
    let texts = texts
    return Digest256(hexadecimal: texts[row])
  }
}
