internal import Archives
internal import Bytes
internal import Captures
internal import Files
internal import Lake
internal import Observations

/// Erases the rejected lines of one archive that mention identities: what is left of each is where it was, and why it was
/// rejected.
struct QuarantineErasure {
  private let path: String
  private let digest: Digest256
  /// The places of the records that are to be erased, among all of the file.
  private(set) var erased: Set<Int> = []

  /// Reads a file of the quarantine.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - digest: The digest of its archive.
  ///   - finder: Finds the lines that are to be erased.
  /// - Throws: ``ArchiveError``.
  /// - Complexity: O(*n*) in the bytes, in bounded memory but for 8 bytes a line that is erased.
  init(_ path: String, of digest: Digest256, _ finder: inout MentionFinder) throws {
    self.path = path
    self.digest = digest
    var windows = MentionWindows()
    var long = LongRecord()
    try forEachRecord { place, event, record in
      switch event {
      case .line:
        if Self.isMentioned(in: record, &finder) { erased.insert(place) }
      case .part(let isFirst, let isLast):
        if isFirst { windows = MentionWindows() }
        windows.add(long.text(of: record, isFirst: isFirst).span, &finder)
        if isLast, windows.finish(&finder) { erased.insert(place) }
      }
    }
  }

  /// Writes the file anew.
  ///
  /// - Parameter directory: Where it goes.
  /// - Throws: ``FileFailure`` or ``ArchiveError``.
  func write(to directory: String) throws {
    let quarantine = Quarantine(directory: directory, digest: digest)
    let erased = erased
    try forEachRecord { place, event, record in
      var bytes: [UInt8] = []
      let isErased = erased.contains(place)
      switch event {
      case .line where isErased, .part(isFirst: true, _) where isErased:
        QuarantineFormat.append(erased: record, to: &bytes)
      case .part where isErased: break
      case .line, .part(_, isLast: true):
        bytes.append(record)
        bytes.append(UInt8(ascii: "\n"))
      case .part: bytes.append(record)
      }
      try quarantine.keep(bytes)
    }
    try quarantine.close()
  }

  private enum Event {
    case line
    case part(isFirst: Bool, isLast: Bool)
  }

  /// Goes through the records, each with its place in the file; of those that are too long one part after the other.
  private func forEachRecord(
    _ body: (_ place: Int, Event, Span<UInt8>) throws -> Void
  ) throws {
    var reader = try BlockReader(Archive(path: path))
    var block = LineBlock()
    var place = 0
    while true {
      switch try reader.next(into: &block) {
      case .end: return
      case .partOfLongLine(let isFirst, let isLast):
        try body(place, .part(isFirst: isFirst, isLast: isLast), block.bytes)
        if isLast { place += 1 }
      case .lines:
        var cursor = LineCursor(block)
        while cursor.advance(in: block) {
          try body(place, .line, block.line(at: cursor))
          place += 1
        }
      }
    }
  }

  private static func isMentioned(
    in record: Span<UInt8>,
    _ finder: inout MentionFinder
  ) -> Bool {
    guard let kept = QuarantinedLine(record) else { return finder.isMentioned(in: record) }
    guard let line = kept.line else { return false }
    return kept.reason == .lineTooLong
      ? finder.isMentioned(inLongLine: line.span) : finder.isMentioned(in: line.span)
  }
}
