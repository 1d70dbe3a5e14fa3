import Analysis
import Foundation

/// Reports written by hand, for pages and tables.
///
/// Their numbers look like those of an experiment, and are none.
enum MadeReport {
  static let all: [(name: String, report: ExperimentReport)] = [
    ("clear_win", clearWin), ("no_difference", noDifference), ("running", running),
    ("broken_split", brokenSplit), ("collecting", collecting), ("unbounded", unbounded),
    ("three_arms", threeArms), ("hostile", hostile), ("nothing_exposed", nothingExposed),
    ("empty", empty),
  ]

  // MARK: - A report

  static func made(
    arms: [(name: String, identities: Int)] = [("control", 5012), ("blue", 4988)],
    days: Int = 14,
    of planned: Int = 14,
    metrics: [ExperimentReport.MetricDefinition] = [metric("purchased", "proportion")]
  ) -> ExperimentReport {
    let analysed = arms.reduce(0) { $0 + $1.identities }
    let shares = Double(arms.count)
    var report: ExperimentReport = Made.value([
      "experiment": "checkout_button",
      "feature": "checkout_button",
      "environment": 2,
      "start": "2026-11-01",
      "end": date(planned),
      "asOf": date(days - 1),
      "dataFrom": "2026-11-01T00:04:11.500000Z",
      "dataTo": "\(date(days - 1))T23:58:02.000000Z",
      "inputDigest": "e7ae4a2e9e80dc46",
      "planDigest": "0f2d3c1b5a697887",
      "settings": [
        "exposure": "enabled",
        "timeZone": "UTC",
        "alpha": 0.05,
        "correction": "holm",
        "sequentialTuning": 5000,
        "priorMean": 0,
        "priorDeviation": 0.3,
        "targetPower": 0.8,
        "targetEffect": 0.05,
        "leastIdentities": 50,
        "leastConversions": 5,
      ] as [String: Any],
      "arms": [Any](),
      "fates": [Any](),
      "population": analysed + 41 + 96 + 1208 + 17,
      "sampleRatio": [
        "status": "ok",
        "pValue": 0.81,
        "statistic": 0.0576,
        "degreesOfFreedom": arms.count - 1,
        "residuals": arms.indices.map { $0 == 0 ? 0.24 : -0.24 },
        "source": "configured",
        "periods": [Any](),
      ] as [String: Any],
      "checks": [Any](),
      "metrics": [Any](),
      "results": [Any](),
      "series": [Any](),
      "exposures": [Any](),
      "retention": [Any](),
    ])
    report.metrics = metrics
    report.arms = arms.enumerated().map { place, arm in
      Made.value([
        "name": arm.name,
        "value": arm.name,
        "isControl": place == 0,
        "identities": arm.identities,
        "share": analysed == 0 ? 0 : Double(arm.identities) / Double(analysed),
        "expectedShare": 1 / shares,
      ])
    }
    report.fates = [
      Made.value(["fate": "analysed", "identities": analysed]),
      Made.value(["fate": "multiple_variants", "identities": 41]),
      Made.value(["fate": "override", "identities": 96]),
      Made.value(["fate": "unknown_value", "identities": 0]),
      Made.value(["fate": "disabled", "identities": 1208]),
      Made.value(["fate": "outside_window", "identities": 17]),
    ]
    report.checks = [
      check(
        "srm",
        "Sample ratio",
        "passed",
        "Identities are split as they should be (p = 0.81)."
      ),
      check(
        "multiple_variants",
        "One variant for each identity",
        "passed",
        "41 identities saw more than one."
      ),
      check("gaps", "No gaps", "warning", "There are no observations of 1 dates: 2026-11-05."),
      check("allocations", "Stable allocation", "unknown", "The webhooks do not say."),
    ]
    report.exposures = (0..<days).flatMap { day in
      arms.map { arm in
        let share = arm.identities / days
        return Made.value([
          "date": date(day),
          "variant": arm.name,
          "newIdentities": day == days - 1 ? arm.identities - share * (days - 1) : share,
          "identities": day == days - 1 ? arm.identities : share * (day + 1),
        ])
      }
    }
    report.retention = arms.flatMap { arm in
      (0..<4).map { week in
        Made.value([
          "variant": arm.name,
          "period": "week",
          "index": week,
          "identities": arm.identities,
          "elapsed": week < 3,
          "retained": arm.identities / (week * 2 + 1),
          "retainedOrLater": arm.identities / (week + 1),
        ])
      }
    }
    for metric in metrics {
      for arm in arms.dropFirst() {
        report.results.append(row(report, metric, arm.name, day: days - 1))
        report.series += (0..<days).map { row(report, metric, arm.name, day: $0) }
      }
    }
    return report
  }

