import JSON
import TestSupport
import Testing

@Suite("Numbers")
struct NumberTests {
  static let integers: [(text: String, value: Int64?)] = [
    ("0", 0), ("-0", 0), ("1", 1), ("-1", -1), ("9223372036854775806", .max - 1),
    ("9223372036854775807", .max), ("9223372036854775808", nil), ("9223372036854775809", nil),
    ("-9223372036854775807", .min + 1), ("-9223372036854775808", .min),
    ("-9223372036854775809", nil), ("18446744073709551615", nil), ("18446744073709551616", nil),
    ("-18446744073709551615", nil), ("18446744073709551617", nil), ("99999999999999999999", nil),
    ("-99999999999999999999", nil), ("27670116110564327424", nil),
    ("100000000000000000000000000000000", nil),
    ("1.0", nil), ("1e0", nil), ("0.0", nil), ("-0e0", nil),
  ]

  @Test("fit 64 bits or have no such value", arguments: integers)
  func int64(text: String, value: Int64?) throws {
    #expect(try Reading.number(text) { $0.int64($1) } == value)
  }

  static let notations: [(text: String, notation: JSONNumber.Notation)] = [
    ("0", .integer), ("-0", .integer), ("12", .integer), ("1.0", .decimal), ("1e2", .decimal),
    ("1E2", .decimal), ("-1.5e-3", .decimal), ("NaN", .notANumber), ("Infinity", .infinite),
    ("-Infinity", .infinite),
  ]

  @Test("tell their notation and where they stand", arguments: notations)
  func notation(text: String, notation: JSONNumber.Notation) throws {
    let options = JSONReader.Options(allowsNonFiniteNumbers: true)
    let number = try Reading.number("  " + text + " ", options: options) { $1 }
    #expect(number.notation == notation)
    #expect(number.range == 2..<2 + text.utf8.count)
  }

  @Test("that are not finite are Python's")
  func notFinite() throws {
    let options = JSONReader.Options(allowsNonFiniteNumbers: true)
    #expect(try Reading.number("NaN", options: options) { $0.double($1) }.isNaN)
    #expect(try Reading.number("Infinity", options: options) { $0.double($1) } == .infinity)
    #expect(try Reading.number("-Infinity", options: options) { $0.double($1) } == -.infinity)
    #expect(try Reading.number("NaN", options: options) { $0.int64($1) } == nil)
  }

  @Test("are the nearest doubles, as Python's float() gives them")
  func doubles() throws {
    let rows = try Fixture.rows("numbers.tsv")
    #expect(rows.count == 2000)
    for row in rows {
      let expected = try #require(UInt64(row[1], radix: 16))
      let value = try Reading.number(row[0]) { $0.double($1) }
      #expect(value.bitPattern == expected, "\(row[0]) is \(value)")
    }
  }

  @Test("are written as Python's json writes them")
  func written() throws {
    let rows = try Fixture.rows("doubles.tsv")
    #expect(rows.count == 5000)
    for row in rows {
      let bits = try #require(UInt64(row[0], radix: 16))
      var text: [UInt8] = []
      PythonText.append(double: Double(bitPattern: bits), to: &text)
      #expect(String(decoding: text, as: UTF8.self) == row[1], "bits \(row[0])")
    }
  }

  @Test("that were written read back the same")
  func roundTrip() throws {
    var random = SeededGenerator.forCase(0)
    for _ in 0..<2000 {
      let value = Double(bitPattern: random.next())
      guard value.isFinite else { continue }
      var text: [UInt8] = []
      PythonText.append(double: value, to: &text)
      let read = try Reading.number(String(decoding: text, as: UTF8.self)) { $0.double($1) }
      #expect(read.bitPattern == value.bitPattern, "seed \(random.seed)")
    }
  }
}
