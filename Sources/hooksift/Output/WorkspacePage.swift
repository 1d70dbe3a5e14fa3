import Analysis
import Configuration
import Files
import Lake
import Parquet
import Reports

/// The page of a workspace, `index.html`.
struct WorkspacePage {
  private let cohorts: [CohortPlan]
  private let experiments: [String]

  init(_ sources: SettingSources) {
    cohorts = sources.file?.cohorts?.value ?? []
    experiments = (sources.file?.experiments?.value ?? []).map(\.plan.name)
  }

  /// Stages the page of what is about to be published, unless it is there already.
  ///
  /// - Parameters:
  ///   - workspace: The workspace, locked.
  ///   - lake: The lake as it will be.
  ///   - changes: What is to be published.
  /// - Returns: What is to be published besides.
  /// - Throws: What ``OverviewMaker/overview()`` throws.
  func stage(
    _ workspace: Workspace,
    _ lake: LakeReader,
    after changes: [Workspace.Change]
  ) throws -> [Workspace.Change] {
    let maker = OverviewMaker(
      lake,
      summaries: try workspace.files(of: .summaries, after: changes),
      experiments: try workspace.files(of: .experiments, after: changes),
      cohorts: cohorts,
      plans: experiments
    )
    return try workspace.stage(page: OverviewPage(maker.overview()).html())
  }
}
