internal import Bytes

/// Parses the header of a gzip member (RFC 1952 §2.3), which may come in pieces.
///
/// It is as strict as zlib and names faults as zlib does.
struct GzipHeaderParser {
  private enum Part { case fixed, extraLength, extra, name, comment, checksum }

  private enum Flag {
    static let checksum: UInt8 = 2
    static let extra: UInt8 = 4
    static let name: UInt8 = 8
    static let comment: UInt8 = 16
    static let reserved: UInt8 = 0xE0
  }

  private var part = Part.fixed
  /// How many bytes of the part were read.
  private var count = 0
  private var flags: UInt8 = 0
  /// The length of the extra field, or the checksum of the header, as far as it was read.
  private var number = 0
  private var checksum = CRC32()

  /// Reads `input` up to the end of the header; `used` grows by the bytes that were read.
  ///
  /// - Returns: Whether the header has ended.
  /// - Throws: ``ArchiveError/Code/corrupt(_:_:)``.
  mutating func parse(
    _ input: Span<UInt8>,
    used: inout Int
  ) throws(DecompressionFailure) -> Bool {
    var offset = 0
    defer { used += offset }
    while offset < input.count {
      let byte = input[offset]
      offset += 1
      if part != .checksum { add(byte) }
      if try take(byte), nextPart() { return true }
    }
    return false
  }

  /// Takes the next byte of the part; returns whether it is the last one.
  private mutating func take(_ byte: UInt8) throws(DecompressionFailure) -> Bool {
    count += 1
    switch part {
    case .fixed:
      try takeFixed(byte)
      return count == 10
    case .extraLength:
      number |= Int(byte) << (8 * (count - 1))
      return count == 2
    case .extra: return count == number
    case .name, .comment: return byte == 0
    case .checksum:
      number |= Int(byte) << (8 * (count - 1))
      guard count == 2 else { return false }
      guard number == Int(checksum.value & 0xFFFF) else { throw Self.fault("header crc mismatch") }
      return true
    }
  }

  private mutating func takeFixed(_ byte: UInt8) throws(DecompressionFailure) {
    switch count {
    case 2 where byte != 0x8B: throw Self.fault("incorrect header check")
    case 3: number = Int(byte)
    case 4:
      guard number == 8 else { throw Self.fault("unknown compression method") }
      guard byte & Flag.reserved == 0 else { throw Self.fault("unknown header flags set") }
      flags = byte
    default: break
    }
  }

  /// Goes on to the next part that the header has; returns whether there is none.
  private mutating func nextPart() -> Bool {
    while true {
      count = 0
      switch part {
      case .fixed:
        part = .extraLength
        number = 0
        if flags & Flag.extra != 0 { return false }
        part = .extra
      case .extraLength:
        part = .extra
        if number > 0 { return false }
      case .extra:
        part = .name
        if flags & Flag.name != 0 { return false }
      case .name:
        part = .comment
        if flags & Flag.comment != 0 { return false }
      case .comment:
        part = .checksum
        number = 0
        if flags & Flag.checksum != 0 { return false }
      case .checksum: return true
      }
    }
  }

  private mutating func add(_ byte: UInt8) {
    // The flag comes with the fourth byte; headers with a checksum are rare and short.
    guard flags & Flag.checksum != 0 || (part == .fixed && count < 4) else { return }
    let bytes: InlineArray<1, UInt8> = [byte]
    checksum.update(bytes.span)
  }

  private static func fault(_ what: String) -> DecompressionFailure {
    DecompressionFailure(.corrupt(.gzip, what))
  }
}
