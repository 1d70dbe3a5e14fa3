import Captures
import JSON
import TestSupport
import Testing

@Suite("A capture")
struct DecoderTests {
  /// What is wrong with lines, in the order of the checks: each line has all faults from its own on.
  static let checks: [(line: String, reason: RejectionReason)] = [
    ("", .notJSON), ("x", .notJSON), ("{", .notJSON), ("{}x", .notJSON), ("[1,]", .notJSON),
    (#"{"received_at":1,}"#, .notJSON), (#"{"received_at":NaN}"#, .notJSON),
    (#"{"x":NaN,"body":1}"#, .notJSON), (#"{"headers":{"a":Infinity}}"#, .notJSON),
    (#"{"body":"x"} {"body":"x"}"#, .notJSON), ("\u{FEFF}{}", .notJSON),
    (#"{"body":{"a":1,}}"#, .notJSON), (#"{"body":"\x"}"#, .notJSON),
    ("{}", .envelopeUnrecognised), ("null", .envelopeUnrecognised), ("1", .envelopeUnrecognised),
    (#""body""#, .envelopeUnrecognised), ("[]", .envelopeUnrecognised),
    (#"[{"received_at":1790000000,"body":""}]"#, .envelopeUnrecognised),
    (#"{"timestamp":1,"time":2,"created_at":3}"#, .envelopeUnrecognised),
    (
      #"{"Body":"x","Received_At":1,"x":{"body":"","headers":{},"received_at":1}}"#,
      .envelopeUnrecognised
    ),
    (#"{"headers":{}}"#, .timeMissing), (#"{"body":"x"}"#, .timeMissing),
    (#"{"body_base64":"!"}"#, .timeMissing), (#"{"received_at":null}"#, .timeMissing),
    (#"{"received_at":null,"timestamp":null,"time":null,"created_at":null}"#, .timeMissing),
    (#"{"received_at":"x"}"#, .timeInvalid), (#"{"received_at":""}"#, .timeInvalid),
    (#"{"received_at":true}"#, .timeInvalid), (#"{"received_at":{}}"#, .timeInvalid),
    (#"{"received_at":[1790000000]}"#, .timeInvalid),
    (#"{"received_at":"1790000000"}"#, .timeInvalid),
    (#"{"received_at":"x","timestamp":1790000000,"body":""}"#, .timeInvalid),
    (#"{"received_at":false,"timestamp":1790000000,"body":""}"#, .timeInvalid),
    (#"{"received_at":0}"#, .timeOutOfRange), (#"{"received_at":-1790000000}"#, .timeOutOfRange),
    (#"{"received_at":"1999-12-31T23:59:59Z"}"#, .timeOutOfRange),
    (#"{"received_at":4102444800}"#, .timeOutOfRange),
    (#"{"received_at":1790000000}"#, .bodyMissing),
    (#"{"received_at":1790000000,"body":null}"#, .bodyMissing),
    (#"{"received_at":1790000000,"body_base64":null}"#, .bodyMissing),
    (#"{"received_at":1790000000,"body_base64":true}"#, .bodyMissing),
    (#"{"received_at":1790000000,"body":null,"body_base64":true}"#, .bodyMissing),
    (#"{"received_at":1790000000,"body":"x","body":null}"#, .bodyMissing),
    (#"{"received_at":1790000000,"body":"\ud800"}"#, .bodyEncoding),
    (#"{"received_at":1790000000,"body":"a\udc00b"}"#, .bodyEncoding),
    (#"{"received_at":1790000000,"body_base64":"Zg"}"#, .bodyEncoding),
    (#"{"received_at":1790000000,"body_base64":"Zg=*"}"#, .bodyEncoding),
    (#"{"received_at":1790000000,"body_base64":"Zg==\n"}"#, .bodyEncoding),
    (#"{"received_at":1790000000,"body":"Z-_=","body_base64":true}"#, .bodyEncoding),
    (#"{"received_at":1790000000,"body":"Zg==","body_base64":"*"}"#, .bodyEncoding),
  ]

  @Test("fails at the first check it does not pass", arguments: checks)
  func check(line: String, reason: RejectionReason) {
    let outcome = Outcome.of(line)
    #expect(outcome.reason == reason)
    guard case .failure(let rejection) = outcome else { return }
    #expect(!rejection.detail.isEmpty)
    // The time is known from the body's checks on.
    let isTimed = [.bodyMissing, .bodyEncoding].contains(reason)
    #expect(rejection.receivedAt == (isTimed ? 1_790_000_000_000_000 : nil))
  }

  static let times: [(fields: String, microseconds: Int64)] = [
    (#""received_at":1790000000"#, 1_790_000_000_000_000),
    (#""received_at":"2026-09-21T14:13:20Z""#, 1_790_000_000_000_000),
    (#""received_at":"2026-09-21T16:13:20.000001+02:00""#, 1_790_000_000_000_001),
    (#""received_at":"\u0032026-09-21T14:13:20\u005A""#, 1_790_000_000_000_000),
    (#""received_at":1.790000000123456e9"#, 1_790_000_000_123_456),
    (#""received_at":1790000000123"#, 1_790_000_000_123_000),
    (#""received_at":1790000000123456"#, 1_790_000_000_123_456),
    (#""timestamp":1790000001"#, 1_790_000_001_000_000),
    (#""time":1790000001"#, 1_790_000_001_000_000),
    (#""created_at":1790000001"#, 1_790_000_001_000_000),
    (#""created_at":1790000004,"time":1790000003,"timestamp":1790000002"#, 1_790_000_002_000_000),
    (#""created_at":1790000004,"time":1790000003"#, 1_790_000_003_000_000),
    (#""timestamp":1790000002,"received_at":1790000001"#, 1_790_000_001_000_000),
    (#""received_at":null,"created_at":1790000004"#, 1_790_000_004_000_000),
    (#""received_at":null,"timestamp":null,"time":1790000003"#, 1_790_000_003_000_000),
    (#""received_at":1790000001,"received_at":1790000002"#, 1_790_000_002_000_000),
    (#""received_at":"x","received_at":1790000002"#, 1_790_000_002_000_000),
    (#""received\u005fat":1790000001"#, 1_790_000_001_000_000),
    (#""received_at":1790000001,"timestamp":"x""#, 1_790_000_001_000_000),
  ]

  @Test("has a time by one of four names", arguments: times)
  func time(fields: String, microseconds: Int64) throws {
    #expect(try Outcome.of("{\(fields),\"body\":\"\"}").get().receivedAt == microseconds)
  }

  static let bodies: [(fields: String, body: String, isParsed: Bool)] = [
    (#""body":"""#, "", false), (#""body":"abc""#, "abc", false),
    (#""body":"{\"a\":\"\\u00e9\"}""#, #"{"a":"\u00e9"}"#, false),
    (#""body":"é\u00e9\n\ud83d\ude00\u0000""#, "\u{E9}\u{E9}\n\u{1F600}\u{0}", false),
    (#""body_base64":"""#, "", false), (#""body_base64":"Zm9v""#, "foo", false),
    (#""body_base64":"Zm9\u0076""#, "foo", false),
    (#""body_base64":"Zg==","body":"x""#, "f", false),
    (#""body":"x","body_base64":"Zg==""#, "f", false),
    (#""body_base64":"Zg==","body":{"a":1}"#, "f", false),
    (#""body_base64":"Zg==","body":null"#, "f", false),
    (#""body":"Zm9v","body_base64":true"#, "foo", false),
    (#""body_base64":true,"body":"Zm9v""#, "foo", false),
    (#""body":"Zm9v","body_base64":false"#, "Zm9v", false),
    (#""body":"Zm9v","body_base64":null"#, "Zm9v", false),
    (#""body":"Zm9v","body_base64":1"#, "Zm9v", false),
    (#""body":"Zm9v","body_base64":[]"#, "Zm9v", false), (#""body":"x","body":"y""#, "y", false),
    (#""body":{"a": 1}"#, #"{"a": 1}"#, true), (#""body":[ ]"#, "[ ]", true),
    (#""body": 3"#, "3", true),
    (#""body":-1.50e3 "#, "-1.50e3", true), (#""body":true"#, "true", true),
    (#""body" : false "#, "false", true), (#""body":NaN"#, "NaN", true),
    (#""body":{"a":[NaN,-Infinity]}"#, #"{"a":[NaN,-Infinity]}"#, true),
    (#""body":"x","body":{}"#, "{}", true), (#""body":{},"body":"x""#, "x", false),
    (#""body":null,"body":"x""#, "x", false),
    (#""body":{"a":1},"body_base64":true"#, #"{"a":1}"#, true),
    (#""b\u006fdy":"abc""#, "abc", false),
  ]

  @Test("has a body in one of its forms", arguments: bodies)
  func body(fields: String, body: String, isParsed: Bool) throws {
    for line in [
      "{\"received_at\":1790000000,\(fields)}", "{\(fields),\"received_at\":1790000000}",
    ] {
      let outcome = try Outcome.of(line).get()
      #expect(String(decoding: outcome.body, as: UTF8.self) == body)
      #expect(outcome.isParsed == isParsed)
    }
  }

  @Test("of any bytes in base 64 has those bytes")
  func binaryBody() throws {
    let signed = try SignedBody.named("binary body")
    let text = """
      AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0BBQkNERUZHSE\
      lKS0xNTk9QUVJTVFVWV1hZWltcXV5fYGFiY2RlZmdoaWprbG1ub3BxcnN0dXZ3eHl6e3x9fn+AgYKDhIWGh4iJiouMjY6PkJGS\
      k5SVlpeYmZqbnJ2en6ChoqOkpaanqKmqq6ytrq+wsbKztLW2t7i5uru8vb6/wMHCw8TFxsfIycrLzM3Oz9DR0tPU1dbX2Nna29\
      zd3t/g4eLj5OXm5+jp6uvs7e7v8PHy8/T19vf4+fr7/P3+/w==
      """
    let line = "{\"received_at\":1790000000,\"body_base64\":\"\(text)\"}"
    #expect(try Outcome.of(line).get().body == signed.body)
  }

  @Test("leaves nothing for the next one")
  func reuse() throws {
    var decoder = CaptureDecoder()
    let lines = [
      #"{"received_at":1790000000,"body":"a long body of some bytes"}"#,
      #"{"received_at":1790000000,"body":"\ud800"}"#,
      #"{"received_at":1790000000,"body":"b"}"#,
      #"{"received_at":1790000000,"body":{"a":1}}"#,
      "{", #"{"received_at":1790000000,"body":""}"#,
    ]
    for _ in 0..<2 {
      for line in lines {
        #expect(Outcome.of(Array(line.utf8), &decoder) == Outcome.of(line))
      }
    }
  }

  @Test("cut anywhere is not JSON, and changed anywhere is so where the reader says it")
  func damage() throws {
    let signed = try SignedBody.named("plain")
    let line = Array(signed.line(body: #""{\"a\": 1}\u00e9""#, more: #","x":[{"y":null}]"#).utf8)
    for count in line.indices {
      var decoder = CaptureDecoder()
      #expect(Outcome.of(Array(line[..<count]), &decoder).reason == .notJSON, "\(count) bytes")
    }
    var random = SeededGenerator.forCase(0)
    for _ in 0..<2000 {
      var decoder = CaptureDecoder()
      var changed = line
      changed[Int.random(in: 0..<line.count, using: &random)] = random.bytes(1)[0]
      var reader = JSONReader(changed.span)
      var isJSON = true
      do throws(JSONError) {
        try reader.skipValue()
        try reader.finish()
      } catch {
        isJSON = false
      }
      let reason = Outcome.of(changed, &decoder).reason
      #expect((reason != .notJSON) == isJSON, "seed \(random.seed): \(Hex.text(changed))")
    }
  }
}
