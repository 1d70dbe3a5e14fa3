/// The caps of values, as of each day: quantiles over all units that are analysed then.
///
/// In memory are the values of all units.
package struct WinsorizationCaps {
  private enum Event {
    case enters(unit: Int, value: Double)
    case changes(unit: Int, value: Double)
    case leaves(unit: Int)
  }

  private let quantile: Double
  private var unitCount = 0
  private var events: [[Event]]

  /// - Parameters:
  ///   - quantile: From 0 to 1.
  ///   - dayCount: How many days there are.
  package init(quantile: Double, dayCount: Int) {
    self.quantile = quantile
    events = Array(repeating: [], count: dayCount)
  }

  /// Adds a unit.
  ///
  /// - Parameters:
  ///   - metric: Its values.
  ///   - analysedDays: The days as of which it is analysed.
  package mutating func add(_ metric: MetricHistory, analysedDays: Range<Int>) {
    guard !analysedDays.isEmpty else { return }
    let before = metric.changes.last { $0.day <= analysedDays.lowerBound }?.numerator ?? 0
    events[analysedDays.lowerBound].append(.enters(unit: unitCount, value: before))
    for change in metric.changes
    where change.day > analysedDays.lowerBound && analysedDays.contains(change.day) {
      events[change.day].append(.changes(unit: unitCount, value: change.numerator))
    }
    if events.indices.contains(analysedDays.upperBound) {
      events[analysedDays.upperBound].append(.leaves(unit: unitCount))
    }
    unitCount += 1
  }

  /// The cap as of each day.
  ///
  /// The quantile between two values is interpolated (Hyndman and Fan, *Sample Quantiles in Statistical Packages*, 1996, type 7).
  ///
  /// - Returns: By days; `nil` where there is nobody.
  /// - Complexity: O(*n* log *n*) in the units, for each day.
  package func caps() -> [Double?] {
    var values = [Double?](repeating: nil, count: unitCount)
    return events.map { events in
      for event in events {
        switch event {
        case .enters(let unit, let value), .changes(let unit, let value): values[unit] = value
        case .leaves(let unit): values[unit] = nil
        }
      }
      let sorted = values.compactMap(\.self).sorted()
      guard let last = sorted.last else { return nil }
      let position = quantile * Double(sorted.count - 1)
      let place = Int(position.rounded(.down))
      guard place + 1 < sorted.count else { return last }
      let (low, high) = (sorted[place], sorted[place + 1])
      return low + (position - Double(place)) * (high - low)
    }
  }
}
