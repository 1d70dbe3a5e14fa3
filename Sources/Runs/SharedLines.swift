internal import Bytes

/// Texts of lines, many of which come again from value to value: each is written once and named by a number after that.
///
/// A line is a number in LEB128: 0 before a line that is not kept, 1 before one that is – the bytes and their count follow –
/// or else the place of one that was kept, plus 2. Both sides forget all when what is kept has grown to a limit.
enum SharedLines {
  static let passing = 0
  static let kept = 1
  static let firstPlace = 2

  /// What is kept at the most, in bytes of lines.
  private static let byteLimit = 128 << 10
  /// What a line counts beside its bytes.
  private static let lineByteCount = 16

  /// Counts what is kept, the same on both sides.
  struct Room {
    private var byteCount = 0

    /// Whether all is to be forgotten before the next value.
    var isUsedUp: Bool { byteCount > byteLimit }

    mutating func take(_ count: Int) { byteCount += count + lineByteCount }
  }
}

/// Writes values of lines.
struct LineWriter {
  private var lines = KnownTexts()
  private var room = SharedLines.Room()

  /// Appends the lines of `text`, each of which ends with a line feed but for the last one.
  ///
  /// - Complexity: O(*n*) in the bytes.
  mutating func append(_ text: Span<UInt8>, to chunk: inout ByteBuffer) {
    if room.isUsedUp {
      lines.removeAll()
      room = SharedLines.Room()
    }
    var start = 0
    var last: KnownTexts.ID?
    while start < text.count {
      if let known = lines.find(in: text, at: start, after: last) {
        chunk.append(varint: SharedLines.firstPlace + Int(known))
        start += lines.length(of: known)
        last = known
        continue
      }
      let end = text.firstOffset(of: UInt8(ascii: "\n"), from: start).map { $0 + 1 } ?? text.count
      let line = text.extracting(start..<end)
      let count = lines.count
      let id = lines.insert(line)
      let isKept = lines.count > count
      chunk.append(varint: isKept ? SharedLines.kept : SharedLines.passing)
      chunk.append(varint: line.count)
      chunk.append(line)
      if isKept { room.take(line.count) }
      if let id {
        lines.note(id, after: last)
        last = id
      }
      start = end
    }
  }
}

/// The lines that a reader keeps.
struct KeptLines {
  private var bytes: [UInt8] = []
  private var ends: [Int] = []
  private var room = SharedLines.Room()

  /// Forgets all lines if the writer did so before this value.
  mutating func beginValue() {
    guard room.isUsedUp else { return }
    bytes.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    room = SharedLines.Room()
  }

  /// Appends the line at `place`.
  ///
  /// - Throws: ``DamagedRun`` where there is none.
  func append(_ place: Int, to text: inout [UInt8]) throws {
    guard ends.indices.contains(place) else { throw DamagedRun() }
    text.append(bytes.span.extracting((place == 0 ? 0 : ends[place - 1])..<ends[place]))
  }

  /// Keeps the line that begins at `start` of `text` and ends with it.
  mutating func keep(_ text: [UInt8], from start: Int) {
    bytes.append(text.span.extracting(start...))
    ends.append(bytes.count)
    room.take(text.count - start)
  }
}
