package import Bytes
internal import Files
internal import Foundation
package import Observations

/// What a lake knows of the identities that were erased from it, so that old archives do not bring them back:
/// `lake/forgotten.json`.
///
/// It names nobody: it holds keyed digests, and the key is not in the lake; see ``ForgottenKey``.
package struct ForgottenRecord: Equatable, Sendable {
  package static let name = "forgotten.json"
  /// The version of the file.
  private static let format = 1

  /// The file's form.
  private struct Contents: Codable {
    let format: Int
    /// Tells one key from another, and gives none away.
    let key: String
    let identities: [String]
    let deliveries: [String: Int64]
  }

  /// See ``ForgottenKey/mark``.
  package let keyMark: Digest256
  package var digests: Set<Digest256>
  /// How many genuine deliveries of these identities the archives of the lake hold.
  package var deliveries = ForgottenDeliveries()

  /// A record of nobody yet.
  package init(_ key: ForgottenKey) {
    keyMark = key.mark
    digests = []
  }

  /// The record of the lake in `directory`; `nil` where there is none.
  ///
  /// - Throws: ``FileFailure``, or ``LakeReader/Damaged``.
  package init?(directory: String) throws {
    let path = "\(directory)/\(Self.name)"
    guard FileSystem.exists(path) else { return nil }
    let source = try FileSource(path: path)
    let bytes = try source.read(at: 0, count: source.byteCount)
    let damaged = LakeReader.Damaged(path: path, fault: "it is not a record of what was erased")
    guard let contents = try? JSONDecoder().decode(Contents.self, from: Data(bytes)),
      contents.format == Self.format,
      let mark = Digest256(hexadecimal: Array(contents.key.utf8).span)
    else { throw damaged }
    keyMark = mark
    digests = []
    for text in contents.identities {
      guard let digest = Digest256(hexadecimal: Array(text.utf8).span) else { throw damaged }
      digests.insert(digest)
    }
    for (date, count) in contents.deliveries {
      guard let day = CivilDate(date)?.daysSinceEpoch, count > 0 else { throw damaged }
      deliveries.add(count, day: Int32(day))
    }
  }

  /// The record with deliveries of these identities that were met, and dropped.
  package func adding(_ deliveries: ForgottenDeliveries) -> ForgottenRecord {
    var record = self
    record.deliveries.merge(deliveries)
    return record
  }

  /// The record for a lake that is made anew: nothing is counted yet.
  package var uncounted: ForgottenRecord {
    var record = self
    record.deliveries = ForgottenDeliveries()
    return record
  }

  /// Writes the record into `directory`, durably.
  ///
  /// - Throws: ``FileFailure``.
  package func write(to directory: String) throws {
    var counts: [String: Int64] = [:]
    for (day, count) in deliveries.days {
      var date: [UInt8] = []
      date.append(date: Int(day))
      counts[String(decoding: date, as: UTF8.self)] = count
    }
    let contents = Contents(
      format: Self.format,
      key: keyMark.hexadecimal,
      identities: digests.sorted().map(\.hexadecimal),
      deliveries: counts
    )
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    let sink = try FileSink(path: "\(directory)/\(Self.name)")
    try sink.write([UInt8](try encoder.encode(contents)).span)
    try sink.close()
  }
}

extension LakeReader {
  /// What is known of the identities that were erased; `nil` where none was.
  ///
  /// - Throws: ``FileFailure``, or ``Damaged``.
  package func forgotten() throws -> ForgottenRecord? {
    try ForgottenRecord(directory: root(of: ForgottenRecord.name))
  }
}
