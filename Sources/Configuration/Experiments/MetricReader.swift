internal import Analysis

/// Reads a metric of an experiment.
struct MetricReader {
  /// 14 days.
  static let standardCovariate = PeriodLength(microseconds: 14 * 86_400_000_000)
  /// What can be made of the membership in a segment.
  private static let segmentAggregations: [ExperimentPlan.Aggregation] = [
    .occurrence, .count, .mean, .last,
  ]

  /// What relative paths are relative to.
  let directory: String

  /// The metric that a mapping at `place` writes, and where its name is.
  ///
  /// - Throws: ``ConfigurationFault`` with the first fault found.
  func metric(
    _ reader: inout MappingReader,
    _ place: Place
  ) throws(ConfigurationFault) -> (ExperimentPlan.Metric, Place) {
    let name = try reader.value("name", LabelText.self)
    let source = try source(&reader)
    let aggregation = try reader.value("aggregation", ExperimentPlan.Aggregation.self)
    let denominator = try denominator(&reader)
    let role = try reader.value("role", ExperimentPlan.Metric.Role.self)
    let direction = try reader.value("direction", ExperimentPlan.Metric.Direction.self)
    let margin = try reader.number("margin", "a number, 0 or more") { $0 >= 0 }
    let window = try reader.value("conversion_window", PeriodLength.self)
    let cap = try reader.number("winsorize", "a number from 0.5 to 1") { (0.5...1).contains($0) }
    let covariate = try covariate(&reader)
    // A key that is misspelt is the reason why it is missing.
    try reader.finish()
    guard let name else { throw reader.fault("name", at: place, "is missing") }
    guard let source else { throw reader.fault("source", at: place, "is missing") }
    guard let aggregation else { throw reader.fault("aggregation", at: place, "is missing") }
    try check(aggregation, of: source.value, reader)
    var metric = ExperimentPlan.Metric(
      name: name.value.settingText,
      source: source.value,
      aggregation: aggregation.value
    )
    metric.role = role?.value ?? metric.role
    metric.direction = direction?.value ?? metric.direction
    if aggregation.value == .ratio, denominator == nil {
      throw reader.fault("denominator", at: place, "is missing; a ratio needs one")
    }
    if aggregation.value != .ratio, let denominator {
      throw reader.fault("denominator", at: denominator.place, "is for the aggregation ratio alone")
    }
    if let margin, metric.role != .guardrail {
      throw reader.fault("margin", at: margin.place, "is for the role guardrail alone")
    }
    if aggregation.value == .occurrence, let cap {
      throw reader.fault("winsorize", at: cap.place, "is not for occurrence, which is 0 or 1")
    }
    metric.denominator = denominator?.value
    metric.margin = margin?.value ?? metric.margin
    metric.conversionWindow = window?.value.microseconds
    metric.winsorization = cap?.value
    metric.covariateLookback = covariate?.microseconds
    return (metric, name.place)
  }

  private func covariate(
    _ reader: inout MappingReader
  ) throws(ConfigurationFault) -> PeriodLength? {
    if reader.isBoolean("covariate") {
      let isOn = try reader.value("covariate", Bool.self)?.value ?? false
      return isOn ? Self.standardCovariate : nil
    }
    return try reader.value("covariate", CovariateLength.self)?.value.length
  }

  private func denominator(
    _ reader: inout MappingReader
  ) throws(ConfigurationFault) -> Located<ExperimentPlan.Denominator>? {
    var found: Located<ExperimentPlan.Denominator>?
    try reader.mapping("denominator") { (reader, place) throws(ConfigurationFault) in
      let source = try source(&reader)
      let aggregation = try reader.value("aggregation", ExperimentPlan.Aggregation.self)
      try reader.finish()
      guard let source else { throw reader.fault("source", at: place, "is missing") }
      guard let aggregation else { throw reader.fault("aggregation", at: place, "is missing") }
      guard aggregation.value != .ratio else {
        throw reader.fault("aggregation", at: aggregation.place, "must not be ratio itself")
      }
      try check(aggregation, of: source.value, reader)
      found = Located(
        ExperimentPlan.Denominator(source: source.value, aggregation: aggregation.value),
        at: place
      )
    }
    return found
  }

  private func check(
    _ aggregation: Located<ExperimentPlan.Aggregation>,
    of source: ExperimentPlan.MetricSource,
    _ reader: MappingReader
  ) throws(ConfigurationFault) {
    guard case .segment = source, !Self.segmentAggregations.contains(aggregation.value) else {
      return
    }
    let allowed = Self.segmentAggregations.map(\.rawValue).joined(separator: ", ")
    throw reader.fault(
      "aggregation",
      at: aggregation.place,
      "\(aggregation.value.rawValue) is not for a segment; allowed are \(allowed)"
    )
  }

  // MARK: - Sources

  private func source(
    _ reader: inout MappingReader
  ) throws(ConfigurationFault) -> Located<ExperimentPlan.MetricSource>? {
    var found: Located<ExperimentPlan.MetricSource>?
    try reader.mapping("source") { (reader, place) throws(ConfigurationFault) in
      found = Located(try source(in: &reader, place), at: place)
    }
    return found
  }

  private func source(
    in reader: inout MappingReader,
    _ place: Place
  ) throws(ConfigurationFault) -> ExperimentPlan.MetricSource {
    let events = try reader.text("events", "the path of a file or a directory, or a pattern with *")
    let trait = try reader.text("trait", "the key of a trait")
    let segment = try reader.text("segment", "the name of a segment")
    let event = try reader.text("event", "the name of an event")
    let format = try reader.value("format", ExperimentPlan.EventSource.Format.self)
    var columns = ExperimentPlan.EventSource.Columns()
    var columnsPlace: Place?
    try reader.mapping("columns") { (reader, place) throws(ConfigurationFault) in
      columnsPlace = place
      let form = "the name of a column"
      columns.identity = try reader.text("identity", form)?.value ?? columns.identity
      columns.time = try reader.text("time", form)?.value ?? columns.time
      columns.event = try reader.text("event", form)?.value ?? columns.event
      columns.value = try reader.text("value", form)?.value ?? columns.value
    }
    try reader.finish()
    let given = [("events", events), ("trait", trait), ("segment", segment)].compactMap { entry in
      entry.1.map { (name: entry.0, text: $0) }
    }
    guard let first = given.first else {
      throw reader.fault(at: place, "needs events, trait or segment")
    }
    if given.count > 1 {
      let second = given[1]
      throw reader.fault(
        second.name,
        at: second.text.place,
        "is given besides \(first.name); give one"
      )
    }
    if events == nil {
      let extras = [
        ("event", event?.place), ("format", format?.place), ("columns", columnsPlace),
      ]
      for case (let name, let place?) in extras {
        throw reader.fault(name, at: place, "is for events alone")
      }
    }
    switch first.name {
    case "trait": return .trait(first.text.value)
    case "segment": return .segment(first.text.value)
    default:
      let path = first.text.value
      var source = ExperimentPlan.EventSource(
        path: path.hasPrefix("/") ? path : "\(directory)/\(path)",
        event: event?.value
      )
      source.format = format?.value
      source.columns = columns
      return .events(source)
    }
  }
}

/// For how long before the exposure a covariate is measured.
private struct CovariateLength: SettingValue {
  static let form = "true, false, or \(PeriodLength.form)"

  let length: PeriodLength
  var settingText: String { length.settingText }

  init?(setting text: String) {
    guard let length = PeriodLength(setting: text) else { return nil }
    self.length = length
  }
}
