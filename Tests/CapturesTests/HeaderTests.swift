import Bytes
import Captures
import TestSupport
import Testing

@Suite("The headers of a capture")
struct HeaderTests {
  /// In the fields of a record, `$A` and `$B` stand for two signatures.
  static let signatures = [
    "$A": String(repeating: "0123456789abcdef", count: 4),
    "$B": String(repeating: "fedcba9876543210", count: 4),
  ]

  enum Claim: Equatable {
    case absent
    case signature(String)
    case malformed(SignatureHeader.ParseError)
  }

  static func claim(_ fields: String) throws -> Claim {
    var fields = fields
    for (name, value) in signatures { fields = fields.replacing(name, with: value) }
    let line = "{\"received_at\":1790000000,\"body\":\"x\"\(fields.isEmpty ? "" : ",")\(fields)}"
    switch try Outcome.of(line).get().claim {
    case .absent: return .absent
    case .malformed(let error): return .malformed(error)
    case .signature(let header):
      let digits = header.digest.hexadecimal
      return .signature(signatures.first { $0.value == digits }?.key ?? digits)
    }
  }

  static let shapes: [(fields: String, claim: Claim)] = [
    // object of strings
    (#""headers":{"X-Flagsmith-Signature":"$A"}"#, .signature("$A")),
    (#""headers":{"Host":"x","x-flagsmith-signature":"$A","Accept":"*/*"}"#, .signature("$A")),
    // object of arrays
    (#""headers":{"X-Flagsmith-Signature":["$A"]}"#, .signature("$A")),
    (#""headers":{"Host":["x","y"],"X-Flagsmith-Signature":["$A","$A"]}"#, .signature("$A")),
    // array of pairs
    (#""headers":[["Host","x"],["X-Flagsmith-Signature","$A"]]"#, .signature("$A")),
    (#""headers":[["X-Flagsmith-Signature","$A","more"],[],["x"],[1,2]]"#, .signature("$A")),
    // array of objects
    (
      #""headers":[{"name":"Host","value":"x"},{"name":"X-Flagsmith-Signature","value":"$A"}]"#,
      .signature("$A")
    ),
    (#""headers":[{"key":"X-Flagsmith-Signature","value":"$A"}]"#, .signature("$A")),
    (#""headers":[{"value":"$A","more":[1],"key":"X-Flagsmith-Signature"}]"#, .signature("$A")),
    // flattened at the root
    (#""X-Flagsmith-Signature":"$A""#, .signature("$A")),
    (#""HTTP_X_FLAGSMITH_SIGNATURE":"$A""#, .signature("$A")),
    (#""X-Flagsmith-Signature":"$B","headers":{"X-Flagsmith-Signature":"$A"}"#, .signature("$A")),
    (#""headers":{},"X-Flagsmith-Signature":"$B""#, .absent),
    // escapes
    (#""headers":{"X-Flagsmith-Signatur\u0065":"$A"}"#, .signature("$A")),
    (#""h\u0065aders":{"X-Flagsmith-Signature":"$A"}"#, .signature("$A")),
    // none
    ("", .absent), (#""headers":{}"#, .absent), (#""headers":[]"#, .absent),
    (#""headers":null"#, .absent),
    (#""headers":"X-Flagsmith-Signature: $A""#, .absent), (#""headers":7"#, .absent),
    (#""headers":{"Signature":"$A"}"#, .absent),
    (#""headers":["X-Flagsmith-Signature","$A"]"#, .absent),
    (#""headers":{"X-Flagsmith-Signature":null}"#, .absent),
    (#""headers":{"X-Flagsmith-Signature":[]}"#, .absent),
    (#""headers":{"X-Flagsmith-Signature":[null]}"#, .absent),
    (#""headers":[["X-Flagsmith-Signature"]]"#, .absent),
    (#""headers":[["X-Flagsmith-Signature",null]]"#, .absent),
    (#""headers":[{"name":"X-Flagsmith-Signature"}]"#, .absent),
    (#""headers":{"headers":{"X-Flagsmith-Signature":"$A"}}"#, .absent),
    (#""X-Flagsmith-Signature":null"#, .absent),
    (#""request":{"headers":{"X-Flagsmith-Signature":"$A"}}"#, .absent),
    (#""headers":{"X-Flagsmith-Signature":"$A"},"headers":{}"#, .absent),
    // malformed
    (#""headers":{"X-Flagsmith-Signature":""}"#, .malformed(.digitCount(0))),
    (#""headers":{"X-Flagsmith-Signature":"$A "}"#, .malformed(.digitCount(65))),
    (#""headers":{"X-Flagsmith-Signature":"$A,$A"}"#, .malformed(.digitCount(129))),
    (#""headers":{"X-Flagsmith-Signature":7}"#, .malformed(.notText)),
    (#""headers":{"X-Flagsmith-Signature":true}"#, .malformed(.notText)),
    (#""headers":{"X-Flagsmith-Signature":{"value":"$A"}}"#, .malformed(.notText)),
    (#""headers":{"X-Flagsmith-Signature":[["$A"]]}"#, .malformed(.notText)),
    (#""headers":[["X-Flagsmith-Signature",["$A"]]]"#, .malformed(.notText)),
    // repeated
    (#""headers":{"X-Flagsmith-Signature":"$A","x-flagsmith-signature":"$A"}"#, .signature("$A")),
    (
      #""headers":{"X-Flagsmith-Signature":"$A","x-flagsmith-signature":"$B"}"#,
      .malformed(.repeated)
    ),
    (#""headers":{"X-Flagsmith-Signature":["$A","$B"]}"#, .malformed(.repeated)),
    (#""headers":{"X-Flagsmith-Signature":["$A","$B","$A"]}"#, .malformed(.repeated)),
    (
      #""headers":[["X-Flagsmith-Signature","$A"],["X-Flagsmith-Signature","$B"]]"#,
      .malformed(.repeated)
    ),
    (#""headers":{"X-Flagsmith-Signature":["$A",""]}"#, .malformed(.repeated)),
    (#""headers":{"X-Flagsmith-Signature":[null,"$A"]}"#, .signature("$A")),
    (#""headers":{"X-Flagsmith-Signature":["","$A"]}"#, .malformed(.digitCount(0))),
    (#""X-Flagsmith-Signature":"$A","HTTP_X_FLAGSMITH_SIGNATURE":"$B""#, .malformed(.repeated)),
  ]

  @Test("claim a signature in any of their shapes", arguments: shapes)
  func shape(fields: String, claim: Claim) throws {
    #expect(try Self.claim(fields) == claim)
  }

  static let names: [(name: String, isSignature: Bool)] = [
    ("X-Flagsmith-Signature", true), ("x-flagsmith-signature", true),
    ("X-FLAGSMITH-SIGNATURE", true),
    ("x_flagsmith_signature", true), ("X_Flagsmith-Signature", true),
    ("xX-Flagsmith-Signature", false),
    ("HTTP_X_FLAGSMITH_SIGNATURE", true), ("http-x-flagsmith-signature", true),
    ("Http-X_flagsmith-signature", true), ("http-http-x-flagsmith-signature", false),
    ("httpx-flagsmith-signature", false), ("X-Flagsmith-Signature ", false),
    (" X-Flagsmith-Signature", false),
    ("X-Flagsmith-Signature:", false), ("XFlagsmithSignature", false),
    ("X Flagsmith Signature", false),
    ("X--Flagsmith-Signature", false), ("Flagsmith-Signature", false),
    ("X-Flagsmith-Signatur", false),
    ("X-Flagsmith-Signatures", false), ("\u{3A7}-Flagsmith-Signature", false),
    ("X-Flagsm\u{131}th-Signature", false), ("X-\u{17F}lagsmith-Signature", false), ("", false),
    ("X-Flagsmith-Signature\u{0}", false), ("X.Flagsmith.Signature", false),
    ("8-Flagsmith-Signature", false),
    ("X-FlagsmithMSignature", false), ("X\u{D}Flagsmith\u{D}Signature", false),
  ]

  @Test("are named in any case, with underscores, and with http in front", arguments: names)
  func name(name: String, isSignature: Bool) throws {
    let name = JSONText.string(name)
    let expected = isSignature ? Claim.signature("$A") : .absent
    for fields in [
      "\"headers\":{\(name):\"$A\"}", "\"headers\":{\(name):[\"$A\"]}",
      "\"headers\":[[\(name),\"$A\"]]",
      "\"headers\":[{\"name\":\(name),\"value\":\"$A\"}]", "\(name):\"$A\"",
    ] {
      #expect(try Self.claim(fields) == expected, "\(fields)")
    }
  }
}
