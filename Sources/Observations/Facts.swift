package import Bytes

/// What tells one observation from another.
package struct ObservationKey: FactKey {
  package let environment: Int64?
  package let identity: ByteInterner.ID
  package let cell: WindowCell
  package let flagState: StateBook.ID
  package let segmentState: StateBook.ID

  package init(
    environment: Int64?,
    identity: ByteInterner.ID,
    cell: WindowCell,
    flagState: StateBook.ID,
    segmentState: StateBook.ID
  ) {
    self.environment = environment
    self.identity = identity
    self.cell = cell
    self.flagState = flagState
    self.segmentState = segmentState
  }

  package var foldHash: UInt64 {
    var hash = FoldHash()
    hash.mix(UInt64(truncatingIfNeeded: cell.start) ^ UInt64(truncatingIfNeeded: cell.day) << 52)
    hash.mix(UInt64(UInt32(bitPattern: identity)) << 32 | UInt64(UInt32(bitPattern: flagState)))
    hash.mix(
      UInt64(UInt32(bitPattern: segmentState)) << 32
        ^ UInt64(truncatingIfNeeded: environment ?? -1)
    )
    return hash.value
  }
}

/// What tells one trait value of an identity on a date from another.
package struct TraitValueKey: FactKey {
  package let environment: Int64?
  package let identity: ByteInterner.ID
  package let day: Int32
  package let trait: ByteInterner.ID

  package init(
    environment: Int64?,
    identity: ByteInterner.ID,
    day: Int32,
    trait: ByteInterner.ID
  ) {
    self.environment = environment
    self.identity = identity
    self.day = day
    self.trait = trait
  }

  package var foldHash: UInt64 {
    var hash = FoldHash()
    hash.mix(UInt64(UInt32(bitPattern: identity)) << 32 | UInt64(UInt32(bitPattern: trait)))
    hash.mix(
      UInt64(truncatingIfNeeded: environment ?? -1) ^ UInt64(UInt32(bitPattern: day)) << 32
    )
    return hash.value
  }
}

/// From the earliest to the latest of some times, in microseconds since the epoch.
package struct Interval: FactMeasures {
  package private(set) var first: Int64
  package private(set) var last: Int64

  package init(first: Int64, last: Int64) {
    self.first = first
    self.last = last
  }

  /// Takes in the times of `other`; associative, commutative and idempotent.
  package mutating func merge(_ other: Interval) {
    first = min(first, other.first)
    last = max(last, other.last)
  }
}

/// How often, and from when to when, a state was delivered in a window.
package struct ObservationMeasures: FactMeasures {
  package private(set) var interval: Interval
  package private(set) var deliveries: Int64

  package init(interval: Interval, deliveries: Int64) {
    self.interval = interval
    self.deliveries = deliveries
  }

  /// Adds the deliveries of `other`; associative and commutative.
  package mutating func merge(_ other: ObservationMeasures) {
    interval.merge(other.interval)
    deliveries += other.deliveries
  }
}

/// What a number of deliveries say, repeats folded: a commutative monoid under ``merge(_:)``.
///
/// Minima, maxima and sums alone, so that any order and any split of the deliveries gives the same facts.
package struct Facts: Equatable, Sendable {
  package private(set) var observations = FoldTable<ObservationKey, ObservationMeasures>()
  package private(set) var traitValues = FoldTable<TraitValueKey, Interval>()
  /// How many deliveries there were of which nothing is kept.
  package private(set) var forgotten = ForgottenDeliveries()

  /// The dates, in days since 1970-01-01, of which facts are wanted; all where it is `nil`.
  package var wantedDays: Set<Int32>?

  /// No deliveries.
  package init() {}

  package var isEmpty: Bool { observations.count == 0 && forgotten.isEmpty }

  /// The dates that there are facts of, in days since 1970-01-01.
  ///
  /// - Complexity: O(*n*) in the observations.
  var days: Set<Int32> {
    var days: Set<Int32> = []
    var last: Int32?
    for entry in observations.entries where entry.key.cell.day != last {
      last = entry.key.cell.day
      days.insert(entry.key.cell.day)
    }
    return days
  }

  /// The memory in use, in bytes.
  package var byteCount: Int { observations.byteCount + traitValues.byteCount }

  /// Adds one observation, or part of one.
  package mutating func add(_ key: ObservationKey, _ measures: ObservationMeasures) {
    observations.add(key, measures)
  }

  /// Adds the times at which an identity had a trait value.
  package mutating func add(_ key: TraitValueKey, _ interval: Interval) {
    traitValues.add(key, interval)
  }

  /// Counts a delivery of which nothing is kept.
  mutating func addForgotten(day: Int32) { forgotten.add(1, day: day) }

  /// Adds all of `other`.
  ///
  /// - Precondition: Both use the names of one ``FactNames``.
  /// - Complexity: O(*n*) in the facts of the smaller one.
  package mutating func merge(_ other: consuming Facts) {
    observations.merge(other.observations)
    forgotten.merge(other.forgotten)
    traitValues.merge(other.traitValues)
  }
}
