import Analysis
import Testing

@Suite("The fate of an identity")
struct FateTests {
  private static let views = [
    view(0), view(1), view(2), view(0, isEnabled: false), view(2, isEnabled: false),
    view(0, isOverride: true), view(1, isEnabled: false, isOverride: true),
  ]
  /// Names of the views; `none` is a set of flags without the feature.
  private static let names = ["control", "blue", "strange", "off", "strange off", "own", "own off"]

  private static func view(
    _ value: Int,
    isEnabled: Bool = true,
    isOverride: Bool = false
  ) -> FeatureStates.View {
    FeatureStates.View(
      value: value,
      isEnabled: isEnabled,
      isOverride: isOverride,
      allocation: nil
    )
  }

  /// What was seen, and what comes of it where enabled flags expose, and where all do.
  struct Case: Sendable {
    let seen: [String]
    let enabled: Fate
    let always: Fate

    init(_ seen: [String], _ enabled: Fate, always: Fate? = nil) {
      self.seen = seen
      self.enabled = enabled
      self.always = always ?? enabled
    }
  }

  @Test(
    "is the first that holds",
    arguments: [
      Case([], .outsideWindow),
      Case(["none"], .outsideWindow),
      Case(["off"], .disabled, always: .analysed),
      Case(["none", "off", "strange off"], .disabled, always: .multipleVariants),
      Case(["own off"], .disabled, always: .override),
      Case(["own"], .override),
      Case(["own", "control"], .override),
      Case(["control", "own"], .override),
      Case(["control", "blue", "own"], .override),
      Case(["strange", "own"], .override),
      Case(["control", "own off"], .analysed, always: .override),
      Case(["control", "blue"], .multipleVariants),
      Case(["control", "blue", "blue"], .multipleVariants),
      Case(["blue", "control", "blue"], .multipleVariants),
      Case(["strange", "blue"], .multipleVariants),
      Case(["blue", "strange"], .multipleVariants),
      Case(["strange"], .unknownValue),
      Case(["off", "strange"], .unknownValue, always: .multipleVariants),
      Case(["control"], .analysed),
      Case(["none", "blue", "none", "blue"], .analysed),
      Case(["strange off", "blue"], .analysed, always: .multipleVariants),
    ]
  )
  func firstThatHolds(example: Case) {
    for exposure in ExperimentPlan.Exposure.allCases {
      let finder = FateFinder(Self.views, exposure, arms: [0, 1, nil])
      var finding = FateFinder.Finding()
      for name in example.seen {
        let view = Self.names.firstIndex(of: name)
        finder.add(.init(day: 0, view: view, segments: 0, firstAt: 0, lastAt: 0), to: &finding)
      }
      let expected = exposure == .always ? example.always : example.enabled
      #expect(finder.fate(finding) == expected, "exposed when \(exposure.rawValue)")
    }
  }

  @Test("has the times of what exposes alone, and the arm of its value")
  func times() {
    let finder = FateFinder(Self.views, .enabled, arms: [0, 1, nil])
    var finding = FateFinder.Finding()
    func add(_ name: String, _ times: ClosedRange<Int64>) {
      let view = Self.names.firstIndex(of: name)
      finder.add(
        .init(day: 0, view: view, segments: 0, firstAt: times.lowerBound, lastAt: times.upperBound),
        to: &finding
      )
    }
    add("off", 1...99)
    add("none", 1...99)
    #expect(finding.firstExposedAt == nil && finding.lastExposedAt == nil)
    #expect(finder.arm(finding) == nil)
    add("blue", 20...30)
    add("blue", 15...18)
    add("blue", 22...25)
    add("own off", 1...99)
    #expect(finding.firstExposedAt == 15 && finding.lastExposedAt == 30)
    #expect(finder.arm(finding) == 1)
  }
}
