import Analysis
import Bytes
import Foundation
import Reports
import Testing

@Suite("The page of an experiment")
struct PageTests {
  private static let names = MadeReport.all.map(\.name)

  private func report(_ name: String) throws -> ExperimentReport {
    try #require(MadeReport.all.first { $0.name == name }).report
  }

  private func page(_ name: String) throws -> String {
    try ExperimentPage(report: report(name)).html()
  }

  private func parsed(_ name: String) throws -> ParsedPage { ParsedPage(try page(name)) }

  @Test("is well formed, and always the same", arguments: names)
  func isWellFormed(name: String) throws {
    let page = try page(name)
    #expect(ParsedPage(page).fault == nil)
    #expect(page == (try self.page(name)))
    try LeftPages.leave(page, name)
  }

  @Test("refers to nothing outside itself, and runs nothing", arguments: names)
  func isSelfContained(name: String) throws {
    let page = try parsed(name)
    let ids = Set(page.elements.compactMap { $0.attributes["id"] })
    let known: Set<String> = [
      "html", "head", "meta", "title", "style", "body", "a", "header", "main", "footer", "nav",
      "section", "h1", "h2", "h3", "p", "dl", "div", "dt", "dd", "ul", "ol", "li", "span", "b", "i",
      "bdi", "code", "table", "caption", "thead", "tbody", "tr", "th", "td", "figure", "figcaption",
      "svg", "desc", "line", "rect", "circle", "text", "polyline", "polygon",
    ]
    for element in page.elements {
      #expect(known.contains(element.name), "<\(element.name)>")
      for (key, value) in element.attributes {
        #expect(!key.hasPrefix("on") && !["src", "style", "xlink:href", "xmlns"].contains(key))
        #expect(!value.contains("url("))
        if key == "href" {
          #expect(value.hasPrefix("#") && ids.contains(String(value.dropFirst())), "\(value)")
        }
      }
    }
    let style = try style(self.page(name))
    for reference in ["url(", "@import", "//"] { #expect(!style.contains(reference)) }
  }

  private func style(_ page: String) throws -> String {
    let start = try #require(page.firstRange(of: "<style>")).upperBound
    let end = try #require(page.firstRange(of: "</style>")).lowerBound
    return String(page[start..<end])
  }

  @Test("every identifier is there once", arguments: names)
  func identifiersAreUnique(name: String) throws {
    let ids = try parsed(name).elements.compactMap { $0.attributes["id"] }
    #expect(Set(ids).count == ids.count)
  }

  @Test("allows its own style by its digest, and nothing else")
  func policy() throws {
    let page = try page("clear_win")
    var hash: [UInt8] = []
    Base64.encode(Digest256(hashing: try style(page).utf8.span).bytes.span, into: &hash)
    let policy = ParsedPage(page).named("meta").first { $0.attributes["http-equiv"] != nil }
    #expect(
      policy?.attributes["content"]
        == "default-src 'none'; style-src 'sha256-\(String(decoding: hash, as: UTF8.self))'; base-uri 'none'; form-action 'none'"
    )
  }

  @Test("every chart has a title and a description", arguments: names)
  func chartsAreDescribed(name: String) throws {
    let charts = try parsed(name).named("svg").filter { $0.parent?.name != "svg" }
    #expect(charts.isEmpty == (name == "empty"))
    for chart in charts {
      #expect(chart.attributes["role"] == "img")
      #expect(chart.children.prefix(2).map(\.name) == ["title", "desc"])
      #expect(chart.children.prefix(2).allSatisfy { !$0.text.isEmpty })
    }
  }

  @Test("headings, tables and landmarks are in order", arguments: names)
  func isAccessible(name: String) throws {
    let page = try parsed(name)
    for landmark in ["header", "main", "footer", "nav", "h1"] {
      #expect(page.named(landmark).count == 1)
    }
    let levels = page.elements.compactMap { element in
      element.name.count == 2 && element.name.first == "h"
        ? element.name.last?.wholeNumberValue : nil
    }
    #expect(levels.first == 1)
    for (level, next) in zip(levels, levels.dropFirst()) { #expect(next <= level + 1) }
    for table in page.named("table") {
      #expect(table.children.map(\.name) == ["caption", "thead", "tbody"])
      let widths = table.children.dropFirst().flatMap(\.children).map(\.children.count)
      #expect(Set(widths).count == 1, "\(table.children[0].text)")
      #expect(table.parent?.attributes["tabindex"] == "0")
    }
    for header in page.named("th") { #expect(header.attributes["scope"] != nil) }
    for cell in page.named("td") {
      #expect(!cell.text.isEmpty || !cell.children.isEmpty || name == "hostile")
    }
  }

  @Test("hostile texts are text")
  func hostileTexts() throws {
    let source = try page("hostile")
    let page = ParsedPage(source)
    for text in MadeReport.hostileTexts {
      let shown = String(String.UnicodeScalarView(text.unicodeScalars.map(Escaping.shown)))
      #expect(page.text.contains(shown), "\(shown)")
    }
    let forbidden: Set<Unicode.Scalar> = ["\u{202E}", "\u{2066}", "\u{0}", "\u{FFFF}"]
    #expect(!source.unicodeScalars.contains { forbidden.contains($0) })
  }

  @Test("a quote is escaped though a combining mark follows it")
  func escapesScalars() {
    #expect(
      Escaping.escape("\"\u{301}<\u{200D}&\u{301}") == "&quot;\u{301}&lt;\u{200D}&amp;\u{301}"
    )
  }

  @Test("the parts are in the order of a report")
  func order() throws {
    let sections = try parsed("three_arms").named("section").compactMap { $0.attributes["id"] }
    #expect(
      sections == [
        "verdict", "trust", "population", "goals", "guardrails", "time", "exposures", "slices",
        "retention", "methods",
      ]
    )
  }

  @Test("numbers of a failed check are grey, those of others are not", arguments: names)
  func greysWhatIsNotTrusted(name: String) throws {
    let grey = try parsed(name).named("section").filter { $0.attributes["class"] == "untrusted" }
    #expect(grey.isEmpty == (name != "broken_split"))
    for section in grey { #expect(section.text.contains("a check failed")) }
  }

  @Test("one chart over time for each goal and treatment")
  func chartsOverTime() throws {
    let titles = try parsed("three_arms").named("svg").compactMap { $0.children.first?.text }
    #expect(titles.count { $0.hasPrefix("Effect over time") } == 6)
    #expect(titles.count { $0.hasPrefix("New identities a day") } == 3)
  }
}
