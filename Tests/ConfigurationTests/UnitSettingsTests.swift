import Analysis
import Configuration
import Statistics
import Testing

@Suite("Settings of an analysis of units")
struct UnitSettingsTests {
  private static let variants =
    #""control": "a", "variants": [{"key": "a", "weight": 2}, {"key": "b"}]"#

  private func parse(_ text: String) throws -> UnitSettings {
    try UnitSettingsFile.parse(Array(text.utf8), path: "s.json")
  }

  @Test("have the values of the specification where the file is silent")
  func standards() throws {
    let settings = try parse("{\(Self.variants)}")
    #expect(settings.control == 0)
    #expect(settings.treatments == [1])
    #expect(settings.variants.map(\.key) == ["a", "b"])
    #expect(settings.variants.map(\.weight) == [2, 1])
    #expect(settings.analysis.alpha == 0.05)
    #expect(settings.analysis.sequentialTuning == 5000)
    #expect(settings.analysis.priorMean == 0)
    #expect(settings.analysis.priorDeviation == 0.3)
    #expect(settings.analysis.targetPower == 0.8)
    #expect(settings.analysis.targetEffect == 0.05)
  }

  @Test("take every key")
  func everyKey() throws {
    let settings = try parse(
      """
      {\(Self.variants), "alpha": 0.01, "sequential_tuning": 3000, "prior_mean": -0.1, "prior_sd": 0.2,
      \t"target_power": 9e-1, "mde_relative": 0.1, "note": "n\\u00fc"}
      """
    )
    #expect(settings.analysis.alpha == 0.01)
    #expect(settings.analysis.sequentialTuning == 3000)
    #expect(settings.analysis.priorMean == -0.1)
    #expect(settings.analysis.priorDeviation == 0.2)
    #expect(settings.analysis.targetPower == 0.9)
    #expect(settings.analysis.targetEffect == 0.1)
  }

  @Test(
    "name what is wrong",
    arguments: [
      (#"{"#, "s.json"),
      ("", "is empty"),
      ("[]", "must be keys with values"),
      (#"{\#(variants), "alhpa": 1}"#, "s.json:1:73: alhpa: unknown key; did you mean alpha?"),
      (#"{\#(variants), "alpha": 1}"#, "alpha: \"1\" is not a number above 0 and below 1"),
      (
        #"{\#(variants), "alpha": "0.05"}"#, "alpha: must be a number above 0 and below 1, not text"
      ),
      (#"{\#(variants), "prior_sd": 0}"#, "prior_sd: \"0\" is not a number above 0"),
      (#"{\#(variants), "prior_mean": .inf}"#, "prior_mean: \".inf\" is not a number"),
      (#"{"control": "a"}"#, "variants: is missing"),
      (#"{"variants": [{"key": "a"}, {"key": "b"}]}"#, "control: is missing"),
      (#"{"control": "a", "variants": [{"key": "a"}]}"#, "must be two at the least"),
      (
        #"{"control": "c", "variants": [{"key": "a"}, {"key": "b"}]}"#,
        "\"c\" is none of the variants"
      ),
      (#"{"control": "a", "variants": [{"key": "a"}, {"key": "a"}]}"#, "\"a\" is given twice"),
      (#"{"control": "a", "variants": [{"key": "a"}, {"kye": "b"}]}"#, "variants[1]"),
      (
        #"{"control": "a", "variants": [{"key": "a"}, {"key": "b", "weight": -1}]}"#,
        "is not a number, 0 or above"
      ),
    ]
  )
  func faults(text: String, message: String) throws {
    let fault = #expect(throws: ConfigurationFault.self) { try parse(text) }
    #expect(fault?.description.contains(message) == true, "\(fault?.description ?? "")")
  }
}
