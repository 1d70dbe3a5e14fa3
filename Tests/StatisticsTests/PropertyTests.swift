import Foundation
import Statistics
import TestSupport
import Testing

/// Laws over random and adverse cases; each failure names its seed.
@Suite struct PropertyTests {
  // MARK: - Nothing leaks

  @Test(
    "no number in a comparison is infinite or none, whatever the units are",
    arguments: TestSeed.cases(400)
  )
  func staysFinite(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<10 {
      let scale = generator.one(of: Self.adverse)
      let pivot = generator.adverseUnit(near: scale)
      var arms = [UnitMoments(pivot: pivot), UnitMoments(pivot: pivot)]
      for place in arms.indices {
        for _ in 0..<generator.one(of: [0, 1, 2, 3, 10]) {
          arms[place].add(generator.adverseUnit(near: scale))
        }
      }
      var settings = AnalysisSettings()
      if generator.once(in: 4) {
        settings.alpha = generator.one(of: Self.adverse)
        settings.sequentialTuning = generator.one(of: Self.adverse)
        settings.priorMean = generator.one(of: Self.adverse)
        settings.priorDeviation = generator.one(of: Self.adverse)
        settings.targetPower = generator.one(of: Self.adverse)
        settings.targetEffect = generator.one(of: Self.adverse)
      }
      for kind in MetricKind.allCases {
        for adjusts in [false, true] {
          let comparison = Comparison(
            control: arms[0],
            treatment: arms[1],
            kind: kind,
            adjusts: adjusts,
            settings: settings
          )
          expectFinite(comparison, "seed \(seed), \(kind), \(adjusts)")
          #expect((comparison.absolute != nil) == (comparison.status == .ok), "seed \(seed)")
        }
        if let summary = ArmSummary(arms[0], kind) {
          expectFinite(Power(summary, settings), "seed \(seed)")
        }
      }
    }
  }

  @Test("nor in the special functions", arguments: TestSeed.cases(50))
  func functionsStayFinite(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<40 {
      let (a, b, c) = (
        generator.one(of: Self.adverse), generator.one(of: Self.adverse),
        generator.one(of: Self.adverse)
      )
      let (k, n) = (generator.number(-2...50), generator.number(-2...50))
      let results: [Any?] = [
        NormalDistribution.upperTail(a), NormalDistribution.upperQuantile(a),
        NormalDistribution.unitLoss(a), NormalDistribution.logUnitLoss(a),
        StudentDistribution.twoSided(a, degreesOfFreedom: b),
        StudentDistribution.lowerTail(a, degreesOfFreedom: b),
        StudentDistribution.critical(a, degreesOfFreedom: b),
        StudentDistribution.densityAtZero(a), GammaFunction.log(a),
        GammaFunction.upperRegularized(a, b), BetaFunction.regularized(a, b, c),
        BinomialDistribution.twoSided(k, of: n, a),
        HypergeometricDistribution.twoSided(k, of: n, n, of: k),
        ExactMultinomial.twoSided([k, n, 2], shares: [a, b, c], mostOutcomes: 1e4),
        SampleRatioTest(observed: [k, n, 3], weights: [a, b, c]),
      ]
      for result in results {
        if let result { expectFinite(result, "seed \(seed), \(a) \(b) \(c) \(k) \(n)") }
      }
    }
  }

  /// What has broken such code before.
  static let adverse: [Double] = [
    0, -0.0, 1, -1, 0.5, 0.05, 2, 1e-300, Double.leastNonzeroMagnitude,
    -Double.leastNonzeroMagnitude, 1e300, -1e300, 1.7e308, 1e154, 1e-154,
    1e18,
    .infinity, -.infinity, .nan, 1e9, 1 - 1e-16, 3.3,
  ]

  /// Looks at every number in a value.
  private func expectFinite(_ value: Any, _ comment: Comment) {
    if let number = value as? Double {
      #expect(number.isFinite, comment)
      return
    }
    for child in Mirror(reflecting: value).children { expectFinite(child.value, comment) }
  }

  // MARK: - Moments

