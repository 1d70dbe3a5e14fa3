import Foundation
import Observations
import TestSupport
import Testing

@Suite("Windows")
struct WindowTests {
  /// A time zone and a UTC time around which its clocks change, or a date of it is short, long or missing.
  struct Place: Sendable, CustomTestStringConvertible {
    var zone: String
    /// Seconds since the epoch.
    var around: Int64
    var testDescription: String { "\(zone) around \(around)" }
  }

  static let places = [
    Place(zone: "UTC", around: 1_774_699_200),
    // 2026-03-29: one hour less; 2026-10-25: one more.
    Place(zone: "Europe/Berlin", around: 1_774_699_200),
    Place(zone: "Europe/Berlin", around: 1_792_800_000),
    Place(zone: "America/New_York", around: 1_772_884_800),
    Place(zone: "Asia/Kathmandu", around: 1_774_699_200),
    // Clocks change by half an hour.
    Place(zone: "Australia/Lord_Howe", around: 1_775_289_600),
    // 2018-11-04 began at 01:00, and 2018-02-17 had 25 hours.
    Place(zone: "America/Sao_Paulo", around: 1_541_246_400),
    Place(zone: "America/Sao_Paulo", around: 1_518_868_800),
    // There was no 2011-12-30.
    Place(zone: "Pacific/Apia", around: 1_325_160_000),
  ]

  @Test("of both kinds are those of a naive model", arguments: places)
  func naive(place: Place) throws {
    for kind in WindowPolicy.Kind.allCases {
      for seed in TestSeed.cases(40) {
        var random = SeededGenerator(seed: seed)
        let size = Int64(random.one(of: [1, 90, 1800, 7200, 100_000])) * 1_000_000
        let calendar = try #require(LocalCalendar(identifier: place.zone))
        var folder = Folder(WindowPolicy(kind: kind, size: size, calendar: calendar))
        let deliveries = [MadeDelivery].random(
          random.number(1...60),
          around: place.around * 1_000_000,
          &random
        )
        let facts = try folder.fold(deliveries)
        let zone = try #require(TimeZone(identifier: place.zone))
        let model = NaiveModel(kind: kind, size: size, zone: zone)
        let truth = try model.observations(deliveries) { try folder.states(of: $0) }
        #expect(try folder.observations(facts) == truth, "\(kind), seed \(seed)")
        #expect(try folder.traits(facts) == model.traits(deliveries), "\(kind), seed \(seed)")
      }
    }
  }

  /// A delivery `seconds` after the epoch.
  static func delivery(_ seconds: Double) -> MadeDelivery {
    MadeDelivery(
      environment: 1,
      identity: "x",
      receivedAt: Int64(seconds * 1_000_000),
      flags: 0,
      segments: 0,
      traits: []
    )
  }

  struct Cut: Sendable, CustomTestStringConvertible {
    var kind: WindowPolicy.Kind
    var times: [Double]
    var starts: [Double]
    var testDescription: String { "\(kind) of \(times)" }
  }

  @Test(
    "of 100 seconds start where the rules say",
    arguments: [
      Cut(kind: .tumbling, times: [0, 99.999999, 100], starts: [0, 100]),
      Cut(kind: .tumbling, times: [-0.000001, -100, -100.000001], starts: [-200, -100]),
      Cut(kind: .session, times: [5, 105, 205, 205], starts: [5]),
      Cut(kind: .session, times: [5, 105.000001], starts: [5, 105.000001]),
      Cut(kind: .session, times: [350, 99, 101, 250], starts: [99, 250]),
      Cut(kind: .session, times: [86_399.999999, 86_400], starts: [86_399.999999, 86_400]),
      Cut(kind: .session, times: [86_400, 86_500, 86_600], starts: [86_400]),
    ]
  )
  func starts(cut: Cut) throws {
    var folder = Folder(WindowPolicy(kind: cut.kind, size: 100_000_000))
    let facts = try folder.fold(cut.times.map(Self.delivery))
    let starts = try folder.observations(facts).map { Double($0.windowStart) / 1_000_000 }
    #expect(starts == cut.starts)
  }

  @Test("a session goes on from the latest delivery, whatever its state")
  func overlap() throws {
    var folder = Folder(WindowPolicy(kind: .session, size: 100_000_000))
    // The state of 0 and 90 seconds began before that of 10 and ends after it.
    var deliveries = [0, 10, 90, 150].map(Self.delivery)
    deliveries[1].flags = 1
    let facts = try folder.fold(deliveries)
    let observations = try folder.observations(facts)
    #expect(observations.map(\.windowStart) == [0, 0])
    #expect(observations.map(\.deliveries).sorted() == [1, 3])
  }

  @Test(
    "dates are those of the zone",
    arguments: [
      ("UTC", 0, 0), ("UTC", -1, -1), ("UTC", 86_399_999_999, 0), ("UTC", 86_400_000_000, 1),
      ("Europe/Berlin", 82_799_999_999, 0), ("Europe/Berlin", 82_800_000_000, 1),
      ("America/New_York", 17_999_999_999, -1), ("America/New_York", 18_000_000_000, 0),
      ("Asia/Kathmandu", 1_774_635_299_999_999, 20_539),
      ("Asia/Kathmandu", 1_774_635_300_000_000, 20_540),
    ] as [(String, Int64, Int32)]
  )
  func days(zone: String, time: Int64, day: Int32) throws {
    #expect(try #require(LocalCalendar(identifier: zone)).day(of: time) == day)
  }

  @Test("a zone that nobody knows is refused", arguments: ["", "Mars/Olympus", "../UTC", "utc+25"])
  func unknownZone(name: String) { #expect(LocalCalendar(identifier: name) == nil) }
}
