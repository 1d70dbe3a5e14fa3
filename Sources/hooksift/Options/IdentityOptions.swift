import ArgumentParser
import Bytes
import Foundation

/// Which identities are erased.
struct IdentityOptions: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "Identities, or their pseudonyms. Others on this machine can see arguments, and shells keep them: see --from.",
      valueName: "identity"
    )
  )
  var identities: [String] = []

  @Option(
    help: ArgumentHelp(
      "A file with an identity a line; - is standard input.",
      valueName: "file"
    )
  )
  var from: String?

  /// An identity, and how it is called where it must not be named.
  struct Given {
    let bytes: [UInt8]
    let name: String
  }

  func validate() throws {
    if identities.isEmpty, from == nil {
      throw ValidationError("no identity given; name one, or a file of them with --from")
    }
    if identities.contains("") { throw ValidationError("an identity is empty") }
  }

  /// The identities, each once.
  ///
  /// - Throws: ``CommandFailure`` where the file cannot be read, or a line of it is none.
  func read() throws -> [Given] {
    // What stands in an argument was seen already; what stands in a file is told by its line.
    var given = identities.map { Given(bytes: Array($0.utf8), name: "'\($0)'") }
    if let from { given += try Self.read(from) }
    var known = ByteInterner()
    return given.filter { identity in
      let count = known.count
      return known.intern(identity.bytes.span) == count
    }
  }

  private static func read(_ path: String) throws -> [Given] {
    let data: Data
    do {
      data =
        path == "-"
        ? try FileHandle.standardInput.readToEnd() ?? Data()
        : try Data(contentsOf: URL(fileURLWithPath: path))
    } catch {
      let reason = (error as NSError).localizedDescription
      throw CommandFailure(.noInput, "--from \(path): cannot be read: \(reason)")
    }
    var bytes = Array(data)[...]
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes = bytes.dropFirst(3) }
    if bytes.last == UInt8(ascii: "\n") { bytes = bytes.dropLast() }
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    return try lines.enumerated().map { place, line in
      let text = Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)
      let name = "\(path == "-" ? "standard input" : path):\(place + 1)"
      guard !text.isEmpty else {
        throw CommandFailure(
          .usage,
          lines.count == 1 ? "--from \(path): no identity in it" : "\(name): the line is empty"
        )
      }
      guard (try? UTF8Span(validating: text.span)) != nil else {
        throw CommandFailure(.usage, "\(name): the line is not UTF-8")
      }
      return Given(bytes: text, name: name)
    }
  }
}