  @Test("merged moments are those of one fold, in any order", arguments: TestSeed.cases(100))
  func merges(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let units = generator.units(generator.number(2...300))
    let pivot = units[0]
    var whole = UnitMoments(pivot: pivot)
    for unit in units { whole.add(unit) }
    var merged = UnitMoments(pivot: pivot)
    var rest = units.shuffled(using: &generator)[...]
    while !rest.isEmpty {
      var part = UnitMoments(pivot: pivot)
      let count = min(rest.count, generator.number(1...100))
      for unit in rest.prefix(count) { part.add(unit) }
      rest = rest.dropFirst(count)
      merged.merge(part)
    }
    let other = Self.moments(generator.units(50), pivot)
    for kind in MetricKind.allCases {
      for adjusts in [false, true] {
        let one = Comparison(
          control: whole,
          treatment: other,
          kind: kind,
          adjusts: adjusts,
          settings: .init()
        )
        let two = Comparison(
          control: merged,
          treatment: other,
          kind: kind,
          adjusts: adjusts,
          settings: .init()
        )
        expectClose(one.absolute?.standardError, two.absolute?.standardError, 1e-11, "seed \(seed)")
        expectClose(
          one.absolute?.estimate,
          two.absolute?.estimate,
          1e-11,
          "seed \(seed)",
          size: one.absolute?.standardError
        )
        expectClose(one.control?.value, two.control?.value, 1e-12, "seed \(seed)")
        expectClose(one.theta, two.theta, 1e-10, "seed \(seed)", size: 0.1)
      }
    }
  }

  @Test(
    "a shift of all values changes no error, nor does another pivot",
    arguments: TestSeed.cases(60)
  )
  func ignoresShifts(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    // Powers of two and small whole numbers, so that shifting itself rounds nothing.
    let shift = Double(1 << generator.number(20...40))
    let arms = (0..<2).map { _ in
      (0..<200).map { _ in UnitValues(numerator: Double(generator.number(0...1000)) / 8) }
    }
    func compare(_ shift: Double, pivot: Double) -> Comparison {
      let pivot = UnitValues(numerator: pivot)
      let moments = arms.map { arm in
        Self.moments(arm.map { UnitValues(numerator: $0.numerator + shift) }, pivot)
      }
      return Comparison(
        control: moments[0],
        treatment: moments[1],
        kind: .mean,
        adjusts: false,
        settings: .init()
      )
    }
    let plain = compare(0, pivot: 60)
    for other in [
      compare(shift, pivot: shift + 60), compare(shift, pivot: shift + 100), compare(0, pivot: 0),
    ] {
      expectClose(
        plain.absolute?.standardError,
        other.absolute?.standardError,
        1e-11,
        "seed \(seed)"
      )
      expectClose(plain.absolute?.estimate, other.absolute?.estimate, 1e-9, "seed \(seed)", size: 1)
    }
  }

  // MARK: - Intervals

