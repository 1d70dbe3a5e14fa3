import JSON
import TestSupport
import Testing

@Suite("RFC 8259")
struct ConformanceTests {
  @Test("has cases of every verdict")
  func counts() throws {
    let cases = try ConformanceCase.all()
    #expect(cases.count { $0.verdict == .accept } >= 200)
    #expect(cases.count { $0.verdict == .reject } >= 300)
    #expect(cases.count { $0.verdict == .either } >= 20)
  }

  @Test("decides what is skipped and what becomes a tree", arguments: try ConformanceCase.all())
  func conforms(to row: ConformanceCase) {
    let skipped = Reading.skip(row.bytes, options: row.options)
    let rewritten = Reading.rewrite(row.bytes, options: row.options)
    switch row.verdict {
    case .accept:
      #expect(rewritten == .success(row.expected))
      let spaces: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
      let start = row.bytes.firstIndex { !spaces.contains($0) } ?? 0
      let end = (row.bytes.lastIndex { !spaces.contains($0) } ?? 0) + 1
      #expect(skipped == .success(start..<end))
    case .reject:
      #expect(throws: JSONError.self) { try skipped.get() }
      #expect(throws: JSONError.self) { try rewritten.get() }
    case .either:
      switch (skipped, rewritten) {
      case (.success, .success(let text)):
        #expect(text == row.expected)
      case (.failure(let left), .failure(let right)):
        #expect(left == right)
      default: Issue.record("skipping and reading disagree")
      }
    }
  }

  @Test("the offset of an error is inside the bytes or at their end")
  func errorOffsets() throws {
    for row in try ConformanceCase.all() where row.verdict == .reject {
      guard case .failure(let error) = Reading.skip(row.bytes, options: row.options) else {
        continue
      }
      #expect((0...row.bytes.count).contains(error.offset), "\(row.testDescription)")
    }
  }

  /// The first fault and where it is.
  static let faults: [(text: String, error: JSONError)] = [
    ("", JSONError(.unexpectedEnd, at: 0)),
    ("[1,", JSONError(.unexpectedEnd, at: 3)),
    ("[1,]", JSONError(.unexpectedByte(UInt8(ascii: "]")), at: 3)),
    ("{\"a\":1,}", JSONError(.unexpectedByte(UInt8(ascii: "}")), at: 7)),
    ("[1 2]", JSONError(.unexpectedByte(UInt8(ascii: "2")), at: 3)),
    ("{\"a\" 1}", JSONError(.unexpectedByte(UInt8(ascii: "1")), at: 5)),
    ("[] []", JSONError(.trailingBytes, at: 3)),
    ("\"a\nb\"", JSONError(.controlCharacter(0x0A), at: 2)),
    ("\"a\\x\"", JSONError(.invalidEscape, at: 2)),
    ("[-]", JSONError(.invalidNumber, at: 2)),
    ("1.", JSONError(.invalidNumber, at: 2)),
    ("nul", JSONError(.unexpectedEnd, at: 3)),
    ("nulk", JSONError(.unexpectedByte(UInt8(ascii: "n")), at: 0)),
    ("[NaN]", JSONError(.unexpectedByte(UInt8(ascii: "N")), at: 1)),
  ]

  @Test("names the first fault and where it is", arguments: faults)
  func fault(text: String, error: JSONError) {
    #expect(Reading.skip(Array(text.utf8)) == .failure(error))
    #expect(Reading.rewrite(Array(text.utf8)) == .failure(error))
  }

  @Test("invalid UTF-8 is named at its first byte")
  func invalidUTF8() {
    let bytes: [UInt8] = [0x22, 0x61, 0xE2, 0x82, 0x22]
    #expect(Reading.skip(bytes) == .failure(JSONError(.invalidUTF8, at: 2)))
  }

  @Test(
    "depth has a limit, and no brackets overflow the stack",
    arguments: ["[", "{\"a\":", "[{\"a\":"]
  )
  func depth(opening: String) {
    let levels = opening == "[{\"a\":" ? 2 : 1
    let many = Array(String(repeating: opening, count: 100_000).utf8)
    let limit = JSONReader.Options.defaultMaximumDepth
    #expect(limit == 512)
    let offset = opening.utf8.count * (limit / levels)
    #expect(Reading.skip(many) == .failure(JSONError(.tooDeep(limit: limit), at: offset)))
    #expect(Reading.rewrite(many) == .failure(JSONError(.tooDeep(limit: limit), at: offset)))
  }

  @Test("the limit of the depth can be set", arguments: [0, 1, 3, 64, 65, 200])
  func depthLimit(limit: Int) {
    let options = JSONReader.Options(maximumDepth: limit)
    func nested(_ levels: Int) -> [UInt8] {
      Array((String(repeating: "[", count: levels) + String(repeating: "]", count: levels)).utf8)
    }
    if limit > 0 {
      #expect(Reading.skip(nested(limit), options: options) == .success(0..<2 * limit))
    }
    let error = JSONError(.tooDeep(limit: limit), at: limit)
    #expect(Reading.skip(nested(limit + 1), options: options) == .failure(error))
    #expect(Reading.rewrite(nested(limit + 1), options: options) == .failure(error))
  }
}
