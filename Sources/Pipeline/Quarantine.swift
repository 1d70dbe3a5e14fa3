internal import Archives
internal import Bytes
internal import Captures
internal import Files
internal import Lake

/// Keeps the rejected lines of one archive, each with its reason and its original bytes.
///
/// A file of gzipped JSON Lines; it is created with the first rejection.
final class Quarantine {
  /// How many bytes of a long line become base 64 at a time; a multiple of three.
  private static let pieceLength = 48 << 10

  private let path: String
  private let format: QuarantineFormat
  private var sinks: (file: FileSink, gzip: DeflateSink)?
  /// Bytes of a long line that do not fill a group of base 64 yet.
  private var carried: [UInt8] = []
  /// Whether a long line was begun whose last part did not come.
  private var isInsideLongLine = false
  /// Finds long lines of identities that were erased; `nil` where none was.
  private let finder: MentionFinder?
  private var held: HeldRecord?

  /// A quarantine for an archive.
  ///
  /// - Parameters:
  ///   - directory: Where it is.
  ///   - digest: The digest of the archive.
  ///   - finder: Finds the long lines that are not kept.
  init(directory: String, digest: Digest256, finder: MentionFinder? = nil) {
    path = "\(directory)/\(digest.hexadecimal).jsonl.gz"
    format = QuarantineFormat(digest)
    self.finder = finder
  }

  /// Keeps records in the form that ``QuarantineFormat`` gives them.
  ///
  /// - Throws: ``FileFailure``.
  func keep(_ records: [UInt8]) throws {
    guard !records.isEmpty else { return }
    try open().write(records.span)
  }

  /// Keeps the records of an archive from which this one has grown.
  ///
  /// - Parameters:
  ///   - earlier: The digest that it had.
  ///   - directory: Where its records are.
  ///   - digest: The digest that it has now.
  /// - Throws: ``FileFailure`` or ``LakeReader/Damaged``.
  func keepRecords(of earlier: Digest256, in directory: String, as digest: Digest256) throws {
    let path = "\(directory)/\(earlier.hexadecimal).jsonl.gz"
    guard FileSystem.exists(path) else { return }
    do {
      try keepRecords(of: earlier, at: path, as: digest)
    } catch let error as ArchiveError {
      // It is no archive, and none is to be left out because of it.
      if case .cannotRead(let errno) = error.code { throw FileFailure(.read, path, errno) }
      throw LakeReader.Damaged(path: path, fault: error.reason)
    }
  }

  private func keepRecords(of earlier: Digest256, at path: String, as digest: Digest256) throws {
    var old: [UInt8] = []
    var new: [UInt8] = []
    QuarantineFormat(earlier).appendArchive(to: &old)
    QuarantineFormat(digest).appendArchive(to: &new)
    var reader = try BlockReader(Archive(path: path))
    var block = LineBlock()
    while true {
      let event = try reader.next(into: &block)
      if event == .end { return }
      if case .partOfLongLine(isFirst: false, let isLast) = event {
        try keepAsItIs(block, isLast: isLast)
        continue
      }
      var cursor = LineCursor(block)
      while cursor.advance(in: block) {
        let line = block.line(at: cursor)
        guard line.count > old.count else { continue }
        try open().write(new.span)
        try open().write(line.extracting(old.count...))
        if event == .lines { try open().write([UInt8(ascii: "\n")].span) }
      }
    }
  }

  /// Keeps a part of a record that is a long line itself.
  ///
  /// - Throws: ``FileFailure``.
  func keepAsItIs(_ part: borrowing LineBlock, isLast: Bool) throws {
    try open().write(part.bytes)
    if isLast { try open().write([UInt8(ascii: "\n")].span) }
  }

  /// Keeps the first part of a line that is too long to be held in memory.
  ///
  /// - Throws: ``FileFailure``.
  func keepFirstPart(_ part: borrowing LineBlock, number: Int, _ rejection: Rejection) throws {
    var record: [UInt8] = []
    format.begin(number, part.byteOffset, rejection, to: &record)
    record.append(",\"raw_base64\":\"")
    held = try finder.map { finder in
      var erased: [UInt8] = []
      format.append(erased: (number, part.byteOffset), rejection.reason, to: &erased)
      return try HeldRecord(path: path + ".long", finder, erased: erased)
    }
    try writeLongLine(record.span)
    carried.removeAll()
    isInsideLongLine = true
    try write(part.bytes)
  }

  /// Keeps another part of it.
  ///
  /// - Throws: ``FileFailure``.
  func keepPart(_ part: borrowing LineBlock, isLast: Bool) throws {
    try write(part.bytes)
    if isLast { try endLongLine() }
  }

  /// Makes the file durable, if there is one.
  ///
  /// A long line that the archive's damage cut short is kept as far as it goes.
  ///
  /// - Throws: ``FileFailure``.
  func close() throws {
    if isInsideLongLine { try endLongLine() }
    try sinks?.gzip.finish()
    try sinks?.file.close()
  }

  /// Removes the file, if there is one.
  ///
  /// - Throws: ``FileFailure``.
  func discard() throws {
    try held?.remove()
    guard let sinks else { return }
    try? sinks.file.close()
    try FileSystem.remove(path)
  }

  private func endLongLine() throws {
    var record: [UInt8] = []
    Base64.encode(carried.span, into: &record)
    record.append("\"}\n")
    try writeLongLine(record.span)
    isInsideLongLine = false
    try held?.finish(open())
    held = nil
  }

  private func writeLongLine(_ bytes: Span<UInt8>) throws {
    if try held?.write(bytes) == nil { try open().write(bytes) }
  }

  private func write(_ part: Span<UInt8>) throws {
    held?.look(at: part)
    var start = 0
    while start < part.count {
      let end = min(part.count, start + Self.pieceLength - carried.count)
      carried.append(part.extracting(start..<end))
      start = end
      guard carried.count == Self.pieceLength else { break }
      var text: [UInt8] = []
      Base64.encode(carried.span, into: &text)
      try writeLongLine(text.span)
      carried.removeAll(keepingCapacity: true)
    }
  }

  private func open() throws -> DeflateSink {
    if let sinks { return sinks.gzip }
    let file = try FileSink(path: path)
    let gzip = DeflateSink(file, .gzip)
    sinks = (file, gzip)
    return gzip
  }
}
