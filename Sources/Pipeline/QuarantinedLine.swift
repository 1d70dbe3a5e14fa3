internal import Bytes
internal import Captures
internal import JSON

/// A record of the quarantine.
struct QuarantinedLine {
  private(set) var number = 0
  private(set) var offset = 0
  let reason: RejectionReason
  /// The line's original bytes; `nil` where they were erased.
  private(set) var line: [UInt8]?

  /// What a record says; `nil` where it is none.
  init?(_ record: Span<UInt8>) {
    var reader = JSONReader(record)
    var reason: RejectionReason?
    do throws(JSONError) {
      try reader.beginObject()
      while let key = try reader.nextKey() {
        let token = try reader.readToken()
        switch token {
        case .number(let value) where reader.equals(key, "line"):
          number = Int(reader.int64(value) ?? 0)
        case .number(let value) where reader.equals(key, "offset"):
          offset = Int(reader.int64(value) ?? 0)
        case .string(let text):
          var plain = ByteBuffer(minimumCapacity: text.range.count)
          _ = reader.unescape(text, into: &plain)
          if reader.equals(key, "reason") {
            reason = RejectionReason(rawValue: String(decoding: plain.span))
          } else if reader.equals(key, "raw") {
            var bytes: [UInt8] = []
            bytes.append(plain)
            line = bytes
          } else if reader.equals(key, "raw_base64") {
            var bytes: [UInt8] = []
            guard (try? Base64.decode(plain.span, into: &bytes)) != nil else { return nil }
            line = bytes
          }
        default: break
        }
      }
    } catch {
      return nil
    }
    guard let reason else { return nil }
    self.reason = reason
  }
}
