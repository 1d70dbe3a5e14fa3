import Bytes
import Captures
import TestSupport
import Testing

@Suite("The time received")
struct ReceivedTimeTests {
  /// A row of a fixture: a text, and the microseconds it means or why it means none.
  struct TimeCase: CustomTestStringConvertible {
    let text: String
    let expected: Result<Int64, ReceivedTime.ParseError>

    var testDescription: String { text.debugDescription }

    static func all(_ name: String) throws -> [TimeCase] {
      try Fixture.rows(name).map { row in
        let expected: Result<Int64, ReceivedTime.ParseError> =
          switch row[1] {
          case "invalid": .failure(.invalid)
          case "out_of_range": .failure(.outOfRange)
          default: .success(try #require(Int64(row[1])))
          }
        return TimeCase(
          text: row[0].replacing("\\n", with: "\n"),
          expected: expected
        )
      }
    }
  }

  static func parse(rfc3339 text: String) -> Result<Int64, ReceivedTime.ParseError> {
    do throws(ReceivedTime.ParseError) {
      return .success(try ReceivedTime(rfc3339: text.utf8.span).microseconds)
    } catch {
      return .failure(error)
    }
  }

  static func parse(unixTime text: String) -> Result<Int64, ReceivedTime.ParseError> {
    do throws(ReceivedTime.ParseError) {
      return .success(try ReceivedTime(unixTime: text.utf8.span).microseconds)
    } catch {
      return .failure(error)
    }
  }

  @Test("is what Python's datetime makes of a text")
  func texts() throws {
    let cases = try TimeCase.all("times.tsv")
    #expect(cases.count == 543)
    for row in cases { #expect(Self.parse(rfc3339: row.text) == row.expected, "\(row.text)") }
  }

  @Test("is what Python's decimal makes of a number")
  func numbers() throws {
    let cases = try TimeCase.all("unix_times.tsv")
    #expect(cases.count == 421)
    for row in cases { #expect(Self.parse(unixTime: row.text) == row.expected, "\(row.text)") }
  }

  @Test("may be in either notation, at any prefix of which it is no time")
  func prefixes() {
    let text = "2026-11-22T13:05:09.123456+01:00"
    for count in 0..<text.count {
      #expect(Self.parse(rfc3339: String(text.prefix(count))) == .failure(.invalid), "\(count)")
    }
    #expect(Self.parse(rfc3339: text) == .success(1_795_349_109_123_456))
  }

  @Test(
    "is from 2000 to before 2100",
    arguments: [
      (946_684_799_999_999, false), (946_684_800_000_000, true), (4_102_444_799_999_999, true),
      (4_102_444_800_000_000, false), (0, false), (.min, false), (.max, false),
    ] as [(Int64, Bool)]
  )
  func range(microseconds: Int64, isInside: Bool) {
    #expect(ReceivedTime.range.contains(microseconds) == isInside)
    #expect(((try? ReceivedTime(microseconds: microseconds)) != nil) == isInside)
  }
}
