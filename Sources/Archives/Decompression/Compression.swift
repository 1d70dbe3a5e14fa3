internal import Bytes

/// The formats in which an archive may be compressed.
///
/// Which libraries a build has is known here and in the files of those libraries alone.
package enum Compression: Hashable, Sendable {
  /// Gzip members (RFC 1952).
  case gzip
  /// Zstandard frames (RFC 8878).
  case zstd

  /// How many bytes of a file are needed to recognise its format.
  static let magicLength = ZstdMagic.length

  /// The format whose magic number `bytes` start with.
  init?(startOf bytes: Span<UInt8>) {
    if bytes.count >= 2, bytes[0] == 0x1F, bytes[1] == 0x8B {
      self = .gzip
    } else if ZstdMagic.isStart(of: bytes) {
      self = .zstd
    } else {
      return nil
    }
  }

  /// The format that a file's name promises.
  init?(name: String) {
    if name.hasSuffix(".gz") {
      self = .gzip
    } else if name.hasSuffix(".zst") {
      self = .zstd
    } else {
      return nil
    }
  }

  /// What says that a file is not in this format.
  var mismatch: ArchiveError.Code {
    switch self {
    case .gzip: .notGzip
    case .zstd: .notZstd
    }
  }

  /// A decompressor for one archive.
  ///
  /// - Throws: ``ArchiveError/Code/unsupported(_:)`` where this build has no library for the format.
  func makeDecompressor(
    gzip library: GzipLibrary
  ) throws(DecompressionFailure) -> any Decompressor {
    switch self {
    case .gzip: return GzipDecompressor(library.makeInflater())
    case .zstd:
      #if Zstd
        return ZstdDecompressor()
      #else
        throw DecompressionFailure(.unsupported(.zstd))
      #endif
    }
  }
}

/// The libraries by which this build can inflate gzip; they give the same results.
package enum GzipLibrary: CaseIterable, Sendable {
  case zlib
  #if ISAL
    /// Intel's ISA-L, with the package trait `ISAL`.
    case isal
  #endif

  /// The fastest one.
  package static var preferred: Self {
    #if ISAL
      .isal
    #else
      .zlib
    #endif
  }

  fileprivate func makeInflater() -> any MemberInflater {
    switch self {
    case .zlib: ZlibInflater()
    #if ISAL
      case .isal: ISALInflater()
    #endif
    }
  }
}

/// The number that a frame of Zstandard starts with (RFC 8878 §3.1), a byte at a time; known in every build.
struct ZstdMagic {
  static let length = 4
  private static let frame: UInt32 = 0xFD2F_B528
  private static let skippableFrame: UInt32 = 0x184D_2A50

  private(set) var count = 0
  private var number: UInt32 = 0

  /// Takes the next byte, least significant first; false where no frame starts like this.
  mutating func append(_ byte: UInt8) -> Bool {
    number |= UInt32(byte) << UInt32(8 * count)
    count += 1
    let known = UInt32.max >> UInt32(8 * (Self.length - count))
    // The low four bits of a skippable frame's number are free.
    return number == Self.frame & known || number & ~0xF == Self.skippableFrame & known
  }

  /// Whether a frame starts with `bytes`.
  static func isStart(of bytes: Span<UInt8>) -> Bool {
    guard bytes.count >= length else { return false }
    var magic = ZstdMagic()
    for index in 0..<length {
      guard magic.append(bytes[index]) else { return false }
    }
    return true
  }
}
