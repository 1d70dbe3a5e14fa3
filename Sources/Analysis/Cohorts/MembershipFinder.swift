/// Finds the dates on which an identity fulfils a condition.
struct MembershipFinder {
  private let condition: Condition
  private let flags: FlagStateViews
  private let traits: [String]
  private let membership: [String: [Bool]]
  private let activeDays: Set<Int>

  /// - Parameters:
  ///   - condition: The condition, in which every name is decided; see ``Condition/resolved(_:)``.
  ///   - flags: What sets of flags say.
  ///   - segments: What sets of segments consist of.
  ///   - traits: The traits of ``IdentityFacts``.
  init(
    _ condition: Condition,
    _ flags: FlagStateViews,
    _ segments: SegmentStateMembers,
    traits: [String]
  ) {
    self.condition = condition
    self.flags = flags
    self.traits = traits
    activeDays = condition.activeDays
    membership = Dictionary(
      condition.segments.map { ($0, segments.membership($0)) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  /// What is known at the end of a date.
  private struct Knowledge {
    var sighting: IdentityHistory.Sighting?
    /// By the places of the traits, with when each held last.
    var traits: [(value: ComparedValue, lastAt: Int64)?]
    var day = 0
  }

  /// The stretches of dates on whose ends the condition holds, in order.
  ///
  /// - Parameters:
  ///   - history: An identity.
  ///   - days: The dates that are looked at.
  /// - Returns: Ranges of dates that neither overlap nor touch.
  /// - Complexity: O(*n* + *m* log *m*) in the facts and in the dates on which something can change.
  func stays(_ history: IdentityHistory, days: Range<Int>) -> [Range<Int>] {
    var changes: Set<Int> = []
    for sighting in history.sightings {
      changes.insert(sighting.day)
      for length in activeDays { changes.insert(sighting.day + length) }
    }
    for fact in history.traits { changes.insert(fact.day) }
    var knowledge = Knowledge(traits: Array(repeating: nil, count: traits.count))
    var stays: [Range<Int>] = []
    var entered: Int?
    var (sighting, trait) = (0, 0)
    for day in changes.sorted() where days.contains(day) {
      while sighting < history.sightings.count, history.sightings[sighting].day <= day {
        knowledge.sighting = .latest(knowledge.sighting, history.sightings[sighting])
        sighting += 1
      }
      while trait < history.traits.count, history.traits[trait].day <= day {
        let fact = history.traits[trait]
        if knowledge.traits[fact.trait].map({ $0.lastAt <= fact.lastAt }) ?? true {
          knowledge.traits[fact.trait] = (
            ComparedValue(type: fact.type, text: fact.text), fact.lastAt
          )
        }
        trait += 1
      }
      knowledge.day = day
      let holds = knowledge.sighting != nil && holds(condition, knowledge)
      if holds, entered == nil { entered = day }
      if !holds, let start = entered {
        stays.append(start..<day)
        entered = nil
      }
    }
    if let entered { stays.append(entered..<days.upperBound) }
    return stays
  }

  private func holds(_ condition: Condition, _ known: Knowledge) -> Bool {
    switch condition {
    case .all(let parts): parts.allSatisfy { holds($0, known) }
    case .any(let parts): parts.contains { holds($0, known) }
    case .not(let part): !holds(part, known)
    case .compare(let subject, let sign, let literal):
      value(subject, known)?.compares(sign, literal) ?? false
    case .isAmong(let subject, let literals):
      value(subject, known).map { value in literals.contains { value.compares(.equal, $0) } }
        ?? false
    case .exists(let subject): value(subject, known).map { $0 != .null } ?? false
    case .segment(let name):
      known.sighting.map { $0.segmentState >= 0 && membership[name]?[Int($0.segmentState)] == true }
        ?? false
    case .enabled(let feature):
      if case .enabled? = known.sighting.map({ flags.view(of: feature, $0.flagState) }) {
        true
      } else {
        false
      }
    case .active(let days): known.sighting.map { $0.day > known.day - days } ?? false
    }
  }

  private func value(_ subject: Condition.Subject, _ known: Knowledge) -> ComparedValue? {
    switch subject {
    case .trait(let name), .named(let name):
      return traits.firstIndex(of: name).flatMap { known.traits[$0]?.value }
    case .feature(let name):
      guard let sighting = known.sighting,
        case .enabled(let value, _) = flags.view(of: name, sighting.flagState)
      else { return nil }
      return value
    }
  }
}