  static func date(_ day: Int) -> String {
    let day = day + 1
    return day <= 30
      ? "2026-11-\(day < 10 ? "0" : "")\(day)" : "2026-12-\(day < 40 ? "0" : "")\(day - 30)"
  }

  static func metric(
    _ name: String,
    _ type: String,
    role: String = "goal",
    direction: String = "increase",
    margin: Double? = nil
  ) -> ExperimentReport.MetricDefinition {
    Made.value([
      "name": name,
      "type": type,
      "role": role,
      "direction": direction,
      "margin": margin.map { $0 as Any } ?? NSNull(),
      "definition": "whether there was event \(name), after the first exposure",
      "cap": type == "mean" ? 812.5 as Any : NSNull(),
      "usedRows": 12_345,
      "foreignRows": 3,
      "badRows": 1,
      "badRowExamples": ["orders.csv, line 8: identity is empty"],
    ])
  }

  static func check(
    _ id: String,
    _ title: String,
    _ status: String,
    _ text: String
  ) -> ExperimentReport.Check {
    Made.value(["id": id, "title": title, "status": status, "text": text])
  }

  /// An effect of one tenth of the control's value, known better day by day.
  static func row(
    _ report: ExperimentReport,
    _ metric: ExperimentReport.MetricDefinition,
    _ treatment: String,
    day: Int
  ) -> ResultRow {
    let base = metric.type == "proportion" ? 0.1234 : 42.5
    var row = ResultRow()
    row.experiment = report.experiment
    row.environment = report.environment
    row.feature = report.feature
    row.asOf = date(day)
    row.windowStart = report.start
    row.windowEnd = date(day + 1)
    row.metric = metric.name
    row.metricType = metric.type
    row.role = metric.role
    row.direction = metric.direction
    row.control = report.arms.first?.name ?? ""
    row.treatment = treatment
    row.controlCount = 358 * (day + 1)
    row.treatmentCount = 356 * (day + 1)
    row.controlValue = base
    row.controlDeviation = base * 2
    row.treatmentDeviation = base * 2.1
    row.multipleVariants = 41
    row.sampleRatioPValue = 0.81
    row.degreesOfFreedom = 9871.25
    row.status = "ok"
    set(&row, lift: 0.1, width: 0.4 / Double(day + 1).squareRoot(), pValue: 0.0004)
    return row
  }

  /// Sets all that follows from a lift and the width of its interval.
  static func set(_ row: inout ResultRow, lift: Double, width: Double, pValue: Double) {
    let base = row.controlValue ?? 1
    row.treatmentValue = base * (1 + lift)
    row.effect = base * lift
    row.standardError = base * width / 3.92
    row.effectLow = base * (lift - width / 2)
    row.effectHigh = base * (lift + width / 2)
    row.lift = lift
    row.liftLow = lift - width / 2 + 0.001
    row.liftHigh = lift + width / 2 + 0.001
    row.liftStatus = "ok"
    row.deltaLow = lift - width / 2
    row.deltaHigh = lift + width / 2
    row.deltaPValue = pValue
    row.logLow = lift - width / 2 + 0.002
    row.logHigh = lift + width / 2 + 0.002
    row.pValue = pValue
    row.log10PValue = -3.4
    row.holmPValue = row.role == "goal" ? min(1, pValue * 2) : nil
    row.bhPValue = row.role == "goal" ? pValue : nil
    row.sequentialLow = base * (lift - width)
    row.sequentialHigh = base * (lift + width)
    row.sequentialPValue = lift.magnitude > width ? 0.01 : 1
    row.chanceToWin = lift > 0 ? 0.97 : 0.03
    row.treatmentLoss = base * 0.001
    row.minimumDetectableEffect = width / 2
  }

  // MARK: - Cases

