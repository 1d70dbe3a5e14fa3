internal import Archives
internal import Bytes
internal import Captures
internal import JSON
internal import Lake

/// Keeps the rejected lines of one archive, each with its reason and its original bytes.
///
/// A file of gzipped JSON Lines; it is created with the first rejection.
final class Quarantine {
  private let path: String
  private let digest: Digest256
  private var sinks: (file: FileSink, gzip: GzipSink)?
  private var record: [UInt8] = []
  /// What went wrong when a line was to be kept; nothing is written after it.
  private(set) var failure: (any Error)?
  /// Bytes of a long line that do not fill a group of base 64 yet.
  private var carried: [UInt8] = []
  /// Whether a long line was begun whose last part did not come.
  private var isInsideLongLine = false

  /// A quarantine in `directory` for the archive with this digest.
  init(directory: String, digest: Digest256) {
    path = "\(directory)/\(digest.hexadecimal).jsonl.gz"
    self.digest = digest
  }

  /// Keeps a line.
  func keep(
    _ line: Span<UInt8>,
    number: Int,
    offset: Int,
    _ rejection: Rejection
  ) {
    begin(number, offset, rejection)
    if (try? UTF8Span(validating: line)) != nil {
      record.append(",\"raw\":")
      PythonText.append(string: line, .asTheyStand, to: &record)
    } else {
      record.append(",\"raw_base64\":\"")
      Base64.encode(line, into: &record)
      record.append("\"")
    }
    record.append("}\n")
    flush()
  }

  /// Keeps a part of a line that is too long to be held in memory.
  func keepPart(
    _ part: Span<UInt8>,
    number: Int,
    offset: Int,
    isFirst: Bool,
    isLast: Bool,
    _ rejection: Rejection
  ) {
    if isFirst {
      begin(number, offset, rejection)
      record.append(",\"raw_base64\":\"")
      carried.removeAll()
    }
    var bytes = carried
    bytes.append(part)
    let whole = isLast ? bytes.count : bytes.count / 3 * 3
    Base64.encode(bytes.span.extracting(0..<whole), into: &record)
    carried = Array(bytes[whole...])
    if isLast { record.append("\"}\n") }
    isInsideLongLine = !isLast
    flush()
  }

  /// Makes the file durable, if there is one.
  ///
  /// A long line that the archive's damage cut short is kept as far as it goes.
  func close() throws {
    if isInsideLongLine {
      Base64.encode(carried.span, into: &record)
      record.append("\"}\n")
      flush()
      if let failure { throw failure }
    }
    try sinks?.gzip.finish()
    try sinks?.file.close()
  }

  /// Removes the file, if there is one.
  func discard() throws {
    guard let sinks else { return }
    try? sinks.file.close()
    try Workspace.remove(file: path)
  }

  private func begin(_ number: Int, _ offset: Int, _ rejection: Rejection) {
    record.append("{\"archive\":\"")
    record += digest.hexadecimalBytes
    record.append("\",\"line\":")
    record.append(decimal: Int64(number))
    record.append(",\"offset\":")
    record.append(decimal: Int64(offset))
    record.append(",\"reason\":")
    PythonText.append(string: rejection.reason.rawValue.utf8.span, .asTheyStand, to: &record)
    record.append(",\"detail\":")
    PythonText.append(string: rejection.detail.utf8.span, .asTheyStand, to: &record)
  }

  private func flush() {
    var full: [UInt8] = []
    swap(&full, &record)
    do {
      let sinks = try self.sinks ?? open()
      self.sinks = sinks
      if failure == nil { try sinks.gzip.write(full.span) }
    } catch {
      failure = error
    }
    full.removeAll(keepingCapacity: full.count < 1 << 20)
    swap(&full, &record)
  }

  private func open() throws -> (FileSink, GzipSink) {
    let file = try FileSink(path: path)
    return (file, GzipSink(file))
  }
}
