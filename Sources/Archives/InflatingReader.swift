internal import Bytes

/// Reads the bytes of an archive as they are when inflated, a chunk at a time.
struct InflatingReader: ~Copyable {
  /// How many bytes the file has, as far as it was read.
  private(set) var byteCount = 0
  /// How many bytes were inflated.
  private(set) var inflatedByteCount = 0

  /// The last byte that was inflated.
  private(set) var lastByte: UInt8?
  /// Whether the archive is compressed, as far as it was read.
  var isCompressed: Bool { decompressor != nil }

  private let path: String
  private let gzipLibrary: GzipLibrary
  private let chunkLength: Int
  private var file: ArchiveByteReader
  private var input: ByteBuffer
  private var inputUsed = 0
  private var isAtEndOfFile = false
  private var isRecognised = false
  /// None where the archive is not compressed, or not recognised yet.
  private var decompressor: (any Decompressor)?
  /// What ends the archive, once the bytes that were inflated before it are delivered.
  private var damage: ArchiveError?

  /// Opens an archive; see ``BlockReader``.
  init(
    _ archive: Archive,
    named name: String?,
    chunkLength: Int,
    gzip library: GzipLibrary
  ) throws(ArchiveError) {
    path = name ?? archive.path
    gzipLibrary = library
    self.chunkLength = chunkLength
    input = ByteBuffer(minimumCapacity: chunkLength)
    file = try ArchiveByteReader(archive)
  }

  func fileVersion() throws(ArchiveError) -> FileVersion { try file.version() }

  /// Adds inflated bytes to `text`.
  ///
  /// - Returns: False where the archive has ended.
  /// - Throws: ``ArchiveError``, after the bytes before the damage were added.
  mutating func read(into text: inout ByteBuffer) throws(ArchiveError) -> Bool {
    if let damage { throw damage }
    let before = text.count
    while text.count == before {
      if inputUsed == input.count, !isAtEndOfFile {
        try readChunk()
        continue
      }
      do throws(DecompressionFailure) {
        let isLast = inputUsed == input.count
        try decompress(into: &text)
        if isLast, text.count == before { return false }
      } catch {
        let damage = ArchiveError(code: error.code, path: path, offset: offset)
        guard text.count > before else { throw damage }
        self.damage = damage
      }
    }
    inflatedByteCount += text.count - before
    lastByte = text[text.count - 1]
    return true
  }

  /// Adds to `text` what can be had from the chunk at hand, or at the end of the file from what was held back.
  private mutating func decompress(
    into text: inout ByteBuffer
  ) throws(DecompressionFailure) {
    try recognise()
    guard let decompressor else {
      text.append(contentsOf: input, from: inputUsed)
      inputUsed = input.count
      return
    }
    if inputUsed < input.count {
      try decompressor.decompress(input, from: &inputUsed, into: &text, room: chunkLength)
    } else {
      try decompressor.finish(into: &text, room: chunkLength)
    }
  }

  /// Chooses the decompressor, by the first bytes of the file; its name may promise one.
  private mutating func recognise() throws(DecompressionFailure) {
    guard !isRecognised, byteCount > 0 else { return }
    let compression = Compression(startOf: input.span)
    if let promised = Compression(name: path), compression != promised {
      throw DecompressionFailure(promised.mismatch)
    }
    decompressor = try compression?.makeDecompressor(gzip: gzipLibrary)
    isRecognised = true
  }

  /// Reads the next chunk of the file; the first one is long enough to recognise it, where the file is.
  private mutating func readChunk() throws(ArchiveError) {
    input.removeAll()
    inputUsed = 0
    repeat {
      let count = try file.read(into: &input, room: chunkLength)
      if count == 0 { isAtEndOfFile = true }
    } while !isAtEndOfFile && byteCount + input.count < Compression.magicLength
    byteCount += input.count
  }

  /// The offset in the file up to which its bytes were used.
  private var offset: Int { byteCount - (input.count - inputUsed) }
}
