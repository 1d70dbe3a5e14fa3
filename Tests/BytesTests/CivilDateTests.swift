import Bytes
import TestSupport
import Testing

@Suite("Dates and times")
struct CivilDateTests {
  @Test("are Python's for every day of a Gregorian cycle")
  func cycle() throws {
    let years = try Fixture.rows("years.tsv")
    #expect(years.count == 400)
    for row in years {
      let first = try #require(Int(row[0]))
      let count = try #require(Int(row[1]))
      var text: [UInt8] = []
      for day in first..<first + count {
        text.append(date: day)
        text.append(UInt8(ascii: "\n"))
      }
      #expect(Digest256(hashing: text.span).hexadecimal == row[2], "the year from day \(first)")
    }
  }

  @Test("are Python's from year 1 to 9999, both ways")
  func dates() throws {
    let rows = try Fixture.rows("dates.tsv")
    #expect(rows.count == 1500)
    for row in rows {
      let days = try #require(Int(row[0]))
      let date = try #require(CivilDate(row[1]), "\(row[1])")
      var text: [UInt8] = []
      text.append(date: days)
      #expect(String(decoding: text, as: UTF8.self) == row[1])
      #expect(date == CivilDate(daysSinceEpoch: days))
      #expect(date.daysSinceEpoch == days)
      #expect(CivilDate(year: date.year, month: date.month, day: date.day) == date)
    }
  }

  @Test("come back for every day of 20 centuries")
  func roundTrip() {
    for days in stride(from: -400_000, to: 400_000, by: 7) {
      #expect(CivilDate(daysSinceEpoch: days).daysSinceEpoch == days)
    }
  }

  @Test(
    "that the calendar does not have are none",
    arguments: [
      (2023, 2, 29), (2024, 2, 30), (1900, 2, 29), (2100, 2, 29), (2024, 4, 31), (2024, 6, 31),
      (2024, 9, 31), (2024, 11, 31), (2024, 1, 32), (2024, 0, 1), (2024, 13, 1), (2024, 1, 0),
      (2024, 1, -1), (2024, -1, 1),
    ]
  )
  func missing(year: Int, month: Int, day: Int) {
    #expect(CivilDate(year: year, month: month, day: day) == nil)
  }

  @Test(
    "are written YYYY-MM-DD and no other way",
    arguments: [
      "", "2024", "2024-01", "2024-1-01", "2024-01-1", "24-01-01", "02024-01-01", "2024-01-01-",
      "2024-01-01 ", " 2024-01-01", "2024/01/01", "20240101", "2024-02-30", "2024-00-10",
      "+024-01-01", "2024-01-0x", "2024\u{2010}01\u{2010}01", "\u{FF12}024-01-01", "-024-01-01",
    ]
  )
  func malformed(text: String) {
    #expect(CivilDate(text) == nil)
  }

  @Test(
    "have a leap day every fourth year, but not every hundredth",
    arguments: [
      (2024, true), (2023, false), (2000, true), (1900, false), (2100, false), (1600, true),
    ]
  )
  func leapDay(year: Int, isLeap: Bool) {
    #expect((CivilDate(year: year, month: 2, day: 29) != nil) == isLeap)
  }

  @Test("with a time of day are Python's")
  func times() throws {
    let rows = try Fixture.rows("times.tsv")
    #expect(rows.count == 500)
    for row in rows {
      let microseconds = try #require(Int64(row[0]))
      var text: [UInt8] = []
      text.append(timestamp: microseconds)
      #expect(String(decoding: text, as: UTF8.self) == row[1])
    }
  }

  @Test(
    "count from the epoch down as well",
    arguments: [
      (0, 10, 0, 0), (9, 10, 0, 9), (10, 10, 1, 0), (-1, 10, -1, 9), (-10, 10, -1, 0),
      (-11, 10, -2, 9), (7, 1, 7, 0), (-7, 1, -7, 0),
    ]
  )
  func flooredDivision(value: Int, divisor: Int, quotient: Int, remainder: Int) {
    let result = value.flooredDivision(by: divisor)
    #expect(result.quotient == quotient)
    #expect(result.remainder == remainder)
  }
}
