internal import Bytes

/// How many are in a group at the end of each date, and how many came and went.
struct MemberCounts {
  private let days: Range<Int>
  private var entered: [Int64]
  private var left: [Int64]

  init(days: Range<Int>) {
    self.days = days
    entered = Array(repeating: 0, count: days.count)
    left = entered
  }

  /// Adds the stay of an identity; one that lasts to the end is not left.
  mutating func add(_ stay: Range<Int>) {
    entered[stay.lowerBound - days.lowerBound] += 1
    if stay.upperBound < days.upperBound { left[stay.upperBound - days.lowerBound] += 1 }
  }

  /// The counts of each date from the first on which somebody came.
  var daily: [(day: Int, members: Int64, entered: Int64, left: Int64)] {
    guard let first = entered.firstIndex(where: { $0 > 0 }) else { return [] }
    var members: Int64 = 0
    return (first..<days.count).map { place in
      members += entered[place] - left[place]
      return (days.lowerBound + place, members, entered[place], left[place])
    }
  }
}

/// Members of segments over time: an identity is in those that its last observation says.
struct SegmentFlows {
  private let segments: SegmentStateMembers
  private let days: Range<Int>
  private var counts: [Key: MemberCounts] = [:]

  private struct Key: Hashable {
    let environment: Int64?
    let segment: Int
  }

  init(_ segments: SegmentStateMembers, days: Range<Int>) {
    self.segments = segments
    self.days = days
  }

  /// Takes in an identity.
  ///
  /// - Complexity: O(*n*) in its observations and in the segments that it is in.
  mutating func add(_ history: IdentityHistory) {
    var entered: [Int: Int] = [:]
    var place = 0
    var latest: IdentityHistory.Sighting?
    var state: Int32 = -2
    let sightings = history.sightings
    while place < sightings.count {
      let day = sightings[place].day
      while place < sightings.count, sightings[place].day == day {
        latest = .latest(latest, sightings[place])
        place += 1
      }
      guard let latest, latest.segmentState != state else { continue }
      state = latest.segmentState
      let members = Set(segments.members(state))
      for (segment, start) in entered where !members.contains(segment) {
        add(start..<day, history.environment, segment)
        entered[segment] = nil
      }
      for segment in members where entered[segment] == nil { entered[segment] = day }
    }
    for (segment, start) in entered { add(start..<days.upperBound, history.environment, segment) }
  }

  private mutating func add(_ stay: Range<Int>, _ environment: Int64?, _ segment: Int) {
    counts[Key(environment: environment, segment: segment), default: MemberCounts(days: days)]
      .add(stay)
  }

  /// All rows, by date, environment and segment.
  var rows:
    [(
      day: Int, environment: Int64?, segment: SegmentStateMembers.Segment, members: Int64,
      entered: Int64, left: Int64
    )]
  {
    counts.flatMap { key, counts in
      counts.daily.map { row in
        (
          row.day, key.environment, segments.segments[key.segment], row.members, row.entered,
          row.left
        )
      }
    }.sorted { left, right in
      if left.day != right.day { return left.day < right.day }
      if left.environment != right.environment {
        return left.environment.isOrdered(before: right.environment)
      }
      return left.segment < right.segment
    }
  }
}
