import Archives
import Bytes
import Captures
import Flagsmith
import Foundation
import TestSupport
import Testing

/// Requests that a Flagsmith server sent, against what Python says of them.
@Suite("Real bodies")
struct RealBodyTests {
  @Test("of every kind are what their file names say")
  func kinds() throws {
    let testRequests: [String: EventType] = [
      "01": .flagUpdated, "02": .auditLogCreated, "03": .flagUpdated, "04": .flagUpdated,
      "05": .auditLogCreated, "06": .flagUpdated,
    ]
    let examples = try Fixtures.examples()
    #expect(examples.count == 63)
    for (name, body) in examples {
      let decoded = try Decoded(body)
      let stem = String(name.prefix { $0 != "." }.dropLast(3))
      if stem.hasPrefix("identity") {
        guard case .snapshot = decoded.payload else {
          Issue.record("\(name) is \(decoded.payload)")
          continue
        }
      } else {
        let number = String(name.prefix { $0 != "." }.suffix(2))
        let event = stem == "test-request" ? testRequests[number] : EventType(rawValue: stem)
        #expect(decoded.payload == event.map(Payload.event), "\(name)")
      }
    }
  }

  @Test("and hand-written ones have the identity, states and traits that Python finds")
  func content() throws {
    let expected = try Fixtures.expected()
    let bodies = try Fixtures.bodies()
    #expect(bodies.count == expected.bodies.count && bodies.count >= 18)
    var decoder = PayloadDecoder()
    let all =
      try Fixtures.examples().map { ($0.key, $0.value, expected.examples[$0.key]) }
      + bodies.map { ($0.key, $0.value, expected.bodies[$0.key]) }
    for (name, body, truth) in all {
      let truth = try #require(truth)
      let decoded = try Decoded(body, &decoder)
      #expect(decoded.payload == truth.payload, "\(name)")
      guard truth.event == nil else { continue }
      #expect(decoded.identity == truth.identity, "\(name)")
      #expect(decoded.flagDigest == truth.flags, "\(name)")
      #expect(decoded.segmentDigest == truth.segments, "\(name)")
      if let text = truth.flagsText {
        #expect(Array(decoded.flagText.utf8) == Array(text.utf8), "\(name)")
      }
      if let text = truth.segmentsText {
        #expect(Array(decoded.segmentText.utf8) == Array(text.utf8), "\(name)")
      }
      let traits = truth.traits?.map { $0.map { $0 ?? "null" } }
      #expect(decoded.traits == traits, "\(name)")
    }
  }

  @Test("of the sample archives are as Python reads them, one by one")
  func archives() throws {
    let expected = try Fixtures.expected().archives
    let archives = try PackageFiles.sampleArchives()
    #expect(archives.count == expected.count && archives.count == 15)
    var decoder = PayloadDecoder()
    for path in archives {
      let truth = try #require(expected[URL(filePath: path).lastPathComponent])
      var kinds: [String: Int] = [:]
      var hash = SHA256Stream()
      try Self.forEachBody(of: path) { body in
        let decoded = try Decoded(body, &decoder)
        switch decoded.payload {
        case .event(let type): kinds[type.rawValue, default: 0] += 1
        case .snapshot(let environment):
          kinds["snapshot", default: 0] += 1
          let fields =
            [
              environment.map(String.init) ?? "None", decoded.identity, decoded.flagDigest,
              decoded.segmentDigest,
            ] + decoded.traits.flatMap { $0 }
          hash.update(Array(fields.map { $0 + "\n" }.joined().utf8).span)
        }
      }
      #expect(kinds == truth.kinds, "\(path)")
      #expect(hash.finalize().hexadecimal == truth.digest, "\(path)")
    }
  }

  private static func forEachBody(of path: String, _ use: ([UInt8]) throws -> Void) throws {
    var captures = CaptureDecoder()
    var reader = try ArchiveReader(Archive(path: path))
    while try reader.next() == .line {
      _ = try captures.decode(reader.bytes)
      var body: [UInt8] = []
      body.append(captures.body)
      try use(body)
    }
  }
}
