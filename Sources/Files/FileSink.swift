internal import Bytes
internal import SystemPackage

/// A new file, written through a buffer.
package final class FileSink: ByteSink {
  private static let bufferLength = 256 << 10

  package let path: String
  private let file: FileDescriptor
  private var buffer = ByteBuffer(minimumCapacity: bufferLength)
  private var isOpen = true

  /// Creates the file at `path`, or empties the one that is there.
  ///
  /// - Parameters:
  ///   - path: Where the file is.
  ///   - isPrivate: Whether its owner alone can read a file that is created.
  /// - Throws: ``FileFailure``.
  package init(path: String, isPrivate: Bool = false) throws {
    self.path = path
    do {
      file = try FileDescriptor.open(
        FilePath(path),
        .writeOnly,
        options: [.create, .truncate, .closeOnExec],
        permissions: isPrivate ? .ownerReadWrite : [.ownerReadWrite, .groupRead, .otherRead]
      )
    } catch {
      throw FileFailure(.create, path, error)
    }
  }

  deinit {
    if isOpen { try? file.close() }
  }

  package func write(_ bytes: Span<UInt8>) throws {
    if buffer.count + bytes.count > Self.bufferLength { try flush() }
    if bytes.count >= Self.bufferLength {
      try put(bytes)
    } else {
      buffer.append(bytes)
    }
  }

  /// Writes what is left, makes it durable and closes the file.
  ///
  /// - Throws: ``FileFailure``.
  package func close() throws {
    try flush()
    guard FileSystem.sync(file) else { throw FileFailure(.sync, path, Errno.current) }
    try closeFile()
  }

  /// Writes what is left and closes the file, which need not outlive a crash.
  ///
  /// - Throws: ``FileFailure``.
  package func closeTemporary() throws {
    try flush()
    try closeFile()
  }

  private func closeFile() throws {
    isOpen = false
    do {
      try file.close()
    } catch {
      throw FileFailure(.write, path, error)
    }
  }

  private func flush() throws {
    var full = ByteBuffer(minimumCapacity: Self.bufferLength)
    swap(&full, &buffer)
    try put(full.span)
    full.removeAll()
    swap(&full, &buffer)
  }

  private func put(_ bytes: Span<UInt8>) throws {
    do {
      _ = try unsafe bytes.withUnsafeBufferPointer { buffer in
        try unsafe file.writeAll(buffer)
      }
    } catch {
      throw FileFailure(.write, path, error)
    }
  }
}

/// A file that is read anywhere.
package final class FileSource: ByteSource {
  package let path: String
  package let byteCount: Int
  private let file: FileDescriptor

  /// Opens the file at `path`.
  ///
  /// - Throws: ``FileFailure``.
  package init(path: String) throws {
    self.path = path
    do {
      file = try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
      byteCount = Int(try file.seek(offset: 0, from: .end))
    } catch {
      throw FileFailure(.open, path, error)
    }
  }

  deinit { try? file.close() }

  package func read(at offset: Int, count: Int) throws -> [UInt8] {
    var done = 0
    var failure: (any Error)?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: count) { buffer, initialized in
      do {
        while done < count {
          let rest = unsafe UnsafeMutableRawBufferPointer(
            UnsafeMutableBufferPointer(rebasing: buffer[done...])
          )
          let read = try unsafe file.read(fromAbsoluteOffset: Int64(offset + done), into: rest)
          if read == 0 { throw Errno.ioError }
          done += read
        }
      } catch {
        failure = error
      }
      initialized = done
    }
    if let failure { throw FileFailure(.read, path, failure) }
    return bytes
  }
}
