import Analysis
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
  /// - Returns: What is said of them, and what is to be published.
  /// - Throws: What ``ExperimentRun/write(unitsInto:)`` throws.
  func stage(
    _ plans: [ExperimentPlan],
    _ lake: LakeReader,
    _ workspace: Workspace
  ) throws -> Made {
    let staged = try workspace.stage(.experiments)
    var reports: [ExperimentReport] = []
    var faults: [String] = []
    var retired: [String] = []
    for plan in plans {
      let directory = "\(staged)/\(plan.name)"
      do {
        reports.append(try write(plan, lake, into: directory, workspace))
        let live = "\(workspace.directory(.experiments))/\(plan.name)"
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

  private func write(
    _ plan: ExperimentPlan,
    _ lake: LakeReader,
    into directory: String,
    _ workspace: Workspace
  ) throws -> ExperimentReport {
    let temporary = try workspace.temporaryDirectory() + "/experiment"
    try FileSystem.makeDirectory(directory)
    var context = ExperimentRun.Context(
      calendar: try lake.calendar(),
      personalData: personalData,
      temporary: temporary
    )
    context.memory = memory
    let report = try ExperimentRun(lake, plan, context).write(unitsInto: directory)
    try FileSystem.remove(temporary)
    try ExperimentFiles(report).write(into: directory)
    return report
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
