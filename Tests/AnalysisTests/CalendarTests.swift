import Analysis
import Foundation
import Observations
import TestSupport
import Testing

@Suite("The dates of an experiment")
struct CalendarTests {
  private static let second: Int64 = 1_000_000

  @Test(
    "begin when the clocks say so",
    arguments: [
      // Seconds since the epoch, by Python's zoneinfo.
      ("UTC", 20_751, 1_792_886_400), ("Europe/Berlin", 20_751, 1_792_879_200),
      ("Europe/Berlin", 20_752, 1_792_969_200), ("Europe/Berlin", 20_541, 1_774_738_800),
      ("Europe/Berlin", 20_542, 1_774_821_600), ("Asia/Kathmandu", 20_751, 1_792_865_700),
      ("America/Sao_Paulo", 17_839, 1_541_300_400), ("Pacific/Auckland", 20_751, 1_792_839_600),
    ] as [(String, Int, Int64)]
  )
  func begin(zone: String, day: Int, seconds: Int64) throws {
    let calendar = try #require(LocalCalendar(identifier: zone))
    #expect(calendar.start(of: day) == seconds * Self.second)
  }

  @Test(
    "are those that Foundation has, at every edge",
    arguments: ["UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Tehran"]
  )
  func edges(zone: String) throws {
    let local = try #require(LocalCalendar(identifier: zone))
    var foundation = Calendar(identifier: .gregorian)
    foundation.timeZone = try #require(TimeZone(identifier: zone))
    // All of 2026, with both changes of the clocks.
    let calendar = ExperimentCalendar(20_454..<20_819) { local.start(of: $0) }
    let new = DateComponents(year: 2026, month: 1, day: 1)
    var start = try #require(foundation.date(from: new))
    for place in 0..<365 {
      let next = try #require(foundation.date(byAdding: .day, value: 1, to: start))
      let first = Int64(start.timeIntervalSince1970) * Self.second
      let end = Int64(foundation.startOfDay(for: next).timeIntervalSince1970) * Self.second
      #expect(calendar.day(of: first) == place)
      #expect(calendar.day(of: end - 1) == place)
      #expect(calendar.day(of: end) == (place == 364 ? nil : place + 1))
      if place == 364 { #expect(calendar.end == end) }
      start = foundation.startOfDay(for: next)
    }
    #expect(calendar.day(of: .min) == 0)
    #expect(calendar.day(of: .max) == nil)
  }

  @Test("may be none")
  func none() {
    let calendar = ExperimentCalendar(5..<5) { Int64($0) }
    #expect(calendar.day(of: 0) == nil)
    #expect(calendar.end == .min)
  }
}
