import Analysis
import Lake
import TestSupport

/// A delivery of a lake that plans are checked against.
struct PlanDelivery {
  var identity = "ana"
  var environment: Int? = 2
  var day = 1
  var hour = 12
  var feature = "button"
  /// As JSON.
  var value = "\"blue\""
  var isEnabled = true
  /// As JSON.
  var allocation = "33.0"
  var initial = "\"control\""
  var isOverride = false
  /// Keys with values as JSON.
  var traits: [(String, String)] = []
  var segments: [String] = []

  /// The day's date is that of November 2026.
  var line: [UInt8] {
    let flag = """
      {"enabled": \(isEnabled), "environment": \(environment.map { "\($0)" } ?? "null"), "feature": \
      {"id": 1, "name": "\(feature)", "type": "MULTIVARIATE", "initial_value": \(initial)}, \
      "identity": \(isOverride ? "1" : "null"), "feature_state_value": \(value), \
      "percentage_allocation": \(allocation)}
      """
    let traits = self.traits.map { "{\"trait_key\": \"\($0.0)\", \"trait_value\": \($0.1)}" }
    let segments = self.segments.map { "{\"id\": 1, \"name\": \"\($0)\", \"member\": true}" }
    let body = """
      {"flags": [\(flag)], "identity": "\(identity)", "segments": [\(segments.joined(separator: ", "))], \
      "traits": [\(traits.joined(separator: ", "))]}
      """
    func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    return MadeLines.signed(body, key: 0, time: "2026-11-\(padded(day))T\(padded(hour)):00:00Z")
  }
}

/// A lake made from captures, and what the check says of plans.
struct PlanLake {
  private let run: IngestRun

  init(_ deliveries: [PlanDelivery]) throws {
    let directory = try TemporaryDirectory()
    var bytes: [UInt8] = []
    for delivery in deliveries { bytes += delivery.line + [0x0A] }
    run = try IngestRun([try directory.write(bytes, to: "a.jsonl")])
  }

  func check(_ plans: ExperimentPlan...) throws -> [PlanCheckResult] {
    try PlanCheck(LakeReader(run.workspace)).check(plans)
  }

  /// What is found of one plan: severity, code, key and message.
  func findings(_ plan: ExperimentPlan) throws -> [String] {
    try check(plan)[0].findings.map {
      "\($0.severity.rawValue) \($0.code.rawValue) \($0.key): \($0.message)"
    }
  }

  /// The rows of a table of the lake.
  func rows(_ table: LakeTable) throws -> [Row] { try run.rows(table) }
}

extension ExperimentPlan {
  /// 2026-11-01 in days since 1970-01-01.
  static let november = 20_758

  /// A plan of dates of November 2026.
  static func november(
    _ days: Range<Int> = 1..<8,
    changing change: (inout ExperimentPlan) -> Void = { _ in }
  ) -> ExperimentPlan {
    var plan = ExperimentPlan(
      name: "e",
      feature: "button",
      start: november + days.lowerBound - 1,
      end: november + days.upperBound - 1
    )
    plan.variants = [Variant(name: "control", value: "control"), Variant(name: "b", value: "blue")]
    change(&plan)
    return plan
  }
}
