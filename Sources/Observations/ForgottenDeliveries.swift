/// How many deliveries of identities that were erased there are, by the dates of their windows: sums alone.
package struct ForgottenDeliveries: Equatable, Sendable {
  /// By dates, in days since 1970-01-01.
  package private(set) var days: [Int32: Int64] = [:]

  /// No deliveries.
  package init() {}

  package var isEmpty: Bool { days.isEmpty }

  /// How many there are on all dates.
  package var total: Int64 { days.values.reduce(0, +) }

  /// Adds deliveries on a date, in days since 1970-01-01.
  package mutating func add(_ deliveries: Int64, day: Int32) {
    days[day, default: 0] += deliveries
  }

  /// Adds all of `other`; associative and commutative.
  package mutating func merge(_ other: Self) {
    for (day, deliveries) in other.days { add(deliveries, day: day) }
  }

  /// Takes out some dates, whose deliveries are counted again.
  package mutating func remove(_ days: Set<Int32>) {
    for day in days { self.days[day] = nil }
  }
}
