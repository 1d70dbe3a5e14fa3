internal import Analysis

extension ConfigurationFile {
  mutating func readExperiments(
    _ reader: inout MappingReader
  ) throws(ConfigurationFault) {
    var declared: [DeclaredExperiment] = []
    let directory = directory
    let place = try reader.mappings("experiments") { (reader, place) throws(ConfigurationFault) in
      guard declared.count < ExperimentLimits.experiments else {
        throw reader.fault(
          at: place,
          "is one too many; there may be \(ExperimentLimits.experiments)"
        )
      }
      let places = reader.places()
      let plan = try ExperimentReader(directory: directory).plan(&reader, place)
      let earlier = declared.first { $0.plan.name.lowercased() == plan.name.lowercased() }
      if let earlier {
        let line = earlier.place(of: "name")?.line ?? earlier.place.line
        let what =
          earlier.plan.name == plan.name
          ? "is given twice" : "differs from \(earlier.plan.name) in capital letters alone"
        throw reader.fault(
          "name",
          at: places["name"] ?? place,
          "\(plan.name) \(what), first in line \(line)"
        )
      }
      declared.append(
        DeclaredExperiment(plan: plan, key: reader.key, place: place, places: places)
      )
    }
    experiments = place.map { Located(declared, at: $0) }
  }
}

/// Reads an experiment of the configuration.
struct ExperimentReader {
  /// What relative paths are relative to.
  let directory: String

  /// The plan that a mapping at `place` writes.
  ///
  /// - Throws: ``ConfigurationFault`` with the first fault found.
  func plan(
    _ reader: inout MappingReader,
    _ place: Place
  ) throws(ConfigurationFault) -> ExperimentPlan {
    let name = try reader.value("name", ExperimentName.self)
    let feature = try reader.text("feature", "the name of a feature")
    let environment = try reader.integer("environment")
    let start = try reader.value("start", DateText.self)
    let end = try reader.value("end", DateText.self)
    let exposure = try reader.value("exposed_when", ExperimentPlan.Exposure.self)
    var variants = try VariantReader.read(&reader)
    let control = try reader.text("control", "the name of a variant")
    var settings = ExperimentPlan(name: "", feature: "", start: 0, end: 0)
    try readStatistics(&reader, into: &settings)
    settings.metrics = try metrics(&reader)
    settings.slices = try slices(&reader)
    // A key that is misspelt is the reason why it is missing.
    try reader.finish()
    guard let name else { throw reader.fault("name", at: place, "is missing") }
    guard let feature else { throw reader.fault("feature", at: place, "is missing") }
    guard let start else { throw reader.fault("start", at: place, "is missing") }
    guard let end else { throw reader.fault("end", at: place, "is missing") }
    guard start.value.days < end.value.days else {
      throw reader.fault(
        "end",
        at: end.place,
        "must be after start; it is the date before which it ends"
      )
    }
    try variants?.complete(control, reader)
    settings.name = name.value.settingText
    settings.feature = feature.value
    settings.environment = environment
    settings.start = start.value.days
    settings.end = end.value.days
    settings.exposure = exposure?.value ?? settings.exposure
    settings.variants = variants?.variants ?? []
    settings.control = control?.value
    try checkSegments(settings, reader, place)
    return settings
  }

  private func readStatistics(
    _ reader: inout MappingReader,
    into plan: inout ExperimentPlan
  ) throws(ConfigurationFault) {
    let alpha = try reader.number("alpha", "a number above 0 and below 0.5") { $0 > 0 && $0 < 0.5 }
    plan.alpha = alpha?.value ?? plan.alpha
    let correction = try reader.value("correction", ExperimentPlan.Correction.self)
    plan.correction = correction?.value ?? plan.correction
    let tuning = try reader.number("sequential_tuning", "a number above 0") { $0 > 0 }
    plan.sequentialTuning = tuning?.value ?? plan.sequentialTuning
    try reader.mapping("prior") { (reader, _) throws(ConfigurationFault) in
      let mean = try reader.number("mean", "a number") { _ in true }
      let deviation = try reader.number("deviation", "a number above 0") { $0 > 0 }
      plan.prior.mean = mean?.value ?? plan.prior.mean
      plan.prior.deviation = deviation?.value ?? plan.prior.deviation
    }
    try reader.mapping("power") { (reader, _) throws(ConfigurationFault) in
      let target = try reader.number("target", "a number above 0 and below 1") { $0 > 0 && $0 < 1 }
      let effect = try reader.number("effect", "a number above 0") { $0 > 0 }
      plan.targetPower = target?.value ?? plan.targetPower
      plan.targetEffect = effect?.value ?? plan.targetEffect
    }
  }

  private func metrics(
    _ reader: inout MappingReader
  ) throws(ConfigurationFault) -> [ExperimentPlan.Metric] {
    var metrics: [ExperimentPlan.Metric] = []
    try reader.mappings("metrics") { (reader, place) throws(ConfigurationFault) in
      guard metrics.count < ExperimentLimits.metrics else {
        throw reader.fault(at: place, "is one too many; there may be \(ExperimentLimits.metrics)")
      }
      let (metric, namePlace) = try MetricReader(directory: directory).metric(&reader, place)
      guard !metrics.contains(where: { $0.name == metric.name }) else {
        throw reader.fault("name", at: namePlace, "\(metric.name) is given twice")
      }
      metrics.append(metric)
    }
    return metrics
  }

  private func slices(
    _ reader: inout MappingReader
  ) throws(ConfigurationFault) -> [ExperimentPlan.Slice] {
    var slices: [ExperimentPlan.Slice] = []
    try reader.mappings("slices") { (reader, place) throws(ConfigurationFault) in
      guard slices.count < ExperimentLimits.slices else {
        throw reader.fault(at: place, "is one too many; there may be \(ExperimentLimits.slices)")
      }
      let segment = try reader.text("segment", "the name of a segment")
      let trait = try reader.text("trait", "the key of a trait")
      try reader.finish()
      let slice: ExperimentPlan.Slice
      switch (segment, trait) {
      case (let segment?, nil): slice = .segment(segment.value)
      case (nil, let trait?): slice = .trait(trait.value)
      case (nil, nil): throw reader.fault(at: place, "needs segment or trait")
      case (_?, let trait?):
        throw reader.fault("trait", at: trait.place, "is given besides segment; give one")
      }
      guard !slices.contains(slice) else { throw reader.fault(at: place, "is given twice") }
      slices.append(slice)
    }
    return slices
  }

  private func checkSegments(
    _ plan: ExperimentPlan,
    _ reader: MappingReader,
    _ place: Place
  ) throws(ConfigurationFault) {
    guard plan.segments.count <= ExperimentLimits.segments else {
      throw reader.fault(
        at: place,
        "names \(plan.segments.count) segments; there may be \(ExperimentLimits.segments)"
      )
    }
  }
}

extension ExperimentPlan {
  /// The segments that it names, each once.
  fileprivate var segments: Set<String> {
    var names: Set<String> = []
    for metric in metrics {
      for source in [metric.source, metric.denominator?.source] {
        if case .segment(let name)? = source { names.insert(name) }
      }
    }
    for slice in slices { if case .segment(let name) = slice { names.insert(name) } }
    return names
  }
}
