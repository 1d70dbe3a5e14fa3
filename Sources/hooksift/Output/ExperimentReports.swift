import Analysis
import ArgumentParser
import Configuration
import Files
import Lake
import Observations
import Reports

/// Computes experiments, and stages what is said of them.
struct ExperimentReports {
  /// What was staged.
  struct Made {
    let reports: [ExperimentReport]
    /// Why experiments could not be computed; what was published of them before stays.
    let faults: [String]
    let changes: [Workspace.Change]

    /// What to say of the faults, if there are any.
    var fault: String? {
      faults.isEmpty
        ? nil
        : "\(faults.count.of("experiment", "experiments")) could not be reported: "
          + faults.joined(separator: "; ")
    }
  }

  /// What becomes of reports that would be the same, and of facts that were read.
  enum Mode {
    /// Experiments of which nothing changed are not computed again.
    case onlyChanged
    case all
    /// Nothing is kept of what is read.
    case forgetting
  }

  private let personalData: PersonalData
  private let memory: Int

  init(_ sources: SettingSources, memory: MemoryOption) throws {
    personalData = try sources.personalData()
    self.memory = try memory.size(sources).value.bytes
  }

  /// Stages the outputs of experiments.
  ///
  /// - Parameters:
  ///   - plans: The experiments.
  ///   - lake: The lake.
  ///   - workspace: The workspace, locked.
  ///   - mode: Which of them are computed.
  /// - Returns: What is said of them, and what is to be published.
  /// - Throws: What ``ExperimentRun/write(unitsInto:)`` throws.
  func stage(
    _ plans: [ExperimentPlan],
    _ lake: LakeReader,
    _ workspace: Workspace,
    _ mode: Mode = .all
  ) throws -> Made {
    let staged = try workspace.stage(.experiments)
    var reports: [ExperimentReport] = []
    var faults: [String] = []
    var retired: [String] = []
    for plan in plans {
      let directory = "\(staged)/\(plan.name)"
      let live = "\(workspace.directory(.experiments))/\(plan.name)"
      do {
        var run = try run(plan, lake, workspace, mode)
        if mode == .onlyChanged, let report = try? ExperimentFiles.current(in: live),
          report.inputDigest == run.inputDigest, report.planDigest == run.planDigest
        {
          reports.append(report)
          continue
        }
        try FileSystem.makeDirectory(directory)
        let report = try run.write(unitsInto: directory)
        try ExperimentFiles(report).write(into: directory)
        reports.append(report)
        retired += try FileSystem.files(below: live).map { "\(plan.name)/\($0)" }
      } catch let fault as ExperimentFault {
        faults.append(fault.description)
        try FileSystem.remove(directory)
      } catch let fault as EventFile.Unusable {
        faults.append("experiment \(plan.name): \(fault)")
        try FileSystem.remove(directory)
      }
    }
    return Made(
      reports: reports,
      faults: faults,
      changes: [.updating(.experiments, retiring: retired)]
    )
  }

  /// Removes what is kept for experiments that are not there any more.
  ///
  /// - Parameters:
  ///   - plans: All experiments that there are.
  ///   - workspace: The workspace, locked.
  /// - Throws: ``FileFailure``.
  func removeFacts(ofOthersThan plans: [ExperimentPlan], _ workspace: Workspace) throws {
    let directory = "\(workspace.factsPath)/experiments"
    let names = Set(plans.map(\.name))
    for name in try FileSystem.list(directory) where !names.contains(name) {
      try FileSystem.remove("\(directory)/\(name)")
    }
  }

  private func run(
    _ plan: ExperimentPlan,
    _ lake: LakeReader,
    _ workspace: Workspace,
    _ mode: Mode
  ) throws -> ExperimentRun {
    let facts = mode == .forgetting ? try workspace.temporaryDirectory() : workspace.factsPath
    var context = ExperimentRun.Context(
      calendar: try lake.calendar(),
      personalData: personalData,
      facts: "\(facts)/experiments/\(plan.name)"
    )
    context.memory = memory
    context.revision = Hooksift.configuration.version
    return try ExperimentRun(lake, plan, context)
  }
}

extension LakeReader {
  /// The calendar of the dates of the partitions.
  ///
  /// - Throws: ``LakeReader/Damaged`` where the lake does not say.
  fileprivate func calendar() throws -> LocalCalendar {
    guard let settings = try manifest()?.settings,
      let calendar = LocalCalendar(identifier: settings.timezone)
    else {
      throw Damaged(path: path, fault: "it does not say in which time zone its dates are")
    }
    return calendar
  }
}

extension ExperimentReport {
  /// The experiment in a line.
  var headline: String {
    let arms = arms.map { "\($0.name) \($0.identities)" }.joined(separator: ", ")
    return "\(experiment): \(population) identities, \(arms)"
  }
}
