package import Foundation

/// Files that stand in the folder `Fixtures` beside a test's source.
package enum Fixture {
  /// The folder of the fixtures of the test at `path`.
  package static func folder(of path: String = #filePath) -> URL {
    URL(filePath: path).deletingLastPathComponent().appending(path: "Fixtures")
  }

  /// The root of the package, where `path` is that of a test's source.
  package static func packageRoot(of path: String = #filePath) -> URL {
    URL(filePath: path).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
  }

  /// The bytes of the fixture called `name`.
  package static func bytes(_ name: String, of path: String = #filePath) throws -> [UInt8] {
    Array(try Data(contentsOf: folder(of: path).appending(path: name)))
  }

  /// The lines of the fixture called `name`, each split at its tabs.
  package static func rows(_ name: String, of path: String = #filePath) throws -> [[String]] {
    let bytes = try bytes(name, of: path)
    return bytes.split(separator: UInt8(ascii: "\n")).map { line in
      line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
        .map { String(decoding: $0, as: UTF8.self) }
    }
  }
}
