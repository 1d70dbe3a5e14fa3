import Analysis
import Configuration
import Foundation
import Statistics
import Tables
import TestSupport
import Testing

/// The data sets with expected values, computed at 120 digits.
@Suite struct ReferenceTests {
  @Test(
    "every value of the reference is reached",
    arguments: [
      "p01_medium_two_arms", "p02_small_n", "p03_zero_variance",
      "p04_four_variants_unequal_weights", "p05_ratio_correlated_denominator",
      "p06_tiny_p_values",
    ]
  )
  func reaches(name: String) throws {
    let settings = try UnitSettingsFile.parse(
      try Fixture.bytes("\(name).config.json"),
      path: "\(name).config.json"
    )
    var reader = CSVReader(try Fixture.bytes("\(name).csv"))
    let analysis = UnitAnalysis(try UnitTable(reading: &reader, settings), settings)
    let found = try Dictionary(
      uniqueKeysWithValues: rows(analysis.keyValues).map { ($0[0], $0[1]) }
    )
    let expected = try rows(try Fixture.bytes("\(name).expected.csv"))
    #expect(expected.count > 400)
    for row in expected {
      let value = try #require(found[row[0]], "\(row[0]) is missing")
      let isReached: Bool
      switch row[2] {
      case "exact": isReached = value == row[1]
      default:
        let number = try #require(Double(value))
        let wanted = try #require(Double(row[1]))
        let tolerance = try #require(Double(row[3]))
        isReached = abs(number - wanted) <= tolerance * (row[2] == "rel" ? abs(wanted) : 1)
      }
      #expect(isReached, "\(row[0]) is \(value), not \(row[1])")
    }
  }

  /// The rows of a CSV file but for its header.
  private func rows(_ bytes: [UInt8]) throws -> [[String]] {
    var reader = CSVReader(bytes)
    var row = CSVRow()
    var rows: [[String]] = []
    while try reader.read(into: &row) { rows.append((0..<row.count).map(row.text)) }
    return Array(rows.dropFirst())
  }
}
