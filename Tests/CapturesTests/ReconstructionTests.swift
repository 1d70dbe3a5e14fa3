import Archives
import Bytes
import Captures
import Foundation
import TestSupport
import Testing

@Suite("A body that was parsed")
struct ReconstructionTests {
  /// The body as a capture tool holds it, and how it was signed.
  static let parsedBodies: [(name: String, value: String)] = [
    ("plain", #"{"a":1}"#),
    ("plain", " { \"a\" :\t1 } "),
    ("plain", #"{"a":0,"\u0061":1}"#),
    ("as stored", #"{"b":[1,2.5,null],"a":{"é":"😀","z":true}}"#),
    ("as stored", #"{"a":{"z":true,"\u00e9":"\ud83d\ude00"},"b":[1,2.50,null]}"#),
    ("not finite", #"{"b":[Infinity,-Infinity],"a":NaN}"#),
    ("lone surrogate", #"{"a":"\uD83D"}"#),
    ("large numbers", #"{"a":1e+21,"b":1e-7,"c":12345678901234567890,"d":1e16}"#),
    (
      "large numbers", #"{"d":10000000000000000.0,"b":0.0000001,"a":1E21,"c":12345678901234567890}"#
    ),
    ("scalar", "3"),
    ("boolean", "true"),
    (
      "floats",
      """
      {"traits":[{"trait_value":1,"trait_key":"a"},{"trait_key":"b","trait_value":2},\
      {"trait_key":"c","trait_value":3},{"trait_key":"d","trait_value":0.5}],\
      "flags":[{"id":0,"percentage_allocation":30,"value":7},{"id":1,"percentage_allocation":30,"value":7}]}
      """
    ),
  ]

  @Test("is written again as it was signed", arguments: parsedBodies)
  func reconstructed(name: String, value: String) throws {
    let signed = try SignedBody.named(name)
    var verifier = VerifierTests.verifier("other", "first", environment: 4)
    let result = try Verification.of(signed.line(body: value), &verifier).get()
    #expect(result.verdict == .reconstructed)
    #expect(result.environment == 4)
    #expect(result.body == signed.body)
    #expect(result.tries >= 1)
  }

  @Test(
    "that was not sorted, or is another, is a mismatch",
    arguments: [
      ("unsorted", #"{"b":1,"a":2}"#), ("plain", #"{"a":2}"#), ("plain", #"{"a":1.0}"#),
      ("plain", #"{"a":"1"}"#), ("plain", #"{"a":1,"b":1}"#), ("plain", "[]"), ("scalar", "4"),
      ("boolean", "false"),
    ]
  )
  func mismatch(name: String, value: String) throws {
    let signed = try SignedBody.named(name)
    var verifier = VerifierTests.verifier("first", required: false)
    #expect(Verification.of(signed.line(body: value), &verifier).reason == .signatureMismatch)
  }

  @Test("of many whole-number traits is given up after a bounded number of tries")
  func bounded() throws {
    let signed = try SignedBody.named("plain")
    let traits = (0..<40).map { "{\"trait_value\":\($0)}" }.joined(separator: ",")
    var verifier = VerifierTests.verifier("first")
    let result = Verification.of(signed.line(body: "[\(traits)]"), &verifier)
    guard case .failure(let rejection) = result else {
      Issue.record("accepted")
      return
    }
    #expect(rejection.reason == .signatureMismatch)
    // As stored, and 4,096 combinations.
    #expect(rejection.detail.contains("4097"))
  }

  @Test(
    "is written as stored where it goes on unsigned",
    arguments: [
      (#"{"b":1.0,"a":[true,null]}"#, #"{"a": [true, null], "b": 1.0}"#), ("7", "7"),
      (#"{"a":"é"}"#, #"{"a": "\u00e9"}"#),
    ]
  )
  func unsigned(value: String, text: String) throws {
    var verifier = VerifierTests.verifier("first", required: false)
    let line = "{\"received_at\":1790000000,\"body\":\(value)}"
    let result = try Verification.of(line, &verifier).get()
    #expect(result.verdict == .unsignedAccepted)
    #expect(String(decoding: result.body, as: UTF8.self) == text)
  }

  // MARK: - Real captures

  static let sampleFolder = Fixture.packageRoot().appending(path: "samples")

  /// What became of every line of `samples/parsed-body/NAME.jsonl.gz`.
  static func read(_ name: String) throws -> [Result<Verification, Rejection>] {
    struct SampleSecret: Decodable {
      let name: String
      let secret: String
    }
    let data = try Data(contentsOf: sampleFolder.appending(path: "secrets.json"))
    let secrets = try JSONDecoder().decode([SampleSecret].self, from: data)
    #expect(secrets.count == 6)
    var verifier = Verifier(
      Keyring(secrets.map { Secret(name: $0.name, key: Array($0.secret.utf8)) })
    )
    let file = sampleFolder.appending(path: "parsed-body").appending(path: "\(name).jsonl.gz")
    var reader = try ArchiveReader(Archive(path: file.path(percentEncoded: false)))
    var decoder = CaptureDecoder()
    var results: [Result<Verification, Rejection>] = []
    while try reader.next() == .line {
      var line: [UInt8] = []
      line.append(reader.bytes)
      results.append(Verification.of(line, &decoder, &verifier))
    }
    return results
  }

  @Test("by JavaScript or Python is found again in real captures")
  func samples() throws {
    let files = try ["js-json", "python-json"].map(Self.read)
    for results in files {
      #expect(results.count == 900)
      let accepted = results.compactMap { try? $0.get() }
      #expect(accepted.count == 444)
      #expect(accepted.allSatisfy { $0.verdict == .reconstructed })
      #expect(results.count { $0.reason == .unsigned } == 455)
      #expect(results.count { $0.reason == .signatureMismatch } == 1)
    }
    // Both tools captured the same requests, so what is found must be the same bytes.
    for (left, right) in zip(files[0], files[1]) {
      #expect(left.reason == right.reason)
      #expect((try? left.get().body) == (try? right.get().body))
    }
  }
}