  @Test(
    "p < α exactly when Fieller excludes 0, and intervals hold the estimate",
    arguments: TestSeed.cases(300)
  )
  func intervalsAgree(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let sign = generator.once(in: 3) ? -1.0 : 1.0
    let units = (0..<2).map { _ in
      generator.units(generator.number(2...80)).map { unit in
        UnitValues(
          numerator: sign * unit.numerator,
          denominator: unit.denominator,
          covariate: unit.covariate,
          covariateDenominator: unit.covariateDenominator
        )
      }
    }
    let arms = units.map { Self.moments($0, units[0][0]) }
    for kind in MetricKind.allCases {
      for (adjusts, alpha) in [(false, 0.05), (true, 0.05), (false, 0.4), (true, 0.001)] {
        let comparison = Comparison(
          control: arms[0],
          treatment: arms[1],
          kind: kind,
          adjusts: adjusts,
          settings: .init(),
          alpha: alpha
        )
        let comment = Comment("seed \(seed), \(kind), \(adjusts), \(alpha)")
        guard let test = comparison.absolute else { continue }
        #expect(test.interval.contains(test.estimate), comment)
        #expect((test.pValue < alpha) == !test.interval.contains(0), comment)
        if let fieller = comparison.fieller {
          #expect((test.pValue < alpha) == fieller.excludesZero, comment)
          if let interval = fieller.interval, let lift = comparison.lift {
            let slack = 1e-12 * max(1, abs(lift))
            #expect(interval.low <= lift + slack && lift - slack <= interval.high, comment)
          }
        }
        if let delta = comparison.delta {
          #expect(delta.interval.contains(delta.estimate), comment)
        }
        if let log = comparison.log { #expect(log.interval.contains(log.estimate), comment) }
        if let sequential = comparison.sequentialAbsolute {
          #expect(sequential.interval.contains(test.estimate), comment)
          #expect((sequential.pValue < alpha) == !sequential.interval.contains(0), comment)
        }
        if let proportions = comparison.proportions, let control = comparison.control {
          #expect(proportions.control.contains(control.value), comment)
          #expect(proportions.difference.contains(test.estimate), comment)
        }
      }
    }
  }

  @Test("swapping the arms turns the sign of the effect", arguments: TestSeed.cases(50))
  func swaps(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let pivot = UnitValues(numerator: 1)
    let arms = (0..<2).map { _ in Self.moments(generator.units(60), pivot) }
    let one = Comparison(
      control: arms[0],
      treatment: arms[1],
      kind: .mean,
      adjusts: false,
      settings: .init()
    )
    let two = Comparison(
      control: arms[1],
      treatment: arms[0],
      kind: .mean,
      adjusts: false,
      settings: .init()
    )
    #expect(one.absolute?.estimate == two.absolute.map { -$0.estimate }, "seed \(seed)")
    expectClose(one.absolute?.pValue, two.absolute?.pValue, 1e-12, "seed \(seed)")
  }

  @Test("parts of other pivots merge to the same moments", arguments: TestSeed.cases(30))
  func mergesOtherPivots(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let units = generator.units(90)
    let control = Self.moments(generator.units(40), units[0])
    var merged = Self.moments(Array(units[..<30]), units[0])
    merged.merge(Self.moments(Array(units[30...]), UnitValues(numerator: -5, denominator: 3)))
    for kind in MetricKind.allCases {
      let comparisons = [Self.moments(units, units[0]), merged].map { treatment in
        Comparison(
          control: control,
          treatment: treatment,
          kind: kind,
          adjusts: true,
          settings: .init()
        )
      }
      let tests = comparisons.map(\.absolute)
      expectClose(tests[0]?.standardError, tests[1]?.standardError, 1e-11, "seed \(seed), \(kind)")
      expectClose(
        tests[0]?.estimate,
        tests[1]?.estimate,
        1e-10,
        "seed \(seed), \(kind)",
        size: tests[0]?.standardError
      )
    }
  }

  @Test("a prior weighs by its precision", arguments: TestSeed.cases(30))
  func weighsPriors(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let pivot = UnitValues(numerator: 1)
    let arms = (0..<2).map { _ in Self.moments(generator.units(60), pivot) }
    var settings = AnalysisSettings()
    settings.priorMean = Double.random(in: -0.5...0.5, using: &generator)
    settings.priorDeviation = generator.one(of: [0.001, 0.1, 1, 100])
    let comparison = Comparison(
      control: arms[0],
      treatment: arms[1],
      kind: .mean,
      adjusts: false,
      settings: settings
    )
    let base = try #require(comparison.control?.value)
    for (test, posterior, unit) in [
      (comparison.absolute, comparison.priorAbsolute, base),
      (comparison.delta, comparison.priorRelative, 1),
    ] {
      let test = try #require(test)
      let ofData = 1 / (test.standardError * test.standardError)
      let ofPrior = 1 / (settings.priorDeviation * unit * settings.priorDeviation * unit)
      let mean =
        (test.estimate * ofData + settings.priorMean * unit * ofPrior) / (ofData + ofPrior)
      expectClose(posterior?.mean, mean, 1e-10, "seed \(seed)", size: unit)
      expectClose(
        posterior?.deviation,
        (1 / (ofData + ofPrior)).squareRoot(),
        1e-10,
        "seed \(seed)"
      )
    }
  }

  // MARK: - Many comparisons

  @Test(
    "adjusted p are at least p, in the same order, and Holm's at least Benjamini and Hochberg's",
    arguments: TestSeed.cases(100)
  )
  func adjusts(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let values = (0..<generator.number(0...12)).map { _ in
      generator.once(in: 9)
        ? generator.one(of: Self.adverse) : Double.random(in: 0...1, using: &generator)
    }
    let holm = Multiplicity.holm(values)
    let selected = Multiplicity.benjaminiHochberg(values)
    for (one, p) in values.enumerated() {
      #expect((0...1).contains(holm[one]) && (0...1).contains(selected[one]), "seed \(seed)")
      #expect(holm[one] >= selected[one], "seed \(seed)")
      if (0...1).contains(p) { #expect(selected[one] >= p, "seed \(seed)") }
      for other in values.indices where p >= 0 && values[other] > p && values[other] <= 1 {
        #expect(holm[other] >= holm[one] && selected[other] >= selected[one], "seed \(seed)")
      }
    }
  }

  // MARK: - Sample ratio

  @Test("sizes are judged from 100 identities on, below 0.001 alone")
  func judgesSizes() {
    #expect(!SampleRatioTest(observed: [99, 0], weights: [1, 1]).isMismatch)
    #expect(SampleRatioTest(observed: [100, 0], weights: [1, 1]).isMismatch)
    #expect(!SampleRatioTest(observed: [560, 500], weights: [1, 1]).isMismatch)
    #expect(SampleRatioTest(observed: [900, 700], weights: [1, 1]).isMismatch)
    #expect(SampleRatioTest(observed: [900, 900, 1], weights: [1, 1, 0]).status == .unexpectedArm)
    #expect(SampleRatioTest(observed: [900, 3], weights: [399, 1]).method == .exact)
    #expect(SampleRatioTest(observed: [4, 5, 3], weights: [1, 1, 1]).method == .exact)
    #expect(
      SampleRatioTest(observed: [90000, 90000, 3], weights: [1, 1, 1e-5]).method == .approximate
    )
    #expect(SampleRatioTest(observed: [], weights: []).status == .noIdentities)
  }

  // MARK: - Helpers

  private static func moments(_ units: [UnitValues], _ pivot: UnitValues) -> UnitMoments {
    var moments = UnitMoments(pivot: pivot)
    for unit in units { moments.add(unit) }
    return moments
  }

  private func expectClose(
    _ one: Double?,
    _ other: Double?,
    _ tolerance: Double,
    _ comment: Comment,
    size: Double? = nil
  ) {
    guard let one, let other else {
      #expect(one == nil && other == nil, comment)
      return
    }
    let scale = max(abs(one), abs(other), size ?? 0)
    #expect(abs(one - other) <= tolerance * scale, "\(one) and \(other); \(comment)")
  }
}

extension SeededGenerator {
  /// Skewed, correlated values with many zeros, as metrics have.
  fileprivate mutating func units(_ count: Int) -> [UnitValues] {
    (0..<count).map { _ in
      let common = Double.random(in: 0...1, using: &self)
      let size = Double(number(1...9))
      let value = once(in: 3) ? 0 : -20 * Foundation.log(1 - common * 0.999)
      return UnitValues(
        numerator: value,
        denominator: size,
        covariate: once(in: 2) ? 0 : value * Double.random(in: 0.5...1.5, using: &self),
        covariateDenominator: size + Double(number(0...2))
      )
    }
  }

  fileprivate mutating func adverseUnit(near scale: Double) -> UnitValues {
    func value(_ generator: inout Self) -> Double {
      generator.once(in: 3)
        ? generator.one(of: PropertyTests.adverse)
        : scale * Double.random(in: 0.9...1.1, using: &generator)
    }
    return UnitValues(
      numerator: value(&self),
      denominator: once(in: 2) ? 1 : value(&self),
      covariate: value(&self),
      covariateDenominator: once(in: 2) ? 1 : value(&self)
    )
  }
}
