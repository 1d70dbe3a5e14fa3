import Analysis
import Testing

/// Overviews of made tables.
enum MadeOverview {
  static let names = [
    "overview", "overview_empty", "overview_bare", "overview_year", "overview_hostile",
  ]

  private typealias Cell = MadeWorkspace.Cell
  private static let start = MadeWorkspace.start

  static func made(_ name: String) throws -> Overview { try #require(all[name]).get() }

  private static let all = Dictionary(
    uniqueKeysWithValues: names.map { name in (name, Result { try make(name) }) }
  )

  /// The same made anew.
  static func make(_ name: String) throws -> Overview {
    switch name {
    case "overview": try usual()
    case "overview_empty": try MadeWorkspace(days: []).overview()
    case "overview_bare": try bare()
    case "overview_year": try year()
    default: try hostile()
    }
  }

  /// Two weeks in two environments, with cohorts and experiments.
  private static func usual() throws -> Overview {
    let days = Array(start..<start + 14)
    let workspace = try MadeWorkspace(days: days)
    try workspace.add(
      .deliveryQuality,
      [[nil, "not_json", 4, 1]]
        + days.flatMap { day -> [[Cell]] in
          let bad = day == days[13] ? 30 : 1
          return [
            [.number(day), "signature_mismatch", .number(bad), 0],
            [.number(day), "verified", .number(900 + day % 7 * 40), 0],
          ]
        }
    )
    try workspace.add(
      .featureDaily,
      days.flatMap { day in
        [1, 2].flatMap { environment -> [[Cell]] in
          let share = day - start
          return [
            feature(day, environment, 1, "button", "blue", 300 + share * 10),
            feature(day, environment, 1, "button", "green", 300 - share * 10),
            feature(
              day,
              environment,
              2,
              "limit",
              "\(day < start + 9 ? 5 : 6)",
              600,
              type: "STANDARD"
            ),
            feature(day, environment, 3, "plain", "on", 600, type: "STANDARD"),
          ]
        }
      }
    )
    try workspace.add(.segmentDaily, days.flatMap { segments($0, ["beta", "vip"]) })
    try workspace.add(
      .retention,
      (0..<6).flatMap { cohort in
        (0..<(6 - cohort)).map { index -> [Cell] in
          retention(
            start + cohort,
            index,
            of: 100 + cohort,
            isElapsed: cohort + index < 5,
            (100 + cohort) / (index + 1)
          )
        }
      }
    )
    try workspace.add(
      .cohortDaily,
      days.map { [.number($0), 2, "pros", .number(40 + $0 % 5), 3, 1] }
    )
    try workspace.add(
      .cohortOverlap,
      [[2, "pros", "vips", 44, 20, 11], [2, "vips", "pros", 20, 44, 11]]
    )
    try workspace.add(MadeReport.clearWin, name: "clear win")
    try workspace.add(MadeReport.brokenSplit, name: "broken")
    try workspace.addDamagedReport(name: "damaged")
    return try workspace.overview(
      cohorts: [
        CohortPlan(
          name: "daily",
          kind: .retention(.init(start: .firstSeen, period: .day))
        )
      ],
      plans: ["clear win", "missing", "damaged"]
    )
  }

  /// Summaries without cohorts, segments or experiments, and dates that are missing.
  private static func bare() throws -> Overview {
    let workspace = try MadeWorkspace(days: [start, start + 1, start + 4, start + 6])
    try workspace.add(.deliveryQuality, [[.number(start), "verified", 6, 1]])
    try workspace.add(.featureDaily, [feature(start, 1, 1, "plain", "on", 6, type: "STANDARD")])
    return try workspace.overview()
  }

  /// More of everything than is shown.
  private static func year() throws -> Overview {
    let days = Array(start - 180..<start + 185)
    let workspace = try MadeWorkspace(days: days)
    try workspace.add(
      .deliveryQuality,
      days.flatMap { day -> [[Cell]] in
        [
          [.number(day), "no_secret", .number(day % 3), 0],
          [.number(day), "verified", .number(2_000_000 + day % 11 * 300_000), 0],
        ]
      }
    )
    try workspace.add(
      .featureDaily,
      // Of the other dates charts show nothing.
      days.filter { ($0 - days[0]) % 4 == 0 }.flatMap { day in
        (1...6).flatMap { environment in
          (10..<40).flatMap { id in
            (0..<8).map { value in
              feature(
                day,
                environment,
                id,
                "feature with a name \(id)",
                "value \(value)",
                100_000 + (day * (value + 3) + id) % 977
              )
            }
          }
        }
      }
    )
    try workspace.add(
      .segmentDaily,
      days.flatMap { segments($0, (10..<40).map { "segment \($0)" }) }
    )
    try workspace.add(
      .retention,
      days.enumerated().flatMap { place, day in
        (0..<min(20, days.count - place)).map { index in
          retention(
            day,
            index,
            of: 1000 + place,
            isElapsed: index + place < days.count - 1,
            900 / (index + 1)
          )
        }
      }
    )
    return try workspace.overview()
  }

  static let hostileTexts = MadeReport.hostileTexts

  private static func hostile() throws -> Overview {
    let texts = hostileTexts
    let days = Array(start..<start + 9)
    let workspace = try MadeWorkspace(days: days)
    try workspace.add(.deliveryQuality, days.map { [.number($0), .text(texts[0]), 6, 1] })
    try workspace.add(
      .featureDaily,
      days.flatMap { day in
        texts.enumerated().flatMap { place, text in
          [
            feature(day, -7, place, text, texts[(place + 1) % texts.count], 5),
            feature(day, -7, place, text, nil, 4),
            feature(day, -7, place, text, "", 3),
          ]
        }
      }
    )
    try workspace.add(.segmentDaily, days.flatMap { segments($0, texts) })
    try workspace.add(
      .cohortDaily,
      days.flatMap { day in texts.map { [.number(day), nil, .text($0), 3, 2, 1] } }
    )
    try workspace.add(.cohortOverlap, [[nil, .text(texts[0]), .text(texts[3]), 3, 3, 3]])
    try workspace.add(
      .retention,
      texts.map {
        [
          nil, .text("first_exposure:\($0)"), .number(start), .text("trait:\($0)"), .text($0),
          .text($0), 0, 9, 1, 9, 9,
        ]
      }
    )
    for text in texts.prefix(5) { try workspace.add(MadeReport.hostile, name: text) }
    return try workspace.overview(plans: texts)
  }

  // MARK: - Rows

  private static func feature(
    _ day: Int,
    _ environment: Int,
    _ id: Int,
    _ name: String,
    _ value: String?,
    _ identities: Int,
    type: String = "MULTIVARIATE"
  ) -> [Cell] {
    [
      .number(day), .number(environment), .number(id), .text(name), .text(type), 1,
      value == nil ? "null" : "string", value.map { .text($0) } ?? .null, .number(identities),
      .number(identities), .number(identities),
    ]
  }

  private static func segments(_ day: Int, _ names: [String]) -> [[Cell]] {
    names.enumerated().flatMap { place, name -> [[Cell]] in
      let members = 50 + (day + place) % 13
      return [
        [.number(day), 2, .number(place), .text(name), 0, 500, 500, 500],
        [.number(day), 2, .number(place), .text(name), 1, .number(members), 60, 60],
      ]
    }
  }

  private static func retention(
    _ cohort: Int,
    _ index: Int,
    of identities: Int,
    isElapsed: Bool,
    _ retained: Int
  ) -> [Cell] {
    [
      2, "first_seen", .number(cohort), "", nil, "day", .number(index), .number(identities),
      Cell(isElapsed), .number(retained), .number(retained),
    ]
  }
}
