internal import Analysis

extension CohortPlan.Retention.Period: SettingValue {}

extension ConfigurationFile {
  mutating func readCohorts(_ reader: inout MappingReader) throws(ConfigurationFault) {
    var plans: [CohortPlan] = []
    let place = try reader.mappings("cohorts") { (reader, place) throws(ConfigurationFault) in
      guard plans.count < CohortReader.greatestCount else {
        throw reader.fault(at: place, "is one too many; there may be \(CohortReader.greatestCount)")
      }
      let (plan, namePlace) = try CohortReader.plan(&reader, place)
      guard !plans.contains(where: { $0.name == plan.name }) else {
        throw reader.fault("name", at: namePlace, "\(plan.name) is given twice")
      }
      if case .retention = plan.kind, let same = plans.first(where: { $0.kind == plan.kind }) {
        throw reader.fault(at: place, "is the same as \(same.name)")
      }
      plans.append(plan)
    }
    cohorts = place.map { Located(plans, at: $0) }
    segmentFlows = try reader.value("segment_flows")
  }
}

/// Reads a cohort of the configuration.
enum CohortReader {
  static let greatestCount = 100

  /// The plan that a mapping at `place` writes, and where its name is.
  ///
  /// - Throws: ``ConfigurationFault`` with the first fault found.
  static func plan(
    _ reader: inout MappingReader,
    _ place: Place
  ) throws(ConfigurationFault) -> (CohortPlan, Place) {
    let name = try reader.value("name", LabelText.self)
    let condition = try reader.text(
      "where",
      "a condition, like 'plan = \"pro\" and segment \"beta\"'"
    )
    let start = try start(&reader)
    let period = try reader.value("period", CohortPlan.Retention.Period.self)
    let breakdown = try breakdown(&reader)
    // A key that is misspelt is the reason why it is missing.
    try reader.finish()
    guard let name else { throw reader.fault("name", at: place, "is missing") }
    let kind: CohortPlan.Kind
    if let condition {
      for (key, other) in [
        ("start", start?.place), ("period", period?.place), ("breakdown", breakdown?.place),
      ] {
        guard let other else { continue }
        throw reader.fault(
          key,
          at: other,
          "is given besides where; a cohort is by a condition, or by when identities come first"
        )
      }
      do throws(Condition.Fault) {
        kind = .members(try Condition(parsing: condition.value))
      } catch {
        throw reader.fault("where", at: condition.place, "\(error)")
      }
    } else {
      guard let start else {
        throw reader.fault(
          at: place,
          "needs where, a condition, or start: first_seen or {exposure: FEATURE}"
        )
      }
      guard let period else {
        throw reader.fault("period", at: place, "is missing; it is day, week or month")
      }
      kind = .retention(
        CohortPlan.Retention(
          start: start.value,
          period: period.value,
          breakdown: breakdown?.value
        )
      )
    }
    return (CohortPlan(name: name.value.settingText, kind: kind), name.place)
  }

  /// The word for the first observation of any kind.
  private enum StartWord: String, CaseIterable, SettingValue {
    case firstSeen = "first_seen"
  }

  private static func start(
    _ reader: inout MappingReader
  ) throws(ConfigurationFault) -> Located<CohortPlan.Retention.Start>? {
    guard reader.isMapping("start") else {
      return try reader.value("start", StartWord.self).map { Located(.firstSeen, at: $0.place) }
    }
    var found: Located<CohortPlan.Retention.Start>?
    try reader.mapping("start") { (reader, place) throws(ConfigurationFault) in
      let feature = try reader.text("exposure", "the name of a feature")
      try reader.finish()
      guard let feature else { throw reader.fault("exposure", at: place, "is missing") }
      found = Located(.firstExposure(feature: feature.value), at: place)
    }
    return found
  }

  private static func breakdown(
    _ reader: inout MappingReader
  ) throws(ConfigurationFault) -> Located<CohortPlan.Retention.Breakdown>? {
    var found: Located<CohortPlan.Retention.Breakdown>?
    try reader.mapping("breakdown") { (reader, place) throws(ConfigurationFault) in
      let feature = try reader.text("feature", "the name of a feature")
      let segment = try reader.text("segment", "the name of a segment")
      let trait = try reader.text("trait", "the key of a trait")
      try reader.finish()
      let given: [CohortPlan.Retention.Breakdown] = [
        feature.map { .feature($0.value) }, segment.map { .segment($0.value) },
        trait.map { .trait($0.value) },
      ].compactMap(\.self)
      guard given.count == 1 else {
        throw reader.fault(at: place, "needs one of feature, segment and trait")
      }
      found = Located(given[0], at: place)
    }
    return found
  }
}
