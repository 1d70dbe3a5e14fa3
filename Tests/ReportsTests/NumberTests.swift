import Reports
import Testing

@Suite("Numbers as people read them")
struct NumberTests {
  @Test(
    "p-values",
    arguments: [
      (0, "<\u{A0}0.001"), (0.00099, "<\u{A0}0.001"), (0.0341, "0.034"), (0.0499, "0.050"),
      (0.25, "0.25"), (0.995, ">\u{A0}0.99"), (1, ">\u{A0}0.99"), (.nan, "not finite"),
    ] as [(Double, String)]
  )
  func pValues(value: Double, text: String) {
    #expect(Numbers.pValue(value) == text)
  }

  @Test(
    "a number has the digits that its interval allows",
    arguments: [
      (0.0123, 0.0082, "+1.23\u{202F}pp"), (-0.0123, 0.082, "\u{2212}1.2\u{202F}pp"),
      (0.00001, 0.4, "0\u{202F}pp"), (-0.123456, nil, "\u{2212}12.3\u{202F}pp"),
      (0, nil, "0\u{202F}pp"), (.infinity, 1, "not finite\u{202F}pp"),
    ] as [(Double, Double?, String)]
  )
  func effects(value: Double, spread: Double?, text: String) {
    #expect(Scaling.points.text(value, spread: spread, signed: true) == text)
  }

  @Test(
    "thousands stand apart",
    arguments: [
      (0, "0"), (999, "999"), (1000, "1\u{202F}000"), (1_234_567, "1\u{202F}234\u{202F}567"),
    ] as [(Int, String)]
  )
  func counts(value: Int, text: String) {
    #expect(Numbers.count(value) == text)
  }

  @Test("very large and very small numbers are not written out")
  func extremes() {
    #expect(Numbers.text(1.5e300, decimals: 0) == "1.50e300")
    #expect(Numbers.text(-1.5e-12, decimals: 14) == "\u{2212}1.50e\u{2212}12")
  }

  @Test(
    "an interval has the same digits at both ends, and may be open",
    arguments: [
      (0.0041, 0.0205, "+0.41 to +2.05\u{202F}%"), (-0.1, 0.1, "\u{2212}10 to +10\u{202F}%"),
      (0.25, nil, "at least +25.0\u{202F}%"), (nil, 0.25, "at most +25.0\u{202F}%"),
      (nil, nil, nil),
    ] as [(Double?, Double?, String?)]
  )
  func intervals(low: Double?, high: Double?, text: String?) {
    #expect(Scaling.percent.text(low, high) == text)
  }

  @Test(
    "an axis shows 0 and all values, at round steps",
    arguments: [
      [0.03, 0.12], [-0.4, -0.01], [-3, 1200], [1e-9, 3e-9], [], [0], [.infinity, 7], [0.1, 0.3],
    ]
  )
  func axes(values: [Double]) {
    let scale = Scale(showing: values)
    #expect(scale.low <= 0 && scale.high >= 0 && scale.low < scale.high)
    for value in values where value.isFinite { #expect(scale.contains(value)) }
    #expect(scale.ticks.contains(0))
    #expect((2...9).contains(scale.ticks.count))
  }
}
