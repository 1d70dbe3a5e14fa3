import Bytes
import JSON
import TestSupport
import Testing

@Suite("The pull reader")
struct ReaderTests {
  /// Every step of a walk through `text`.
  static func walk(_ text: String) throws(JSONError) -> [String] {
    let bytes = Array(text.utf8)
    var reader = JSONReader(bytes.span)
    var steps: [String] = []
    try walk(&reader, &steps)
    try reader.finish()
    return steps
  }

  static func walk(_ reader: inout JSONReader, _ steps: inout [String]) throws(JSONError) {
    switch try reader.kind() {
    case .object:
      steps.append("{")
      try reader.beginObject()
      while let key = try reader.nextKey() {
        steps.append("key " + String(decoding: reader.bytes.extracting(key.range)))
        try walk(&reader, &steps)
      }
      steps.append("}")
    case .array:
      steps.append("[")
      try reader.beginArray()
      while try reader.nextElement() { try walk(&reader, &steps) }
      steps.append("]")
    case .string:
      steps.append(
        "string " + String(decoding: reader.bytes.extracting(try reader.readString().range))
      )
    case .number:
      steps.append(
        "number " + String(decoding: reader.bytes.extracting(try reader.readNumber().range))
      )
    case .boolean: steps.append("\(try reader.readBoolean())")
    case .null:
      try reader.readNull()
      steps.append("null")
    }
  }

  @Test("walks values in their order")
  func order() throws {
    let steps = try Self.walk(
      #" {"a": [1, "x", {}], "b": {"c": null}, "a": true, "": [false, []]} "#
    )
    #expect(
      steps == [
        "{", "key a", "[", "number 1", "string x", "{", "}", "]", "key b", "{", "key c", "null",
        "}", "key a", "true", "key ", "[", "false", "[", "]", "]", "}",
      ]
    )
  }

  static let misuses: [(text: String, read: String)] = [
    ("1", "string"), ("\"a\"", "number"), ("null", "boolean"), ("true", "null"), ("[]", "object"),
    ("{}", "array"), ("1", "array"), ("\"\"", "object"), ("[1]", "string"), ("null", "number"),
  ]

  @Test("refuses to read a value as one of another type", arguments: misuses)
  func wrongKind(text: String, read: String) {
    let bytes = Array(text.utf8)
    var reader = JSONReader(bytes.span)
    var code: JSONError.Code?
    do throws(JSONError) {
      switch read {
      case "string": _ = try reader.readString()
      case "number": _ = try reader.readNumber()
      case "boolean": _ = try reader.readBoolean()
      case "null": try reader.readNull()
      case "object": try reader.beginObject()
      default: try reader.beginArray()
      }
    } catch {
      code = error.code
    }
    #expect(code == .unexpectedKind)
  }

  static let tokens: [(text: String, token: String)] = [
    ("null", "null"), ("true", "true"), ("false", "false"),
    (" \"a\\n\"", "string 2..<5, escaped"), ("\"ab\"", "string 1..<3"), ("\"\"", "string 1..<1"),
    ("-1.5", "decimal 0..<4"), (" 7", "integer 1..<2"),
    ("[1, [2]]", "composite 0..<8"), (" {\"a\": {}} ", "composite 1..<10"),
  ]

  @Test("says of a value what it is and where it stands", arguments: tokens)
  func token(text: String, token: String) throws {
    let bytes = Array(text.utf8)
    var reader = JSONReader(bytes.span)
    let read = try reader.readToken()
    try reader.finish()
    let found =
      switch read {
      case .null: "null"
      case .boolean(let value): "\(value)"
      case .string(let string): "string \(string.range)" + (string.hasEscapes ? ", escaped" : "")
      case .number(let number): "\(number.notation) \(number.range)"
      case .composite(let range): "composite \(range)"
      }
    #expect(found == token)
  }

  @Test(
    "compares a key by its text, escaped or not",
    arguments: [
      (#""body""#, true), (#""b\u006fdy""#, true), (#""\u0062\u006F\u0064\u0079""#, true),
      (#""Body""#, false), (#""bod""#, false), (#""body ""#, false), (#""body\u0000""#, false),
      (#""bod\ud800""#, false), (#""""#, false),
    ]
  )
  func equals(text: String, expected: Bool) throws {
    let bytes = Array(text.utf8)
    var reader = JSONReader(bytes.span)
    let key = try reader.readString()
    let isEqual = reader.equals(key, "body")
    #expect(isEqual == expected)
  }

  @Test("skips a value inside a container and goes on behind it", arguments: [63, 64, 65, 130])
  func skipInside(levels: Int) throws {
    let deep = String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
    let text = "{\"a\":\(deep),\"b\":[\(deep),7],\"c\":1}"
    let bytes = Array(text.utf8)
    var reader = JSONReader(bytes.span)
    var keys: [String] = []
    try reader.beginObject()
    while let key = try reader.nextKey() {
      keys.append(String(decoding: reader.bytes.extracting(key.range)))
      try reader.skipValue()
    }
    try reader.finish()
    #expect(keys == ["a", "b", "c"])
  }

  @Test("takes NaN only where it is allowed to, also from one value to the next")
  func optionsBetweenValues() throws {
    let bytes = Array("[NaN,NaN]".utf8)
    var reader = JSONReader(bytes.span)
    reader.options.allowsNonFiniteNumbers = true
    try reader.beginArray()
    var count = 0
    var error: JSONError?
    do throws(JSONError) {
      while try reader.nextElement() {
        try reader.skipValue()
        count += 1
        reader.options.allowsNonFiniteNumbers = false
      }
    } catch let caught {
      error = caught
    }
    #expect(count == 1)
    #expect(error == JSONError(.unexpectedByte(UInt8(ascii: "N")), at: 5))
  }

  @Test(
    "errors are told in words",
    arguments: [
      (JSONError(.unexpectedByte(UInt8(ascii: "]")), at: 3), "unexpected ']' at byte 3"),
      (JSONError(.unexpectedByte(0x07), at: 0), "unexpected byte 0x07 at byte 0"),
      (JSONError(.tooDeep(limit: 512), at: 9), "more than 512 levels deep at byte 9"),
    ]
  )
  func words(error: JSONError, text: String) {
    #expect(error.description == text)
  }
}
