internal import Bytes
internal import Runs

/// What is known of one identity, as far as an experiment asks.
package struct UnitHistory: FactHistory {
  /// An observation.
  package struct Sighting: Sendable {
    /// The date of its partition.
    package let day: Int
    /// The place in ``FeatureStates/views``; `nil` where the feature was not among the flags.
    package let view: Int?
    /// See ``SegmentMembership``.
    package let segments: UInt64
    package let firstAt: Int64
    package let lastAt: Int64

    package init(day: Int, view: Int?, segments: UInt64, firstAt: Int64, lastAt: Int64) {
      self.day = day
      self.view = view
      self.segments = segments
      self.firstAt = firstAt
      self.lastAt = lastAt
    }
  }

  /// A value of a metric's source, at a time or over one.
  package struct Point: Sendable, Equatable {
    package let firstAt: Int64
    package let lastAt: Int64
    package let value: Double?
    package let isTruthy: Bool

    package init(firstAt: Int64, lastAt: Int64, value: Double?, isTruthy: Bool) {
      self.firstAt = firstAt
      self.lastAt = lastAt
      self.value = value
      self.isTruthy = isTruthy
    }
  }

  /// A trait's value, as a text.
  package struct TraitText: Sendable {
    package let trait: Int
    package let firstAt: Int64
    package let lastAt: Int64
    package let text: String?

    package init(trait: Int, firstAt: Int64, lastAt: Int64, text: String?) {
      self.trait = trait
      self.firstAt = firstAt
      self.lastAt = lastAt
      self.text = text
    }
  }

  private(set) var identity: [UInt8] = []
  private(set) var sightings: [Sighting] = []
  /// By the places of the traits.
  private(set) var traits: [[Point]]
  private(set) var traitTexts: [TraitText] = []
  /// By the places of the event sources.
  private(set) var events: [[Point]]

  /// - Parameters:
  ///   - identity: Whose history it is.
  ///   - sightings: In the order of their dates.
  ///   - traits: By the places of the traits.
  ///   - traitTexts: The same as texts.
  ///   - events: By the places of the event sources.
  package init(
    _ identity: [UInt8],
    sightings: [Sighting],
    traits: [[Point]],
    traitTexts: [TraitText],
    events: [[Point]]
  ) {
    self.identity = identity
    self.sightings = sightings
    self.traits = traits
    self.traitTexts = traitTexts
    self.events = events
  }

  /// - Parameters:
  ///   - traitCount: How many traits facts may be of.
  ///   - eventSourceCount: How many sources events may be of.
  init(traitCount: Int, eventSourceCount: Int) {
    traits = Array(repeating: [], count: traitCount)
    events = Array(repeating: [], count: eventSourceCount)
  }

  /// Forgets all, and begins with an identity.
  mutating func begin(_ environment: Int64?, _ identity: [UInt8]) {
    self.identity = identity
    sightings.removeAll(keepingCapacity: true)
    traitTexts.removeAll(keepingCapacity: true)
    for place in traits.indices { traits[place].removeAll(keepingCapacity: true) }
    for place in events.indices { events[place].removeAll(keepingCapacity: true) }
  }

  /// Adds a fact of ``UnitFacts``.
  ///
  /// - Throws: ``DamagedRun``.
  mutating func add(_ kind: UInt8, day: Int, _ value: Span<UInt8>) throws {
    var cursor = SortableCursor(value)
    guard let kind = UnitFacts.Kind(rawValue: kind) else { throw DamagedRun() }
    switch kind {
    case .observation:
      let view = Int(cursor.int32())
      let segments = UInt64(bitPattern: cursor.int64())
      sightings.append(
        Sighting(
          day: day,
          view: view < 0 ? nil : view,
          segments: segments,
          firstAt: cursor.int64(),
          lastAt: cursor.int64()
        )
      )
    case .trait:
      let trait = Int(cursor.int32())
      guard traits.indices.contains(trait) else { throw DamagedRun() }
      let (firstAt, lastAt) = (cursor.int64(), cursor.int64())
      let number = cursor.optionalDouble()
      let isTruthy = cursor.byte() != 0
      let hasText = cursor.byte() != 0
      traits[trait].append(
        Point(firstAt: firstAt, lastAt: lastAt, value: number, isTruthy: isTruthy)
      )
      traitTexts.append(
        TraitText(
          trait: trait,
          firstAt: firstAt,
          lastAt: lastAt,
          text: hasText ? String(decoding: value.extracting(31...)) : nil
        )
      )
    case .event:
      let source = Int(cursor.int32())
      guard events.indices.contains(source) else { throw DamagedRun() }
      let time = cursor.int64()
      let number = cursor.optionalDouble()
      events[source].append(
        Point(firstAt: time, lastAt: time, value: number, isTruthy: true)
      )
    }
  }

  /// The points of the membership in a segment.
  func points(ofSegment bit: Int) -> [Point] {
    sightings.map { sighting in
      let isMember = sighting.segments >> UInt64(bit) & 1 == 1
      return Point(
        firstAt: sighting.firstAt,
        lastAt: sighting.lastAt,
        value: isMember ? 1 : 0,
        isTruthy: isMember
      )
    }
  }
}
