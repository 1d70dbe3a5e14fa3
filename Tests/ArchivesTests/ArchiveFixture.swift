import Archives
import Bytes
import Foundation
import Testing

/// A file that a script in `Fixtures` made, and what the script said is in it.
struct ArchiveFixture: Decodable, CustomTestStringConvertible {
  var name: String
  var error: String?
  var sha256: String
  var bytes: Int
  var inflated: Int
  var lines: Int
  var framing: String

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures")

  static func path(_ name: String) -> String { folder.appending(path: name).path }

  var testDescription: String { name }
  var path: String { Self.path(name) }

  /// The fixtures that a script has listed; none where the list cannot be read.
  static func load(_ list: String) -> [ArchiveFixture] {
    guard let data = try? Data(contentsOf: folder.appending(path: list)) else { return [] }
    return (try? JSONDecoder().decode([ArchiveFixture].self, from: data)) ?? []
  }

  /// Expects that the lines were read that stand before the end or the damage.
  func expect(_ reading: Reading) {
    #expect(reading.error?.kind == error)
    #expect(reading.lines.count == lines)
    var hash = SHA256Stream()
    for line in reading.lines {
      hash.update(Array("\(line.number) \(line.offset) ".utf8).span)
      hash.update(line.bytes.span)
      hash.update([0x0A].span)
    }
    #expect(hash.finalize().hexadecimal == framing)
    if error == nil {
      #expect(reading.inflatedByteCount == inflated)
      #expect(reading.byteCount == bytes)
    }
  }
}
