package import Bytes
internal import Files
package import Observations

/// The key under which erased identities are recorded: in the workspace, but outside the lake, so that a copy of the lake does
/// not let anybody try guesses.
package struct ForgottenKey: Sendable {
  /// That what was erased cannot be told, because the key is not there.
  package struct Fault: Error, Sendable, CustomStringConvertible {
    let path: String
    let fault: String

    package var description: String {
      """
      \(path): the key under which erased identities are recorded \(fault); restore it from a copy. where there is none, \
      remove this file and lake/\(ForgottenRecord.name), make the lake anew with --rebuild, and erase the identities again
      """
    }
  }

  static let name = ".forgotten-key"

  private let bytes: [UInt8]

  /// A key that nobody can guess.
  package static func random() -> ForgottenKey {
    var generator = SystemRandomNumberGenerator()
    var bytes: [UInt8] = []
    for _ in 0..<4 { bytes.append(bigEndian: generator.next()) }
    return ForgottenKey(bytes: bytes)
  }

  private init(bytes: [UInt8]) { self.bytes = bytes }

  /// The key in the file at `path`; `nil` where there is none.
  ///
  /// - Throws: ``FileFailure``, or ``Fault``.
  init?(path: String) throws {
    guard FileSystem.exists(path) else { return nil }
    let source = try FileSource(path: path)
    var text = try source.read(at: 0, count: source.byteCount)
    if text.last == UInt8(ascii: "\n") { text.removeLast() }
    guard let digits = Digest256(hexadecimal: text.span) else {
      throw Fault(path: path, fault: "is damaged")
    }
    bytes = digits.bytes
  }

  /// Writes the key where its owner alone can read it, durably.
  fileprivate func write(to path: String) throws {
    guard let digits = Digest256(bytes: bytes.span) else { return }
    let sink = try FileSink(path: path, isPrivate: true)
    try sink.write(Array("\(digits.hexadecimal)\n".utf8).span)
    try sink.close()
  }

  /// What tells one key from another: the digest of nobody.
  package var mark: Digest256 { hash.finalize() }

  private var hash: KeyedHash { KeyedHash(key: bytes) }

  /// The identities of which a record has the digests.
  package func identities(_ record: ForgottenRecord) -> ForgottenIdentities {
    ForgottenIdentities(key: hash, digests: record.digests)
  }
}

extension Workspace {
  private var forgottenKeyPath: String { "\(path)/\(ForgottenKey.name)" }

  /// What was erased from the lake; `nil` where nothing was.
  ///
  /// - Throws: ``ForgottenKey/Fault`` where the key is missing, or another one; ``FileFailure``, ``LakeReader/Damaged``.
  package func forgotten() throws -> (record: ForgottenRecord, key: ForgottenKey)? {
    guard let record = try ForgottenRecord(directory: directory(.lake)) else { return nil }
    guard let key = try forgottenKey() else {
      throw ForgottenKey.Fault(path: forgottenKeyPath, fault: "is missing")
    }
    guard key.mark == record.keyMark else {
      throw ForgottenKey.Fault(path: forgottenKeyPath, fault: "is another one")
    }
    return (record, key)
  }

  /// The key; `nil` where there is none yet.
  ///
  /// - Throws: ``ForgottenKey/Fault``, or ``FileFailure``.
  package func forgottenKey() throws -> ForgottenKey? { try ForgottenKey(path: forgottenKeyPath) }

  /// Keeps a key, durably, before anything is recorded under it.
  ///
  /// - Throws: ``FileFailure``.
  package func keep(_ key: ForgottenKey) throws {
    let staged = try temporaryDirectory() + "/key"
    try key.write(to: staged)
    try FileSystem.rename(staged, to: forgottenKeyPath)
    try FileSystem.syncDirectory(path)
  }
}
