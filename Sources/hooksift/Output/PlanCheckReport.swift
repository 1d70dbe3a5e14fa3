import Analysis
import Bytes
import Configuration
import Files
import Foundation

/// What `hooksift report --check` says.
struct PlanCheckReport {
  private struct Contents: Encodable {
    let experiments: [Experiment]
    let errors: Int
    let warnings: Int
  }

  private struct Experiment: Encodable {
    let experiment: String
    let feature: String
    let environment: Int64?
    /// The dates that were looked at, the last one included.
    let firstDate: String?
    let lastDate: String?
    let values: [Value]
    let findings: [Finding]
  }

  private struct Value: Encodable {
    let value: String?
    let variant: String?
    let exposingWindows: Int64
    let otherWindows: Int64
  }

  private struct Finding: Encodable {
    let severity: String
    let code: String
    let place: String
    let key: String
    let message: String
  }

  private let contents: Contents

  /// - Parameters:
  ///   - results: What was found.
  ///   - declared: The experiments of the results.
  init(_ results: [PlanCheckResult], _ declared: [DeclaredExperiment]) {
    let experiments = zip(results, declared).map(Self.experiment)
    let findings = experiments.flatMap(\.findings)
    contents = Contents(
      experiments: experiments,
      errors: findings.count { $0.severity == PlanFinding.Severity.error.rawValue },
      warnings: findings.count { $0.severity == PlanFinding.Severity.warning.rawValue }
    )
  }

  private static func experiment(
    _ result: PlanCheckResult,
    _ declared: DeclaredExperiment
  ) -> Experiment {
    Experiment(
      experiment: result.experiment,
      feature: declared.plan.feature,
      environment: result.environment,
      firstDate: result.dates.map { DateText(days: $0.lowerBound).settingText },
      lastDate: result.dates.map { DateText(days: $0.upperBound - 1).settingText },
      values: result.values.map { seen in
        Value(
          value: seen.value,
          variant: seen.variant,
          exposingWindows: seen.exposingWindows,
          otherWindows: seen.otherWindows
        )
      },
      findings: result.findings.map { finding in
        Finding(
          severity: finding.severity.rawValue,
          code: finding.code.rawValue,
          place: declared.nearestPlace(to: finding.key).description,
          key: "\(declared.key).\(finding.key)",
          message: finding.message
        )
      }
    )
  }

  /// What is wrong as a whole; `nil` where there are no errors.
  var fault: String? {
    guard contents.errors > 0 else { return nil }
    let count = contents.experiments.count { experiment in
      experiment.findings.contains { $0.severity == PlanFinding.Severity.error.rawValue }
    }
    return "\(contents.errors.of("error", "errors")) in \(count.of("experiment", "experiments"))"
  }

  /// - Throws: `EncodingError`.
  func json() throws -> String { try JSONFile.text(contents) }

  var text: String { contents.experiments.map(Self.text).joined(separator: "\n") }

  private static func text(_ experiment: Experiment) -> String {
    var about = "feature \(experiment.feature)"
    if let environment = experiment.environment { about += ", environment \(environment)" }
    if let first = experiment.firstDate, let last = experiment.lastDate {
      about += ", dates from \(first) to \(last)"
    }
    var lines = ["\(experiment.experiment): \(about)"]
    lines += table(experiment.values)
    for finding in experiment.findings {
      lines.append("  \(finding.severity): \(finding.place): \(finding.key): \(finding.message)")
    }
    if experiment.findings.isEmpty { lines.append("  nothing is wrong") }
    return lines.joined(separator: "\n")
  }

  private static func table(_ values: [Value]) -> [String] {
    let rows =
      [["variant", "value", "windows"]]
      + values.filter { $0.exposingWindows > 0 }.map { seen in
        [seen.variant ?? "-", Wording.value(seen.value), "\(seen.exposingWindows)"]
      }
    guard rows.count > 1 else { return [] }
    let widths = (0..<3).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let name = row[0].padding(toLength: widths[0], withPad: " ", startingAt: 0)
      let value = row[1].padding(toLength: widths[1], withPad: " ", startingAt: 0)
      let count = String(repeating: " ", count: widths[2] - row[2].count) + row[2]
      return "  \(name)  \(value)  \(count)"
    }
  }
}