  static let clearWin: ExperimentReport = {
    var report = made(
      metrics: [
        metric("purchased", "proportion"),
        metric("searches", "mean", role: "guardrail", margin: 0.1),
      ]
    )
    for place in report.results.indices where report.results[place].role == "guardrail" {
      set(&report.results[place], lift: -0.004, width: 0.06, pValue: 0.6)
      report.results[place].varianceReduction = 0.31
      report.results[place].theta = 0.56
    }
    return report
  }()

  static let noDifference: ExperimentReport = {
    var report = made(
      metrics: [
        metric("purchased", "proportion"),
        metric("churned", "proportion", role: "guardrail", direction: "decrease", margin: 0.02),
      ]
    )
    for place in report.results.indices {
      set(&report.results[place], lift: 0.004, width: 0.064, pValue: 0.53)
    }
    return report
  }()

  /// Day 9 of 14, on which a fixed test would already see a difference.
  static let running: ExperimentReport = {
    var report = made(days: 9)
    set(&report.results[0], lift: 0.08, width: 0.13, pValue: 0.012)
    return report
  }()

  static let brokenSplit: ExperimentReport = {
    var report = made(arms: [("control", 5412), ("blue", 4588)])
    report.sampleRatio.status = "mismatch"
    report.sampleRatio.pValue = 1.7e-16
    report.sampleRatio.residuals = [8.24, -8.24]
    report.checks[0] = check(
      "srm",
      "Sample ratio",
      "failed",
      "Identities are not split as they should be (p = less than 0.0001): something keeps some of them out of an arm."
    )
    report.sampleRatio.periods = [
      Made.value([
        "from": "2026-11-01T00:00:00.000000Z",
        "to": "2026-11-06T12:00:00.000000Z",
        "identities": [2000, 2011],
        "expectedShares": [0.5, 0.5],
        "pValue": 0.86,
        "status": "ok",
      ]),
      Made.value([
        "from": "2026-11-06T12:00:00.000000Z",
        "to": "2026-11-15T00:00:00.000000Z",
        "identities": [3412, 2577],
        "expectedShares": [0.5, 0.5],
        "pValue": 1e-20,
        "status": "mismatch",
      ]),
    ]
    return report
  }()

  static let collecting: ExperimentReport = {
    var report = made(arms: [("control", 31), ("blue", 29)], days: 2)
    for place in report.results.indices { report.results[place].status = "collecting_data" }
    for place in report.series.indices { report.series[place].status = "collecting_data" }
    return report
  }()

  static let unbounded: ExperimentReport = {
    var report = made(
      metrics: [
        metric("refunds", "mean", direction: "decrease"), metric("rare", "proportion"),
        metric("same", "mean"), metric("lonely", "ratio"),
        metric("balance", "mean", role: "guardrail", margin: 0.05),
      ]
    )
    for place in report.results.indices {
      let row = report.results[place]
      switch row.metric {
      case "refunds", "balance":
        report.results[place].liftLow = nil
        report.results[place].liftHigh = nil
        report.results[place].liftStatus = "unbounded"
      case "rare":
        report.results[place].liftLow = 0.21
        report.results[place].liftHigh = nil
        report.results[place].liftStatus = "at_least"
        report.results[place].warnings = ["fewer_than_5_successes_or_failures_in_an_arm"]
      default:
        var bare = ResultRow()
        bare.asOf = row.asOf
        bare.metric = row.metric
        bare.metricType = row.metricType
        bare.role = row.role
        bare.control = row.control
        bare.treatment = row.treatment
        bare.status = row.metric == "same" ? "zero_variance" : "fewer_than_2_identities"
        bare.controlCount = row.metric == "same" ? 400 : 1
        bare.treatmentCount = bare.controlCount
        bare.controlValue = row.metric == "same" ? 3 : nil
        bare.treatmentValue = bare.controlValue
        report.results[place] = bare
      }
    }
    report.series = []
    return report
  }()

