package import Bytes

/// How the value of a record is written; what is read is the same.
package enum RunValueForm: Sendable {
  /// As it is.
  case bytes
  /// As text of lines, many of which come again in other values; see ``SharedLines``.
  case lines
}

/// Writes a run: records in ascending order of their keys, each key once.
///
/// A record is three numbers in LEB128 – the bytes its key shares with the key before, those that follow, those of the value
/// twice, plus one where the value is one of ``SharedLines`` – and then the bytes themselves. They stand in frames, see
/// ``RunFrame``.
package struct RunWriter: ~Copyable {
  private static let chunkLength = 128 << 10

  private let sink: any ByteSink
  private var chunk = ByteBuffer(minimumCapacity: chunkLength)
  private var lastKey: [UInt8] = []
  private var lines = LineWriter()
  private var checksum = CRC32()

  package init(to sink: any ByteSink) { self.sink = sink }

  /// Adds a record.
  ///
  /// - Parameters:
  ///   - key: Sorts after the keys before, by its bytes.
  ///   - value: Any bytes.
  ///   - form: How they are written.
  /// - Throws: What the sink throws.
  package mutating func append(
    key: Span<UInt8>,
    value: Span<UInt8>,
    as form: RunValueForm = .bytes
  ) throws {
    let shared = key.commonPrefix(with: lastKey.span)
    let rest = key.extracting(shared..<key.count)
    chunk.append(varint: shared)
    chunk.append(varint: rest.count)
    chunk.append(varint: value.count << 1 | (form == .lines ? 1 : 0))
    chunk.append(rest)
    switch form {
    case .bytes: chunk.append(value)
    case .lines: lines.append(value, to: &chunk)
    }
    lastKey.removeLast(lastKey.count - shared)
    lastKey.append(rest)
    if chunk.count >= Self.chunkLength { try flush() }
  }

  /// Hands on what is left, and the end.
  package mutating func finish() throws {
    try flush()
    try sink.write(RunFrame(count: 0, checksum: checksum.value).bytes.span)
  }

  private mutating func flush() throws {
    var checksum = self.checksum
    var start = 0
    while start < chunk.count {
      let end = min(start + RunFrame.greatestCount, chunk.count)
      let part = chunk.span.extracting(start..<end)
      checksum.update(part)
      try sink.write(RunFrame(count: part.count, checksum: checksum.value).bytes.span)
      try sink.write(part)
      start = end
    }
    self.checksum = checksum
    chunk.removeAll()
  }
}

extension ByteBuffer {
  mutating func append(varint value: Int) {
    var rest = UInt(bitPattern: value)
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }
}
