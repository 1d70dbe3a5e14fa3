import Analysis
import Bytes
import Configuration
import Observations
import Tables
import TestSupport
import Testing

@Suite("A configuration file")
struct ReadingTests {
  private static let whole = """
    archives: [in, /var/archives, "-"]
    output: out
    envelope: generic
    signature:
      required: false
      secrets:
        - {name: prod, env: FLAGSMITH_SECRET, environment: 2}
        - name: old
          file: old.secret
          not_before: 2026-01-01T00:00:00+01:00
          not_after: 2026-10-01T00:00:00Z
    window: {kind: session, size: 90s, timezone: Europe/Berlin}
    exposures: [checkout_button, "7"]
    top_values: 3
    traits: {include: [plan, "1"]}
    identities: {pseudonymize: {env: PEPPER}}
    csv: {formulas: raw, delimiter: ";", excel: true}
    jobs: 4
    memory: 256MiB
    max_rejected: 0.25
    settle: 0s
    since: 2026-11-01
    until: "2026-11-22"
    cohorts:
      - {name: weekly, start: first_seen, period: week, breakdown: {feature: checkout_button}}
      - {name: after blue, start: {exposure: checkout_button}, period: day}
      - {name: pros, where: plan = "pro" and not segment "beta"}
    segment_flows: true
    """

  @Test("is read with every key")
  func everyKey() throws {
    let file = try ConfigurationFile(Self.whole)
    #expect(file.archives?.value == ["/etc/hooksift/in", "/var/archives", "-"])
    #expect(file.output?.value.path == "/etc/hooksift/out")
    #expect(file.envelope?.value == .generic)
    #expect(file.requiresSignature?.value == false)
    let secrets = try #require(file.secrets?.value)
    #expect(secrets.map(\.name) == ["prod", "old"])
    #expect(secrets[0].source == .variable("FLAGSMITH_SECRET"))
    #expect(secrets[0].environment == 2)
    #expect(secrets[1].source == .file("/etc/hooksift/old.secret"))
    // 2025-12-31T23:00:00Z and 2026-10-01T00:00:00Z.
    #expect(secrets[1].notBefore == 1_767_222_000_000_000)
    #expect(secrets[1].notAfter == 1_790_812_800_000_000)
    #expect(file.windowKind?.value == .session)
    #expect(file.windowSize?.value.microseconds == 90_000_000)
    #expect(file.timeZone?.value.calendar.identifier == "Europe/Berlin")
    #expect(file.exposures?.value == .features([ByteText("checkout_button"), ByteText("7")]))
    #expect(file.topValues?.value.count == 3)
    #expect(
      file.cohorts?.value == [
        CohortPlan(
          name: "weekly",
          kind: .retention(
            .init(start: .firstSeen, period: .week, breakdown: .feature("checkout_button"))
          )
        ),
        CohortPlan(
          name: "after blue",
          kind: .retention(
            .init(start: .firstExposure(feature: "checkout_button"), period: .day)
          )
        ),
        CohortPlan(
          name: "pros",
          kind: .members(
            .all([
              .compare(.named("plan"), .equal, .text("pro")), .not(.segment("beta")),
            ])
          )
        ),
      ]
    )
    #expect(file.segmentFlows?.value == true)
    guard case .only(let kept) = file.traits?.value else {
      Issue.record("traits are not included")
      return
    }
    #expect(kept == ["plan", "1"])
    #expect(file.pepper?.value == .variable("PEPPER"))
    #expect(file.formulas?.value == .raw)
    #expect(file.delimiter?.value.byte == UInt8(ascii: ";"))
    #expect(file.excel?.value == true)
    #expect(file.jobs?.value.count == 4)
    #expect(file.memory?.value.bytes == 268_435_456)
    #expect(file.maxRejected?.value.share == 0.25)
    #expect(file.settle?.value.microseconds == 0)
    // 20,758 days after 1970-01-01 is 2026-11-01.
    #expect(file.since?.value.days == 20_758)
    #expect(file.until?.value.days == 20_779)
  }

  @Test("says where each value is")
  func places() throws {
    let file = try ConfigurationFile(Self.whole)
    #expect(file.output?.place.description == "\(ConfigurationFile.path):2:9")
    #expect(file.windowSize?.place.description == "\(ConfigurationFile.path):12:31")
  }

  @Test("may say nothing", arguments: ["", "# nothing", "---\n", "{}"])
  func empty(text: String) throws {
    let file = try ConfigurationFile(text)
    #expect(file.archives == nil && file.secrets == nil && file.settle == nil)
  }

  @Test("may come from an editor that marks its bytes and ends lines its own way")
  func foreignEditor() throws {
    let file = try ConfigurationFile("\u{FEFF}jobs: 4\r\nwindow:\r\n  size: 5m\r\n")
    #expect(file.jobs?.value.count == 4)
    #expect(file.windowSize?.value.settingText == "5m")
  }

  @Test("as init writes it is read, with its comments and without them")
  func template() throws {
    let text = ConfigurationTemplate.text
    #expect(try ConfigurationFile(text).secrets?.value.count == 1)
    // Prose has one space after its `#`, a setting has none or several.
    let lines = text.split(separator: "\n").map { line in
      let isProse = line.hasPrefix("# ") && !line.hasPrefix("#  ")
      return line.hasPrefix("#") && !isProse ? line.dropFirst() : line
    }
    let file = try ConfigurationFile(lines.joined(separator: "\n"))
    #expect(file.secrets?.value.count == 2)
    #expect(file.delimiter?.value.byte == UInt8(ascii: ";"))
    #expect(file.pepper?.value == .variable("HOOKSIFT_PEPPER"))
    #expect(file.jobs?.value.count == 4)
    #expect(file.until != nil && file.traits != nil && file.maxRejected != nil)
    #expect(file.experiments?.value.map(\.plan.metrics.count) == [3])
  }

  @Test("that is missing, or a directory, is a fault that names it")
  func missing() throws {
    let directory = try TemporaryDirectory()
    for path in [directory.path("none.yaml"), directory.path] {
      let fault = #expect(throws: ConfigurationFault.self) {
        try ConfigurationFile(reading: path)
      }
      #expect(fault?.description.hasPrefix("\(path): cannot be read: ") == true)
    }
  }

  @Test("of any bytes is read or is a fault, and nothing worse")
  func anyText() {
    let pieces = [
      "archives", "window", ": ", "\n", "  ", "- ", "[", "]", "{", "}", "&a ", "*a", "\"", "'", "#",
      "size", "30m", "? ", "|", "!!int ", "\t", "é", "<<", "~", ",", "signature:\n  secrets:\n",
    ]
    for seed in TestSeed.cases(3000) {
      var random = SeededGenerator(seed: seed)
      let text = (0..<random.number(1...30)).map { _ in random.one(of: pieces) }.joined()
      if let fault = fault(text) {
        #expect(fault.hasPrefix(":"), "seed \(seed)")
      }
    }
  }
}
