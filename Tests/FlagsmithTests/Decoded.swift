import Bytes
import Flagsmith
import Foundation

/// All that a decoder said of one body, copied out of it.
struct Decoded: Equatable {
  var payload: Payload
  var identity: String
  var flagText: String
  var flagDigest: String
  var segmentText: String
  var segmentDigest: String
  /// Key, type and canonical value of each trait, in the decoder's order.
  var traits: [[String]]

  /// Decodes a body with a decoder of its own.
  init(_ body: String) throws(PayloadError) {
    var decoder = PayloadDecoder()
    try self.init(body, &decoder)
  }

  /// Decodes a body with a decoder that may have decoded others before.
  init(_ body: String, _ decoder: inout PayloadDecoder) throws(PayloadError) {
    try self.init(Array(body.utf8), &decoder)
  }

  init(_ body: [UInt8], _ decoder: inout PayloadDecoder) throws(PayloadError) {
    payload = try decoder.decode(body.span)
    identity = String(decoding: decoder.identity.span)
    flagText = String(decoding: decoder.flagState.canonicalText, as: UTF8.self)
    flagDigest = String(decoding: decoder.flagState.digest.hexadecimalBytes, as: UTF8.self)
    segmentText = String(decoding: decoder.segmentState.canonicalText, as: UTF8.self)
    segmentDigest = String(decoding: decoder.segmentState.digest.hexadecimalBytes, as: UTF8.self)
    let text = decoder.traits.text
    traits = decoder.traits.traits.map { trait in
      [
        String(decoding: text[trait.key], as: UTF8.self),
        String(describing: trait.type.name),
        trait.type == .null ? "null" : String(decoding: text[trait.value], as: UTF8.self),
      ]
    }
  }

  /// The error that a body gives, or `nil`.
  static func error(of body: String) -> PayloadError? {
    do throws(PayloadError) {
      _ = try Decoded(body)
      return nil
    } catch {
      return error
    }
  }
}

/// What Python says of a body; see `Fixtures/make_expected.py`.
struct ExpectedPayload: Decodable {
  var event: String?
  var identity: String?
  var environment: Int64?
  var flags: String?
  var flagsText: String?
  var segments: String?
  var segmentsText: String?
  var traits: [[String?]]?

  enum CodingKeys: String, CodingKey {
    case event
    case identity
    case environment
    case flags
    case flagsText = "flags_text"
    case segments
    case segmentsText = "segments_text"
    case traits
  }

  var payload: Payload? {
    event.map { EventType(rawValue: $0).map(Payload.event) } ?? .snapshot(environment: environment)
  }
}

/// The files beside the tests.
enum Fixtures {
  struct Archive: Decodable {
    var kinds: [String: Int]
    var digest: String
  }

  struct Expected: Decodable {
    var examples: [String: ExpectedPayload]
    var bodies: [String: ExpectedPayload]
    var archives: [String: Archive]
  }

  private struct Example: Decodable {
    var raw: String
    enum CodingKeys: String, CodingKey { case raw = "body_raw" }
  }

  private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "Fixtures")

  static func expected() throws -> Expected {
    try JSONDecoder().decode(
      Expected.self,
      from: Data(contentsOf: folder.appending(path: "expected.json"))
    )
  }

  static func bodies() throws -> [String: String] {
    try JSONDecoder().decode(
      [String: String].self,
      from: Data(contentsOf: folder.appending(path: "bodies.json"))
    )
  }

  /// The bodies of real requests, by the names of their files.
  static func examples() throws -> [String: String] {
    let examples = folder.appending(path: "examples")
    var bodies: [String: String] = [:]
    for name in try FileManager.default.contentsOfDirectory(atPath: examples.path) {
      let data = try Data(contentsOf: examples.appending(path: name))
      bodies[name] = try JSONDecoder().decode(Example.self, from: data).raw
    }
    return bodies
  }
}
