/// Dates put together, so that a chart of years does not have more marks than can be seen.
struct DaySteps {
  /// How many marks a chart has at most.
  private static let limit = 120

  let days: ClosedRange<Int>
  /// How many dates a mark stands for; the last one ends on the last date.
  let length: Int

  init(_ days: ClosedRange<Int>) {
    self.days = days
    length = (days.count + Self.limit - 1) / Self.limit
  }

  var count: Int { (days.count + length - 1) / length }

  /// The mark that a date belongs to.
  func place(_ day: Int) -> Int { count - 1 - (days.upperBound - day) / length }

  /// The dates of those marks that are told by their last date alone.
  func isShown(_ day: Int) -> Bool { (days.upperBound - day).isMultiple(of: length) }
}
