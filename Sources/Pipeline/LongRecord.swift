internal import Bytes

/// What is looked at of a record that is too long to be held in memory, and comes in parts: the bytes of its line where they are
/// in base 64, else the record as it stands, with one depth of escapes more.
struct LongRecord {
  private static let marker: StaticString = ",\"raw_base64\":\""
  /// What stands before it is shorter.
  private static let headLength = 4096

  private var isCoded = false
  /// Digits that do not fill a group yet.
  private var digits: [UInt8] = []

  /// What a part of the record holds.
  mutating func text(of part: Span<UInt8>, isFirst: Bool) -> [UInt8] {
    var start = 0
    if isFirst {
      let length = Self.marker.utf8CodeUnitCount
      let places = 0..<max(0, min(part.count, Self.headLength) - length)
      let place = places.first { part.extracting($0..<$0 + length).equals(Self.marker) }
      isCoded = place != nil
      start = place.map { $0 + length } ?? 0
      digits.removeAll()
    }
    var text: [UInt8] = []
    guard isCoded else {
      text.append(part)
      return text
    }
    let end = part.firstOffset(of: UInt8(ascii: "\""), from: start) ?? part.count
    digits.append(part.extracting(start..<max(start, end)))
    let whole = digits.count & ~3
    // What is not base 64 was not written by hooksift; it is looked at up to there.
    try? Base64.decode(digits.span.extracting(..<whole), into: &text)
    digits.removeFirst(whole)
    return text
  }
}
