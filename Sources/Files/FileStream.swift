internal import Bytes
internal import SystemPackage

/// The bytes of a file, a pipe or standard input, in pieces, from the first to the last.
package final class FileStream {
  /// The name that means standard input.
  package static let standardInputName = "-"
  private static let pieceByteCount = 1 << 18

  /// What it is called in messages.
  package let name: String
  private let file: FileDescriptor
  private let isOwned: Bool

  /// Opens the file at `path`, or standard input for `-`.
  ///
  /// - Throws: ``FileFailure``.
  package init(path: String) throws(FileFailure) {
    isOwned = path != Self.standardInputName
    name = isOwned ? path : "standard input"
    do {
      file =
        isOwned
        ? try FileDescriptor.open(FilePath(path), .readOnly, options: .closeOnExec)
        : .standardInput
    } catch {
      throw FileFailure(.open, path, error)
    }
  }

  deinit { if isOwned { try? file.close() } }

  /// The next bytes; `nil` at the end.
  ///
  /// - Returns: At least one byte.
  /// - Throws: ``FileFailure``.
  package func next() throws(FileFailure) -> [UInt8]? {
    var failure: (any Error)?
    let bytes = unsafe [UInt8](unsafeUninitializedCapacity: Self.pieceByteCount) { buffer, count in
      do {
        count = try unsafe file.read(into: UnsafeMutableRawBufferPointer(buffer))
      } catch {
        failure = error
      }
    }
    if let failure { throw FileFailure(.read, name, failure) }
    return bytes.isEmpty ? nil : bytes
  }
}
