internal import SystemPackage

/// Files that are small, or no file to read.
enum SmallFile {
  /// Why a file cannot be had.
  enum Failure: Error {
    case unreadable(String)
    case tooLarge
  }

  /// All bytes of the file at `path`, if there are no more than `limit`.
  ///
  /// - Complexity: O(*n*) in the bytes.
  static func read(_ path: String, limit: Int) throws(Failure) -> [UInt8] {
    var bytes: [UInt8] = []
    do {
      let file = try FileDescriptor.open(FilePath(path), .readOnly)
      try file.closeAfter {
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while bytes.count <= limit {
          let count = try unsafe piece.withUnsafeMutableBytes { try unsafe file.read(into: $0) }
          guard count > 0 else { break }
          bytes += piece[..<count]
        }
      }
    } catch {
      throw .unreadable((error as? Errno)?.description ?? "unknown error")
    }
    guard bytes.count <= limit else { throw .tooLarge }
    return bytes
  }
}
