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
  /// By the places of the event sources; by time.
  private(set) var events: [[Point]]
  /// By the numbers in facts, the places of views.
  private let views: [Int?]

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
    views = []
  }

  /// - Parameters:
  ///   - views: By the numbers in facts, the places of views.
  ///   - traitCount: How many traits facts may be of.
  ///   - eventSourceCount: How many sources events may be of.
  init(views: [Int?], traitCount: Int, eventSourceCount: Int) {
    self.views = views
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

  /// Adds facts of ``UnitFacts``, which may be of several dates and files in any order.
  ///
  /// - Throws: ``DamagedRun``.
  mutating func add(_ facts: Span<UInt8>) throws {
    var cursor = CompactCursor(facts)
    var (lastDay, isByDay): (Int, Bool) = (.min, true)
    while !cursor.isAtEnd {
      switch UnitFacts.Kind(rawValue: try cursor.byte()) {
      case .observation:
        let sighting = try self.sighting(&cursor)
        isByDay = isByDay && lastDay <= sighting.day
        lastDay = sighting.day
        sightings.append(sighting)
      case .trait: try addTrait(&cursor)
      case .event:
        let source = Int(truncatingIfNeeded: try cursor.varint())
        guard events.indices.contains(source) else { throw DamagedRun() }
        let time = try cursor.zigzag()
        let value = try cursor.optionalDouble()
        events[source].append(Point(firstAt: time, lastAt: time, value: value, isTruthy: true))
      case nil: throw DamagedRun()
      }
    }
    // Those of one date are of one partition, and keep its order; how files follow one another says nothing.
    if !isByDay { sightings.sort { $0.day < $1.day } }
    for place in traits.indices { traits[place].sort(by: Point.isEarlier) }
    traitTexts.sort(by: TraitText.isEarlier)
    for place in events.indices { events[place].sort(by: Point.isEarlier) }
  }

  private func sighting(_ cursor: inout CompactCursor) throws -> Sighting {
    let day = try cursor.zigzag()
    let number = try cursor.varint()
    guard number <= views.count else { throw DamagedRun() }
    let segments = try cursor.varint()
    let times = try cursor.times(since: day)
    return Sighting(
      day: Int(day),
      view: number == 0 ? nil : views[Int(number) - 1],
      segments: segments,
      firstAt: times.firstAt,
      lastAt: times.lastAt
    )
  }

  private mutating func addTrait(_ cursor: inout CompactCursor) throws {
    let day = try cursor.zigzag()
    let trait = Int(truncatingIfNeeded: try cursor.varint())
    guard traits.indices.contains(trait) else { throw DamagedRun() }
    let times = try cursor.times(since: day)
    let number = try cursor.optionalDouble()
    let isTruthy = try cursor.byte() != 0
    let text = try cursor.byte() == 0 ? nil : try cursor.text()
    traits[trait].append(
      Point(firstAt: times.firstAt, lastAt: times.lastAt, value: number, isTruthy: isTruthy)
    )
    traitTexts.append(
      TraitText(trait: trait, firstAt: times.firstAt, lastAt: times.lastAt, text: text)
    )
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

extension UnitHistory.Point {
  /// Whether it comes first: by times, and then by value, so that the order of two never depends on where they were read.
  fileprivate static func isEarlier(_ left: UnitHistory.Point, _ right: UnitHistory.Point) -> Bool {
    if left.firstAt != right.firstAt { return left.firstAt < right.firstAt }
    if left.lastAt != right.lastAt { return left.lastAt < right.lastAt }
    if left.value != right.value { return left.value.isOrdered(before: right.value) }
    return !left.isTruthy && right.isTruthy
  }
}

extension UnitHistory.TraitText {
  /// The same of texts.
  fileprivate static func isEarlier(
    _ left: UnitHistory.TraitText,
    _ right: UnitHistory.TraitText
  ) -> Bool {
    if left.firstAt != right.firstAt { return left.firstAt < right.firstAt }
    if left.lastAt != right.lastAt { return left.lastAt < right.lastAt }
    if left.trait != right.trait { return left.trait < right.trait }
    return left.text.map { ByteText($0) } < right.text.map { ByteText($0) }
  }
}
