import Archives
import Bytes
import TestSupport

/// A line as a reader framed it; of a long one, all its parts together.
struct FramedLine: Hashable {
  var number: Int
  var offset: Int
  var bytes: [UInt8]
  /// How many parts it came in; none for a line that came as a whole.
  var parts = 0
}

/// All that a reader said of an archive.
struct Reading {
  var lines: [FramedLine] = []
  var error: ArchiveError?
  var inflatedByteCount = 0
  var byteCount = 0
  /// Whether a long line was begun and its last part did not come.
  var isUnfinished = false
  var longestPart = 0

  /// Reads the archive at `path` to its end or its damage.
  init(
    _ path: String,
    limit: Int = ArchiveReader.defaultMaximumLineLength,
    chunkLength: Int = BlockReader.defaultChunkLength,
    gzip library: GzipLibrary = .preferred
  ) {
    do throws(ArchiveError) {
      var reader = try ArchiveReader(
        Archive(path: path),
        maximumLineLength: limit,
        chunkLength: chunkLength,
        gzip: library
      )
      do throws(ArchiveError) {
        while try take(&reader) {}
      } catch {
        self.error = error
      }
      inflatedByteCount = reader.inflatedByteCount
      byteCount = reader.byteCount
    } catch {
      self.error = error
    }
  }

  private mutating func take(_ reader: inout ArchiveReader) throws(ArchiveError) -> Bool {
    switch try reader.next() {
    case .end: return false
    case .line:
      lines.append(FramedLine(reader))
    case .partOfLongLine(let isFirst, let isLast):
      longestPart = max(longestPart, reader.bytes.count)
      if isFirst {
        lines.append(FramedLine(reader))
      } else {
        lines[lines.count - 1].bytes.append(reader.bytes)
      }
      lines[lines.count - 1].parts += 1
      isUnfinished = !isLast
    }
    return true
  }
}

extension Reading {
  /// What differs from another reading of the same bytes; the words of errors do not count.
  func difference(from other: Reading) -> String? {
    if lines != other.lines { return "\(lines.count) lines, not \(other.lines.count)" }
    if inflatedByteCount != other.inflatedByteCount {
      return "\(inflatedByteCount) bytes inflated, not \(other.inflatedByteCount)"
    }
    if error?.kind == other.error?.kind, error?.offset == other.error?.offset { return nil }
    return "\(error?.description ?? "no error"), not \(other.error?.description ?? "none")"
  }
}

extension FramedLine {
  init(_ reader: borrowing ArchiveReader) {
    var bytes: [UInt8] = []
    bytes.append(reader.bytes)
    self.init(number: reader.lineNumber, offset: reader.lineOffset, bytes: bytes)
  }

  /// The lines of plain bytes, found by splitting them; blank ones are left out.
  static func naive(_ plain: [UInt8]) -> [FramedLine] {
    var lines: [FramedLine] = []
    var offset = 0
    let pieces = plain.split(separator: 0x0A, omittingEmptySubsequences: false)
    for (place, piece) in pieces.enumerated() {
      var line = FramedLine(number: place + 1, offset: offset, bytes: Array(piece))
      offset += piece.count + 1
      if place == 0, piece.starts(with: [0xEF, 0xBB, 0xBF]) {
        line.bytes.removeFirst(3)
        line.offset += 3
      }
      if line.bytes.contains(where: { ![0x20, 0x09, 0x0D].contains($0) }) { lines.append(line) }
    }
    return lines
  }
}

extension ArchiveError {
  /// The name of the code.
  var kind: String {
    switch code {
    case .cannotOpen: "cannotOpen"
    case .cannotRead: "cannotRead"
    case .notGzip: "notGzip"
    case .notZstd: "notZstd"
    case .unsupported: "unsupported"
    case .windowTooLarge: "windowTooLarge"
    case .truncated: "truncated"
    case .lineNotEnded: "lineNotEnded"
    case .changed: "changed"
    case .rewritten: "rewritten"
    case .corrupt: "corrupt"
    }
  }
}

/// `bytes` as one gzip member.
func gzip(_ bytes: [UInt8], level: Int = DeflateSink.defaultLevel) throws -> [UInt8] {
  let memory = MemoryBytes()
  let sink = DeflateSink(memory, .gzip, level: level)
  try sink.write(bytes.span)
  try sink.finish()
  return memory.bytes
}
