internal import Archives
internal import Bytes
internal import Captures
internal import JSON

/// Writes rejected lines as records of the quarantine: JSON Lines, with the reason and the original bytes.
struct QuarantineFormat {
  private let archive: [UInt8]

  /// - Parameter archive: The digest of the archive.
  init(_ archive: Digest256) { self.archive = archive.hexadecimalBytes }

  /// Appends the record of the line with a number, at an offset of the inflated archive.
  func append(
    _ line: Span<UInt8>,
    number: Int,
    offset: Int,
    _ rejection: Rejection,
    to records: inout [UInt8]
  ) {
    begin(number, offset, rejection, to: &records)
    if (try? UTF8Span(validating: line)) != nil {
      records.append(",\"raw\":")
      PythonText.append(string: line, .asTheyStand, to: &records)
      records.append("}\n")
    } else {
      appendBase64(line, to: &records)
    }
  }

  /// Appends the record of a line that is too long, and so not looked at.
  ///
  /// - Parameters:
  ///   - line: Its bytes.
  ///   - place: Where it stands.
  ///   - rejection: Why it was rejected.
  ///   - records: Where the record goes.
  func append(
    long line: Span<UInt8>,
    _ place: LineCursor,
    _ rejection: Rejection,
    to records: inout [UInt8]
  ) {
    begin(place.lineNumber, place.lineOffset, rejection, to: &records)
    appendBase64(line, to: &records)
  }

  /// Appends the record of a line that was erased: where it was, and why it was rejected.
  func append(
    erased place: (number: Int, offset: Int),
    _ reason: RejectionReason,
    to records: inout [UInt8]
  ) {
    begin(place.number, place.offset, Rejection(reason, Self.erased), to: &records)
    records.append("}\n")
  }

  /// The detail of a record whose line was erased.
  static let erased = "erased by forget"

  /// Appends a record with its line feed, less what it says of the line's bytes and of what was wrong with them.
  ///
  /// - Parameters:
  ///   - record: Its beginning, up to the line's bytes at the least.
  ///   - records: Where the rest goes.
  static func append(erased record: Span<UInt8>, to records: inout [UInt8]) {
    let detail: StaticString = ",\"detail\":"
    var end = 0
    while end < record.count, !record.extracting(end...).hasPrefix(detail) { end += 1 }
    records.append(record.extracting(..<end))
    records.append(detail)
    PythonText.append(string: erased.utf8.span, .asTheyStand, to: &records)
    records.append("}\n")
  }

  /// Appends what a record begins with.
  func appendArchive(to records: inout [UInt8]) {
    records.append("{\"archive\":\"")
    records += archive
    records.append("\"")
  }

  /// Appends what a record has before the original bytes.
  func begin(_ number: Int, _ offset: Int, _ rejection: Rejection, to records: inout [UInt8]) {
    appendArchive(to: &records)
    records.append(",\"line\":")
    records.append(decimal: Int64(number))
    records.append(",\"offset\":")
    records.append(decimal: Int64(offset))
    records.append(",\"reason\":")
    PythonText.append(string: rejection.reason.rawValue.utf8.span, .asTheyStand, to: &records)
    records.append(",\"detail\":")
    PythonText.append(string: rejection.detail.utf8.span, .asTheyStand, to: &records)
  }

  private func appendBase64(_ bytes: Span<UInt8>, to records: inout [UInt8]) {
    records.append(",\"raw_base64\":\"")
    Base64.encode(bytes, into: &records)
    records.append("\"}\n")
  }
}

extension Span<UInt8> {
  fileprivate func hasPrefix(_ literal: StaticString) -> Bool {
    count >= literal.utf8CodeUnitCount
      && extracting(..<literal.utf8CodeUnitCount).equals(literal)
  }
}

extension Rejection {
  static func lineTooLong(limit: Int) -> Rejection {
    Rejection(.lineTooLong, "the line is longer than \(limit) bytes")
  }
}
