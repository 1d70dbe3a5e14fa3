internal import Bytes
internal import Captures

/// The time of an event, from 2000 to 2099 as in archives.
enum EventTime {
  /// The microseconds since the epoch that a text says: RFC 3339 or a Unix time.
  ///
  /// - Throws: ``EventFile/BadRow``.
  static func parse(_ text: Span<UInt8>, _ name: String) throws(EventFile.BadRow) -> Int64 {
    do throws(ReceivedTime.ParseError) {
      var isNumber = text.count > 0
      for index in text.indices {
        let byte = text[index]
        if !(0x30...0x39).contains(byte), byte != UInt8(ascii: ".") { isNumber = false }
      }
      return try (isNumber ? ReceivedTime(unixTime: text) : ReceivedTime(rfc3339: text))
        .microseconds
    } catch {
      let shown = String(decoding: text.extracting(..<min(40, text.count)))
      let fault = error == .outOfRange ? "is before 2000 or after 2099" : "is no time"
      throw EventFile.BadRow(reason: "\(name) `\(shown)` \(fault)")
    }
  }

  /// Microseconds since the epoch, if they are in range.
  ///
  /// - Throws: ``EventFile/BadRow``.
  static func inRange(_ microseconds: Int64, _ name: String) throws(EventFile.BadRow) -> Int64 {
    guard ReceivedTime.range.contains(microseconds) else {
      throw EventFile.BadRow(reason: "\(name) is before 2000 or after 2099")
    }
    return microseconds
  }
}
