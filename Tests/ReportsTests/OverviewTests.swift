import Analysis
import Foundation
import Reports
import Testing

@Suite("The page of a workspace")
struct OverviewTests {
  private func page(_ name: String) throws -> String {
    try OverviewPage(MadeOverview.made(name)).html()
  }

  private func parsed(_ name: String) throws -> ParsedPage { ParsedPage(try page(name)) }

  private func section(_ id: String, _ name: String = "overview") throws -> ParsedPage.Element {
    try #require(parsed(name).named("section").first { $0.attributes["id"] == id })
  }

  /// The texts of the cells below, by row.
  private func rows(_ element: ParsedPage.Element) -> [[String]] {
    element.children.flatMap { child in
      child.name == "tr"
        ? [child.children.map { $0.text.replacing(Numbers.thinSpace, with: " ") }] : rows(child)
    }
  }

  @Test("is well formed, always the same and below 2 MB", arguments: MadeOverview.names)
  func isWellFormed(name: String) throws {
    let page = try page(name)
    #expect(ParsedPage(page).fault == nil)
    if name != "overview_year" { #expect(try page == OverviewPage(MadeOverview.make(name)).html()) }
    #expect(page.utf8.count < 2_000_000)
    try LeftPages.leave(page, name)
  }

  @Test(
    "every identifier is there once, and links stay in the workspace",
    arguments: MadeOverview.names
  )
  func links(name: String) throws {
    let page = try parsed(name)
    let ids = page.elements.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count)
    for link in page.named("a").compactMap({ $0.attributes["href"] }) {
      let isInPage = link.hasPrefix("#") && ids.contains(String(link.dropFirst()))
      let isFile = ["summaries/", "experiments/"].contains { link.hasPrefix($0) }
      #expect(
        isInPage || isFile && !link.contains(":") && link.utf8.allSatisfy { $0 < 0x7F },
        "\(link)"
      )
    }
    for element in page.elements {
      #expect(!["script", "img", "link", "iframe", "form"].contains(element.name))
      for key in element.attributes.keys {
        #expect(!key.hasPrefix("on") && key != "src" && key != "style")
      }
    }
  }

  @Test(
    "charts are described, tables have headers and as many cells in every row",
    arguments: MadeOverview.names
  )
  func isAccessible(name: String) throws {
    let page = try parsed(name)
    for chart in page.named("svg") where chart.parent?.name != "svg" {
      #expect(chart.attributes["role"] == "img")
      #expect(chart.children.prefix(2).map(\.name) == ["title", "desc"])
      #expect(chart.children.prefix(2).allSatisfy { !$0.text.isEmpty })
    }
    for table in page.named("table") {
      #expect(Set(rows(table).map(\.count)).count == 1, "\(table.children[0].text)")
      #expect(table.parent?.attributes["tabindex"] == "0")
    }
  }

  @Test("the parts are in their order, those of environments apart")
  func order() throws {
    let sections = try parsed("overview").named("section").compactMap { $0.attributes["id"] }
    #expect(
      sections == [
        "summary", "quality", "features-1", "features-2", "retention-2", "cohorts-2", "segments-2",
        "experiments", "tables",
      ]
    )
  }

  @Test("hostile texts are text")
  func hostileTexts() throws {
    let text = try parsed("overview_hostile").text
    for hostile in MadeOverview.hostileTexts {
      let shown = String(String.UnicodeScalarView(hostile.unicodeScalars.map(Escaping.shown)))
      #expect(text.contains(shown), "\(shown)")
    }
  }

  @Test("warns of rejected lines of the last date, not of few of all")
  func rejectedLines() throws {
    let text = try section("summary").text.replacing(Numbers.thinSpace, with: " ")
    // 2026-01-14 has 30 beside 900 + 20467 % 7 * 40 verified ones.
    #expect(
      text.contains(
        "! Rejected lines: 2.6 % of the lines of 14\u{A0}Jan\u{A0}2026 were rejected, 30 of 1 170"
      )
    )
    #expect(!text.contains("of all dates were rejected"))
    #expect(try !section("summary", "overview_year").text.contains("Rejected lines"))
  }

  @Test("names the dates between the first and the last that are missing")
  func gaps() throws {
    let text = try section("summary", "overview_bare").text
    #expect(
      text.contains(
        "3 between the first and the last have none: 3\u{A0}Jan\u{A0}2026 to 4\u{A0}Jan\u{A0}2026, 6\u{A0}Jan\u{A0}2026."
      )
    )
    #expect(try section("summary", "overview_year").text.contains("No date is missing"))
  }

  @Test("values of the last date have identities, shares and the change in a week")
  func features() throws {
    let table = try rows(section("features-2")).dropFirst().map { $0 }
    #expect(
      table == [
        ["button", "blue", "430", "71.7 %", "+11.7 pp"],
        ["button", "green", "170", "28.3 %", "−11.7 pp"],
        ["limit", "6", "600", "100.0 %", "+100.0 pp"],
        ["limit", "others", "0", "0.0 %", "−100.0 pp"],
      ]
    )
  }

  @Test("a year of many features is thinned out, and says what is missing")
  func year() throws {
    let page = try parsed("overview_year")
    #expect(page.text.contains("10 more features have several values"))
    #expect(
      page.text.contains("Other environments") && page.text.contains("1 more; the tables have them")
    )
    #expect(page.text.contains("341 earlier cohorts are not shown"))
    #expect(page.text.contains("a bar per 4 dates"))
    for line in page.named("polyline") {
      #expect(line.attributes["points", default: ""].split(separator: " ").count <= 120)
    }
    #expect(page.text.contains("3 others"))
  }

  @Test("cells of retention have the number of the table, those not over have none")
  func retention() throws {
    let table = try rows(section("retention-2"))
    #expect(table[0] == ["Cohort", "Identities"] + (0...5).map { "Day\u{A0}\($0)" })
    #expect(
      table[1] == [
        "1\u{A0}Jan\u{A0}2026", "100", "100 %100", "50 %50", "33 %33", "25 %25", "20 %20", "…",
      ]
    )
    #expect(table[6].suffix(6).allSatisfy { $0 == "…" })
    // Of the cohorts of 100 and 101 those that came back after three dates: 25 and 25.
    #expect(table[7][5] == "25 %50")
    let open = try section("retention-2")
    #expect(open.text.contains("“…” stands where a period is not over"))
  }

  @Test("experiments have their verdict, a link, or why there is none")
  func experiments() throws {
    let section = try section("experiments")
    let table = rows(section)
    #expect(
      table.dropFirst().map { $0[0] } == [
        "clear win", "missing", "damaged", "brokennot configured any more",
      ]
    )
    #expect(table[1][1].hasPrefix("▲ ") && table[1][1].contains("purchased"))
    #expect(table[2][1].contains("No report") && table[3][1].contains("cannot be read"))
    #expect(table[4][1] == "✕ No verdict: the results cannot be trusted.")
    let links = try parsed("overview").named("a").compactMap { $0.attributes["href"] }
    #expect(links.contains("experiments/clear%20win/report.html"))
  }

  @Test("says what is not there and how to get it", arguments: ["overview_empty", "overview_bare"])
  func nothing(name: String) throws {
    let text = try parsed(name).text
    #expect(text.contains("cohorts: [{name: weekly, start: first_seen, period: week}]"))
    #expect(text.contains("No experiment is configured"))
    #expect(text.contains("The lake has no observations yet") == (name == "overview_empty"))
    #expect(text.contains("There are no summaries yet") == (name == "overview_empty"))
  }
}

/// With `HOOKSIFT_PAGES` pages are left there, to be looked at and for the end-to-end tests.
enum LeftPages {
  static func leave(_ page: String, _ name: String) throws {
    guard let directory = ProcessInfo.processInfo.environment["HOOKSIFT_PAGES"] else { return }
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    try Data(page.utf8).write(to: URL(filePath: "\(directory)/\(name).html"))
  }
}
