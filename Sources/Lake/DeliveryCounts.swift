package import Captures

/// Where a line ended.
package enum Outcome: Hashable, Sendable {
  case accepted(Verdict)
  case rejected(RejectionReason)

  /// All outcomes, in the order of their places.
  static let all =
    Verdict.allCases.map(Outcome.accepted) + RejectionReason.allCases.map(Outcome.rejected)

  /// The word in the tables.
  package var name: String {
    switch self {
    case .accepted(let verdict): verdict.rawValue
    case .rejected(let reason): reason.rawValue
    }
  }

  /// The outcome that a word in the tables stands for.
  init?(name: String) {
    guard let outcome = Self.all.first(where: { $0.name == name }) else { return nil }
    self = outcome
  }

  var place: Int {
    switch self {
    case .accepted(let verdict): verdict.place
    case .rejected(let reason): Verdict.allCases.count + reason.place
    }
  }
}

/// How many lines had which outcome on which date: sums alone, so that any order gives the same.
package struct DeliveryCounts: Hashable, Sendable {
  /// By date, in days since 1970-01-01 where there is one, and within it by the place of the outcome.
  private var days: [Int32?: [Int64]] = [:]
  /// The date that was counted last, and what is not in ``days`` of it yet.
  private var day: Int32?
  private var recent: [Int64] = Self.none

  private static let none = [Int64](repeating: 0, count: Outcome.all.count)

  package init() {}

  /// Counts one line.
  package mutating func add(_ outcome: Outcome, day: Int32?) {
    if day != self.day { settle(nextDay: day) }
    recent[outcome.place] += 1
  }

  /// Counts several lines.
  mutating func add(_ outcome: Outcome, day: Int32?, lines: Int64) {
    days[day, default: Self.none][outcome.place] += lines
  }

  /// Adds all of `other`; associative and commutative.
  package mutating func merge(_ other: DeliveryCounts) {
    for (day, counts) in other.days { add(counts, to: day) }
    if other.recent != Self.none { add(other.recent, to: other.day) }
  }

  /// Takes away all of `other`.
  mutating func subtract(_ other: DeliveryCounts) {
    for (day, outcome, lines) in other.sorted { add(outcome, day: day, lines: -lines) }
  }

  /// The counts of some dates, in days since 1970-01-01, alone.
  package func on(_ days: Set<Int32>) -> DeliveryCounts {
    var counts = DeliveryCounts()
    for (day, outcome, lines) in sorted where day.map(days.contains) == true {
      counts.add(outcome, day: day, lines: lines)
    }
    return counts
  }

  /// The dates that there are lines of.
  package var dates: Set<Int32> { Set(sorted.compactMap(\.day)) }

  /// All counts but zeros, by date, null first, and by the outcome's name.
  package var sorted: [(day: Int32?, outcome: Outcome, lines: Int64)] {
    var copy = self
    copy.settle(nextDay: nil)
    let rows = copy.days.flatMap { day, counts in
      Outcome.all.map { (day: day, outcome: $0, lines: counts[$0.place]) }.filter { $0.lines > 0 }
    }
    return rows.sorted { left, right in
      let days = (Int64(left.day ?? 0), Int64(right.day ?? 0))
      if left.day == nil || right.day == nil, left.day != right.day { return left.day == nil }
      return days.0 != days.1 ? days.0 < days.1 : left.outcome.name < right.outcome.name
    }
  }

  /// How many lines had which outcome, in the order of the outcomes' places.
  var totals: [Int64] {
    days.values.reduce(into: recent) { totals, counts in
      for place in counts.indices { totals[place] += counts[place] }
    }
  }

  package static func == (left: Self, right: Self) -> Bool {
    left.sorted.elementsEqual(right.sorted) { $0 == $1 }
  }

  package func hash(into hasher: inout Hasher) { hasher.combine(totals) }

  private mutating func settle(nextDay: Int32?) {
    if recent != Self.none { add(recent, to: day) }
    recent = Self.none
    day = nextDay
  }

  private mutating func add(_ counts: [Int64], to day: Int32?) {
    for place in counts.indices { days[day, default: Self.none][place] += counts[place] }
  }
}

extension Verdict {
  fileprivate var place: Int {
    switch self {
    case .verified: 0
    case .reconstructed: 1
    case .unsignedAccepted: 2
    }
  }
}

extension RejectionReason {
  fileprivate var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
