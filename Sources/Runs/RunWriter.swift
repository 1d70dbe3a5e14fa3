package import Bytes

/// Writes a run: records in ascending order of their keys, each key once.
///
/// A record is three numbers – the bytes its key shares with the key before, those that follow, those of the value – in
/// LEB128, and then the bytes themselves. They stand in frames, see ``RunFrame``.
package struct RunWriter: ~Copyable {
  private static let chunkLength = 128 << 10

  private let sink: any ByteSink
  private var chunk = ByteBuffer(minimumCapacity: chunkLength)
  private var lastKey: [UInt8] = []
  private var checksum = CRC32()

  package init(to sink: any ByteSink) { self.sink = sink }

  /// Adds a record.
  ///
  /// - Parameters:
  ///   - key: Sorts after the keys before, by its bytes.
  ///   - value: Any bytes.
  /// - Throws: What the sink throws.
  package mutating func append(key: Span<UInt8>, value: Span<UInt8>) throws {
    let shared = key.commonPrefix(with: lastKey.span)
    chunk.append(varint: shared)
    chunk.append(varint: key.count - shared)
    chunk.append(varint: value.count)
    let rest = key.extracting(shared..<key.count)
    chunk.append(rest)
    chunk.append(value)
    lastKey.removeSubrange(shared...)
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
  fileprivate mutating func append(varint value: Int) {
    var rest = UInt(bitPattern: value)
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }
}
