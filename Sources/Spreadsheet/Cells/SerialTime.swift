internal import Bytes

/// Dates and times as spreadsheets count them: days since 1899-12-30 (ECMA-376 Part 1, §18.17.4, the 1900 date base system).
///
/// Before 1900-03-01 programs disagree, since some of them know a 29th of February in 1900; after 9999-12-31 they know no dates.
enum SerialTime {
  private static let epoch = 25_569
  private static let days = 61...2_958_465
  private static let microsecondsPerDay = 86_400_000_000

  /// Appends the number of a date in days since 1970-01-01; false, and nothing appended, where it has none.
  static func append(day: Int, to output: inout [UInt8]) -> Bool {
    guard (days.lowerBound - epoch...days.upperBound - epoch).contains(day) else { return false }
    output.append(decimal: Int64(day + epoch))
    return true
  }

  /// Appends the number of a time in microseconds since the epoch, cut to the millisecond; false, and nothing appended, where it
  /// has none.
  static func append(microseconds: Int64, to output: inout [UInt8]) -> Bool {
    let (day, rest) = Int(microseconds).flooredDivision(by: microsecondsPerDay)
    guard append(day: day, to: &output) else { return false }
    // Millionths of millionths of a day, rounded: 10^12 / 86,400,000 is 312,500 / 27. A double of such a day has fewer digits.
    var fraction = (rest / 1000 * 312_500 + 13) / 27
    guard fraction > 0 else { return true }
    var width = 12
    while fraction % 10 == 0 {
      fraction /= 10
      width -= 1
    }
    output.append(UInt8(ascii: "."))
    output.append(decimal: fraction, width: width)
    return true
  }
}