  static let threeArms: ExperimentReport = {
    var report = made(
      arms: [("control", 33_412), ("blue", 33_180), ("green with a longer name", 33_390)],
      days: 21,
      of: 21,
      metrics: [
        metric("purchased", "proportion"), metric("revenue", "mean"),
        metric("refunded", "proportion", direction: "decrease"),
        metric("latency", "mean", role: "guardrail", direction: "decrease", margin: 0.05),
      ]
    )
    let lifts = [0.07, 0.013, -0.011, 0.051, 0.031, -0.004, 0.01, 0.06]
    for (place, lift) in zip(report.results.indices, lifts) {
      set(
        &report.results[place],
        lift: lift,
        width: 0.05,
        pValue: lift.magnitude > 0.03 ? 0.002 : 0.4
      )
    }
    for place in report.series.indices {
      let day = Double(place % 21)
      let wave = Double(place * 37 % 11 - 5) / 100 / (day / 3 + 1)
      set(
        &report.series[place],
        lift: 0.05 + wave,
        width: 0.5 / (day + 1).squareRoot(),
        pValue: 0.01
      )
    }
    let whole = report.results
    for (dimension, value) in [
      ("segment:beta", "in"), ("segment:beta", "out"), ("trait:plan", "team"), ("trait:plan", ""),
    ] {
      for var row in whole where row.role == "goal" {
        row.dimension = dimension
        row.dimensionValue = value
        row.controlCount = 1733
        row.treatmentCount = 1760
        set(&row, lift: value == "in" ? 0.2 : 0.02, width: 0.22, pValue: 0.08)
        report.results.append(row)
      }
    }
    return report
  }()

  static let hostileTexts = [
    "</script><img src=x onerror=alert(1)>", "=cmd()|'/c calc'!A1", "\"\u{301} onload=\"alert(2)",
    "\u{202E}\u{2066}gnp.exe</title></svg>", "שלום עולם & <b>", "{{{experiment}}}",
    "https://example.org/?a=1&b=\u{0}\u{FFFF}", String(repeating: "verylongname", count: 30),
  ]

  static let hostile: ExperimentReport = {
    let text = hostileTexts
    var report = made(
      arms: [(text[0], 5012), (text[4], 4988), (text[7], 4999)],
      metrics: [
        metric(text[2], "proportion"), metric(text[7], "mean"), metric(text[5], "proportion"),
        metric(text[1], "mean", role: "guardrail", margin: 0.1),
      ]
    )
    report.experiment = text[3]
    report.feature = text[6]
    report.arms[1].value = text[2]
    report.arms[2].value = nil
    report.inputDigest = text[0]
    report.checks.append(check("events", text[3], text[2], text[6]))
    report.settings.timeZone = text[0]
    report.metrics[0].badRowExamples = text
    report.retention = report.retention.map { cell in
      var cell = cell
      cell.period = text[0]
      return cell
    }
    report.fates.append(Made.value(["fate": text[2], "identities": 5]))
    report.population += 5
    var slice = report.results[0]
    slice.dimension = "trait:\(text[3])"
    slice.dimensionValue = text[0]
    slice.warnings = [text[2]]
    report.results.append(slice)
    report.results[1].warnings = [text[0]]
    report.results[2].status = text[0]
    report.results[3].liftStatus = text[2]
    return report
  }()

  static let nothingExposed: ExperimentReport = {
    var report = made(arms: [("control", 0), ("blue", 0)])
    for place in report.results.indices {
      var row = ResultRow()
      row.metric = report.results[place].metric
      row.metricType = report.results[place].metricType
      row.role = report.results[place].role
      row.asOf = report.asOf
      row.control = "control"
      row.treatment = "blue"
      row.status = "fewer_than_2_identities"
      report.results[place] = row
    }
    report.series = []
    report.sampleRatio.status = "too_few"
    report.sampleRatio.pValue = nil
    report.sampleRatio.residuals = [nil, nil]
    return report
  }()

  static let empty: ExperimentReport = {
    var report = made(arms: [], metrics: [])
    report.fates = []
    report.population = 0
    report.checks = []
    report.exposures = []
    report.dataFrom = nil
    report.dataTo = nil
    return report
  }()
}

/// Values of types that no other module can make, from their members.
enum Made {
  static func value<Value: Decodable>(_ members: [String: Any]) -> Value {
    do {
      let data = try JSONSerialization.data(withJSONObject: members)
      return try JSONDecoder().decode(Value.self, from: data)
    } catch {
      fatalError("\(Value.self): \(error)")
    }
  }
}
