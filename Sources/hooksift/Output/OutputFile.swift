import Archives
import Files

/// A file that takes the place of another once it is whole; a device or a pipe is written to as it is.
struct OutputFile {
  /// Where the bytes go.
  let sink: FileSink
  /// What is replaced; `nil` for a device or a pipe.
  private let place: String?

  /// Opens a file, also one behind a link, which stays.
  ///
  /// - Parameter given: The path, as it was typed.
  /// - Throws: ``FileFailure``.
  init(_ given: String) throws {
    let path = ArchiveFinder.absolute(given)
    let resolved = FileSystem.resolvingLinks(path)
    if path.hasPrefix("/dev/")
      || FileSystem.exists(resolved) && !FileSystem.isRegularFile(resolved)
    {
      place = nil
      sink = try FileSink(path: path)
    } else {
      place = resolved
      let start = resolved.lastIndex(of: "/").map(resolved.index(after:)) ?? resolved.startIndex
      sink = try FileSink(path: "\(resolved[..<start]).\(resolved[start...]).part")
    }
  }

  /// Lets `body` write the file, and puts it in its place; where that fails, the one that was there stays.
  ///
  /// - Throws: What `body` throws, or ``FileFailure``.
  func write(_ body: (FileSink) throws -> Void) throws {
    do {
      try body(sink)
      try sink.close()
      if let place { try FileSystem.rename(sink.path, to: place) }
    } catch {
      // What is left of a file that could not be written may not be removable either.
      if place != nil { try? FileSystem.remove(sink.path) }
      throw error
    }
  }
}
