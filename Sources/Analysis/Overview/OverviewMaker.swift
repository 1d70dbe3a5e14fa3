internal import Bytes
internal import Files
package import Lake
internal import Tables

/// Makes the overview of a workspace from what is published in it, or is about to be.
///
/// The large tables, exposures and members of cohorts, are not read; of the others memory holds what is shown and little more.
package struct OverviewMaker {
  /// The files of a part, by their paths in it.
  package typealias Files = [String: String]

  private let lake: LakeReader
  private let tables: OverviewTables
  private let experiments: Files
  private let cohorts: [CohortPlan]
  private let plans: [String]

  /// - Parameters:
  ///   - lake: The lake.
  ///   - summaries: The files of the summaries.
  ///   - experiments: The files of the reports of experiments.
  ///   - cohorts: The cohorts of the configuration.
  ///   - plans: The names of its experiments.
  package init(
    _ lake: LakeReader,
    summaries: Files,
    experiments: Files,
    cohorts: [CohortPlan] = [],
    plans: [String] = []
  ) {
    self.lake = lake
    tables = OverviewTables(files: summaries)
    self.experiments = experiments
    self.cohorts = cohorts
    self.plans = plans
  }

  /// The overview.
  ///
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  /// - Complexity: O(*n*) in the rows of the summaries that are read and in the files of the lake.
  package func overview() throws -> Overview {
    var overview = Overview()
    overview.lake = try lakeFacts()
    overview.experiments = try reports()
    overview.retention.isConfigured = self.cohorts.contains { $0.kind.isRetention }
    overview.cohorts.isConfigured = self.cohorts.contains { !$0.kind.isRetention }
    overview.hasSummaries = !tables.isEmpty
    guard overview.hasSummaries else { return overview }
    overview.tables = try tables.entries()
    let days = overview.lake.days
    let span = days.first.flatMap { first in days.last.map { first...$0 } }
    overview.quality = try QualityOverview(tables).quality(within: span)
    let features = try FeatureOverview(tables).features()
    let members = MembersOverview(tables)
    let (cohorts, segments) = (try members.cohorts(), try members.segments())
    let overlaps = try members.overlaps()
    let retentions = try RetentionOverview(tables, self.cohorts).retentions()
    overview.lake.identities = retentions.identities
    overview.retention.isPresent = !retentions.tables.isEmpty
    overview.cohorts.isPresent = !cohorts.isEmpty
    let known = Set(features.keys).union(segments.keys).union(cohorts.keys)
      .union(retentions.tables.keys)
    let sorted = known.sorted { $0.isOrdered(before: $1) }
    overview.environments = sorted.prefix(OverviewLimits.environments).map { id in
      var environment = Overview.Environment(id: id)
      environment.features = features[id]?.features ?? []
      environment.otherFeatures = features[id]?.others ?? 0
      environment.retentions = retentions.tables[id] ?? []
      environment.cohorts = cohorts[id] ?? []
      environment.overlaps = overlaps[id] ?? []
      let all = segments[id] ?? []
      environment.segments = Array(all.prefix(OverviewLimits.segments))
      environment.otherSegments = all.count - environment.segments.count
      return environment
    }
    overview.otherEnvironments = sorted.count - overview.environments.count
    return overview
  }

  private func lakeFacts() throws -> Overview.LakeFacts {
    let status = try LakeStatus(lake)
    var facts = Overview.LakeFacts()
    let partitions = try lake.files(.observations)
    facts.days = partitions.compactMap(\.day)
    facts.lastReceivedAt = status.received?.last
    facts.observations =
      status.tables.first { $0.name == LakeTable.observations.rawValue }?.rows ?? 0
    facts.deliveries = Int(status.identityDeliveries - status.forgottenDeliveries)
    facts.archives = status.archives
    // Rows are sorted by environment and identity.
    var last: (environment: Int64?, identity: ByteText)?
    try partitions.last?.forEachBatch(columns: [0, 1]) { batch in
      let identities = batch.columns[1].texts
      for row in 0..<batch.rowCount {
        let environment = batch.columns[0].integer(row)
        if let last, last.environment == environment,
          identities[row].equalBytes(last.identity.bytes.span)
        {
          continue
        }
        last = (environment, ByteText(identities[row]))
        facts.lastDayIdentities += 1
      }
    }
    return facts
  }

  /// The experiments of the configuration, then others that were reported.
  private func reports() throws -> [Overview.Experiment] {
    let suffix = "/report.json"
    let reported = experiments.keys.filter { $0.hasSuffix(suffix) }
      .map { String($0.dropLast(suffix.count)) }
      .filter { !$0.contains("/") }
    let known = Set(plans)
    return try (plans + reported.filter { !known.contains($0) }.sorted()).map { name in
      var experiment = Overview.Experiment(name: name)
      experiment.isConfigured = known.contains(name)
      guard let path = experiments[name + suffix] else { return experiment }
      do {
        experiment.report = try JSONFile.read(ExperimentReport.self, path)
      } catch is DecodingError {
        experiment.isDamaged = true
      }
      // What only the page of the experiment shows would fill the memory.
      experiment.report?.series = []
      experiment.report?.exposures = []
      return experiment
    }
  }
}

extension CohortPlan.Kind {
  fileprivate var isRetention: Bool { if case .retention = self { true } else { false } }
}
