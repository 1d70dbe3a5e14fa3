import Foundation
import Statistics
import Tables
import TestSupport
import Testing

/// Values of mpmath, at the accuracy that each has there.
@Suite struct SpecialFunctionTests {
  /// A value to be reached.
  struct Point: CustomTestStringConvertible, Sendable {
    let function: String
    let arguments: [Double]
    let expected: Double?
    let log10: Double?
    let tolerance: Double

    var testDescription: String { "\(function)\(arguments)" }
  }

  static func points(_ name: String) throws -> [Point] {
    var reader = CSVReader(try Fixture.bytes(name))
    var row = CSVRow()
    var names: [String] = []
    var points: [Point] = []
    while try reader.read(into: &row) {
      let cells = (0..<row.count).map(row.text)
      guard !names.isEmpty else {
        names = cells
        continue
      }
      let values = Dictionary(uniqueKeysWithValues: zip(names, cells))
      let arguments =
        values["arguments"]
        ?? ["arg1", "arg2", "arg3"].compactMap { values[$0] }.joined(separator: " ")
      points.append(
        Point(
          function: values["function"] ?? "",
          arguments: arguments.split { " ;".contains($0) }.compactMap { Double($0) },
          expected: values["expected"].flatMap(Double.init),
          log10: values["log10_expected"].flatMap(Double.init),
          tolerance: values["relative_tolerance"].flatMap(Double.init) ?? 0
        )
      )
    }
    return points
  }

  @Test("reaches the values of the table", arguments: try points("special_functions.csv"))
  func specified(point: Point) throws { try check(point) }

  @Test("reaches values of mpmath and exact fractions", arguments: try points("points.csv"))
  func computed(point: Point) throws { try check(point) }

  private func check(_ point: Point) throws {
    let value: Double
    switch try #require(result(point)) {
    case .probability(let probability):
      value = probability.value
      if let log10 = point.log10 {
        let difference = abs(probability.log10 - log10)
        #expect(difference <= 1e-8, "log10 \(probability.log10) is not \(log10)")
      }
    case .number(let number): value = number
    case .both(let number, let log):
      value = number
      if let log10 = point.log10 {
        #expect(abs(log / 2.302585092994045684 - log10) <= 1e-8)
      }
    }
    if let expected = point.expected {
      let error = abs(value - expected)
      #expect(
        error <= point.tolerance * abs(expected),
        "\(value) is not \(expected): \(error / abs(expected)) off"
      )
    } else {
      #expect(value == 0 || value < 1e-290)
    }
  }

  private enum Outcome {
    case probability(Probability)
    case number(Double)
    case both(Double, log: Double)

    static func from(_ probability: Probability?) -> Outcome? {
      probability.map { .probability($0) }
    }
    static func from(_ number: Double?) -> Outcome? { number.map { .number($0) } }
  }

  private func result(_ point: Point) -> Outcome? {
    let a = point.arguments
    switch point.function {
    case "normal_cdf": return .from(NormalDistribution.lowerTail(a[0]))
    case "normal_sf": return .from(NormalDistribution.upperTail(a[0]))
    case "normal_quantile": return .from(NormalDistribution.quantile(a[0]))
    case "unit_normal_loss":
      guard let loss = NormalDistribution.unitLoss(a[0]),
        let log = NormalDistribution.logUnitLoss(a[0])
      else { return nil }
      return .both(loss, log: log)
    case "t_two_sided_p": return .from(StudentDistribution.twoSided(a[0], degreesOfFreedom: a[1]))
    case "t_cdf": return .from(StudentDistribution.lowerTail(a[0], degreesOfFreedom: a[1]))
    case "t_two_sided_critical":
      return .from(StudentDistribution.critical(a[0], degreesOfFreedom: a[1]))
    case "t_density_at_zero": return .from(StudentDistribution.densityAtZero(a[0]))
    case "chi2_sf": return .from(ChiSquareDistribution.upperTail(a[0], degreesOfFreedom: a[1]))
    case "gamma_q_regularized": return .from(GammaFunction.upperRegularized(a[0], a[1]))
    case "beta_regularized": return .from(BetaFunction.regularized(a[0], a[1], a[2]))
    case "log_gamma": return .from(GammaFunction.log(a[0]))
    case "binomial_two_sided_p":
      return .from(BinomialDistribution.twoSided(Int(a[0]), of: Int(a[1]), a[2]))
    case "fisher_two_sided_p":
      return .from(
        HypergeometricDistribution.twoSided(Int(a[0]), of: Int(a[1]), Int(a[2]), of: Int(a[3]))
      )
    case "multinomial_two_sided_p":
      let half = a.count / 2
      let total = a[half...].reduce(0, +)
      return .from(
        ExactMultinomial.twoSided(
          a[..<half].map { Int($0) },
          shares: a[half...].map { $0 / total },
          mostOutcomes: 1e6
        )
      )
    default:
      Issue.record("no function is called \(point.function)")
      return nil
    }
  }
}
