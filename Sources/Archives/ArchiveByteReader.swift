package import Bytes
internal import SystemPackage

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#else
  internal import Darwin
#endif

/// What changes whenever a file is written to.
package struct FileVersion: Hashable, Sendable {
  private let device: Int
  private let node: Int
  private let size: Int
  /// When its bytes, and when anything about it, were changed last, in nanoseconds since the epoch.
  private let modified: Int
  private let changed: Int

  init(_ status: stat) {
    device = Int(truncatingIfNeeded: status.st_dev)
    node = Int(truncatingIfNeeded: status.st_ino)
    size = Int(status.st_size)
    #if os(Linux)
      let times = (status.st_mtim, status.st_ctim)
    #else
      let times = (status.st_mtimespec, status.st_ctimespec)
    #endif
    modified = times.0.tv_sec * 1_000_000_000 + times.0.tv_nsec
    changed = times.1.tv_sec * 1_000_000_000 + times.1.tv_nsec
  }

  /// The version that ``append(to:)`` wrote; `nil` for anything else.
  package init?(_ text: Span<UInt8>) {
    var numbers: [Int] = []
    var number: Int?
    for index in text.indices {
      guard text[index] != UInt8(ascii: ":") else {
        guard let ended = number else { return nil }
        numbers.append(ended)
        number = nil
        continue
      }
      let digit = Int(text[index]) - Int(UInt8(ascii: "0"))
      let (shifted, overflows) = (number ?? 0).multipliedReportingOverflow(by: 10)
      guard (0...9).contains(digit), !overflows, shifted <= .max - digit else { return nil }
      number = shifted + digit
    }
    guard let number, numbers.count == 4 else { return nil }
    (device, node, size, modified) = (numbers[0], numbers[1], numbers[2], numbers[3])
    changed = number
  }

  /// Appends all that tells one version from another, without spaces.
  package func append(to text: inout [UInt8]) {
    for number in [device, node, size, modified] {
      text.append(decimal: Int64(number))
      text.append(UInt8(ascii: ":"))
    }
    text.append(decimal: Int64(changed))
  }

  /// When its bytes were changed last, in seconds since the epoch.
  package var modifiedAt: Int { modified / 1_000_000_000 }
}

/// Reads the bytes of an archive as they are stored.
package struct ArchiveByteReader: ~Copyable {
  private static let chunkLength = 256 << 10

  private let path: String
  private let file: FileDescriptor
  private let closesFile: Bool
  private var byteCount = 0

  /// Opens an archive.
  ///
  /// - Throws: ``ArchiveError/Code/cannotOpen(_:)``.
  package init(_ archive: Archive) throws(ArchiveError) {
    path = archive.path
    closesFile = !archive.isStandardInput
    guard closesFile else {
      file = .standardInput
      return
    }
    do {
      file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
    } catch {
      throw ArchiveError(
        code: .cannotOpen(error as? Errno ?? .ioError),
        path: archive.path,
        offset: 0
      )
    }
  }

  deinit {
    if closesFile { try? file.close() }
  }

  /// Whether the archive can be read again: a file can, a pipe and standard input cannot.
  package func isSeekable() throws(ArchiveError) -> Bool {
    guard closesFile else { return false }
    return (try? file.seek(offset: 0, from: .start)) != nil
  }

  /// What the file is now; another where it was written to, or replaced, in between.
  ///
  /// - Throws: ``ArchiveError/Code/cannotRead(_:)``.
  package func version() throws(ArchiveError) -> FileVersion {
    var status = stat()
    guard unsafe fstat(file.rawValue, &status) == 0 else {
      throw ArchiveError(
        code: .cannotRead(Errno(rawValue: errno)),
        path: path,
        offset: byteCount
      )
    }
    return FileVersion(status)
  }

  /// Adds up to `room` bytes to `buffer`.
  ///
  /// - Returns: How many bytes; none at the end.
  /// - Throws: ``ArchiveError/Code/cannotRead(_:)``.
  package mutating func read(
    into buffer: inout ByteBuffer,
    room: Int
  ) throws(ArchiveError) -> Int {
    var failure: Errno?
    let file = self.file
    let before = buffer.count
    unsafe buffer.append(room: room) { target in
      do {
        return try unsafe file.read(
          into: UnsafeMutableRawBufferPointer(start: target, count: room)
        )
      } catch {
        failure = error as? Errno ?? .ioError
        return 0
      }
    }
    if let failure {
      throw ArchiveError(code: .cannotRead(failure), path: path, offset: byteCount)
    }
    byteCount += buffer.count - before
    return buffer.count - before
  }

  /// Reads all bytes and hands them on, a chunk at a time.
  ///
  /// - Parameters:
  ///   - prefixes: For how many of the first bytes a digest is wanted too, ascending.
  ///   - body: What takes the chunks.
  /// - Returns: Their SHA-256 and how many there are, and the digests of the prefixes that are shorter than all.
  /// - Throws: ``ArchiveError/Code/cannotRead(_:)``, or what `body` throws.
  package mutating func digest(
    prefixes: [Int] = [],
    _ body: (Span<UInt8>) throws -> Void = { _ in }
  ) throws -> (digest: Digest256, byteCount: Int, prefixes: [Int: Digest256]) {
    var buffer = ByteBuffer(minimumCapacity: Self.chunkLength)
    var stream = SHA256Stream()
    var found: [Int: Digest256] = [:]
    var waiting = prefixes[...]
    while try read(into: &buffer, room: Self.chunkLength) > 0 {
      let start = byteCount - buffer.count
      var used = 0
      while let length = waiting.first, length < byteCount {
        stream.update(buffer.span.extracting(used..<length - start))
        used = length - start
        found[length] = stream.finalize()
        waiting = waiting.dropFirst()
      }
      stream.update(buffer.span.extracting(used..<buffer.count))
      try body(buffer.span)
      buffer.removeAll()
    }
    return (stream.finalize(), byteCount, found)
  }
}
