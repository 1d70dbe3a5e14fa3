package import Bytes

/// That a run is not what was written.
package struct DamagedRun: Error, Sendable, CustomStringConvertible {
  package init() {}

  package var description: String { "a temporary file was changed while it was in use" }
}

/// Reads a run from front to back.
package struct RunReader {
  /// The key and the value of the record at hand, after ``advance()``.
  package private(set) var key: [UInt8] = []
  package private(set) var value: [UInt8] = []
  /// How the value was written.
  package private(set) var form = RunValueForm.bytes

  private var lines = KeptLines()
  private var input: RunInput

  package init(_ source: any ByteSource) { input = RunInput(source) }

  /// Moves to the next record.
  ///
  /// - Returns: Whether there is one.
  /// - Throws: ``DamagedRun``, or what the source throws.
  package mutating func advance() throws -> Bool {
    if try input.isAtEnd() { return false }
    let shared = try input.readVarint()
    let rest = try input.readVarint()
    let length = try input.readVarint()
    form = length & 1 == 0 ? .bytes : .lines
    guard shared <= key.count else { throw DamagedRun() }
    key.removeLast(key.count - shared)
    try input.read(rest, to: &key)
    value.removeAll(keepingCapacity: true)
    switch form {
    case .bytes: try input.read(length >> 1, to: &value)
    case .lines: try readLines(length >> 1)
    }
    return true
  }

  /// Replaces `other` by the value, which is not there any more.
  mutating func moveValue(to other: inout [UInt8]) { swap(&value, &other) }

  private mutating func readLines(_ length: Int) throws {
    lines.beginValue()
    while value.count < length {
      let code = try input.readVarint()
      if code >= SharedLines.firstPlace {
        try lines.append(code - SharedLines.firstPlace, to: &value)
      } else {
        let start = value.count
        let count = try input.readVarint()
        guard count > 0, count <= length - start else { throw DamagedRun() }
        try input.read(count, to: &value)
        if code == SharedLines.kept { lines.keep(value, from: start) }
      }
    }
    guard value.count == length else { throw DamagedRun() }
  }
}

/// The bytes of a run, a frame at a time.
private struct RunInput {
  private let source: any ByteSource
  private var offset = 0
  private var chunk: [UInt8] = []
  private var used = 0
  private var checksum = CRC32()
  private var isEnded = false

  init(_ source: any ByteSource) { self.source = source }

  mutating func isAtEnd() throws -> Bool {
    if used == chunk.count, !isEnded { try readFrame() }
    return isEnded
  }

  mutating func readVarint() throws -> Int {
    var value: UInt = 0
    var shift: UInt = 0
    while shift < 63 {
      if used == chunk.count { try fill() }
      let byte = chunk[used]
      used += 1
      value |= UInt(byte & 0x7F) << shift
      if byte < 0x80 { return Int(value) }
      shift += 7
    }
    throw DamagedRun()
  }

  mutating func read(_ count: Int, to bytes: inout [UInt8]) throws {
    var left = count
    while left > 0 {
      if used == chunk.count { try fill() }
      let taken = min(left, chunk.count - used)
      bytes.append(chunk.span.extracting(used..<used + taken))
      used += taken
      left -= taken
    }
  }

  private mutating func fill() throws {
    if try isAtEnd() { throw DamagedRun() }
  }

  /// Replaces the chunk, all of which was used, by the next one.
  private mutating func readFrame() throws {
    let frame = RunFrame(try read(RunFrame.byteCount))
    guard frame.count <= RunFrame.greatestCount else { throw DamagedRun() }
    chunk = try read(frame.count)
    used = 0
    var checksum = self.checksum
    checksum.update(chunk.span)
    self.checksum = checksum
    isEnded = chunk.isEmpty
    guard checksum.value == frame.checksum, !isEnded || offset == source.byteCount else {
      throw DamagedRun()
    }
  }

  private mutating func read(_ count: Int) throws -> [UInt8] {
    guard count <= source.byteCount - offset else { throw DamagedRun() }
    offset += count
    return try source.read(at: offset - count, count: count)
  }
}
