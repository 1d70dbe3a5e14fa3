internal import Foundation

/// The values along an axis, and where they are on it.
package struct Scale: Sendable {
  package let low: Double
  package let high: Double
  /// The values that are labelled, all multiples of ``step``.
  package let ticks: [Double]
  let step: Double

  /// An axis that shows all values and 0.
  ///
  /// - Parameters:
  ///   - values: What must be on it; those that are no numbers are passed over.
  ///   - count: About how many ticks there are.
  package init(showing values: [Double], ticks count: Int = 5) {
    let finite = values.filter(\.isFinite)
    let least = min(0, finite.min() ?? 0)
    var most = max(0, finite.max() ?? 0)
    if most - least < 1e-300 { most = least + 1 }
    let step = Self.step((most - least) / Double(count))
    let first = Foundation.floor(least / step)
    let last = Foundation.ceil(most / step)
    let places = stride(from: first, through: last, by: 1)
    ticks = places.map { $0 == 0 ? 0 : $0 * step }
    self.step = step
    low = first * step
    high = last * step
  }

  /// 0 at the beginning of the axis, 1 at its end.
  func place(_ value: Double) -> Double { (value - low) / (high - low) }

  /// Values within the axis only.
  package func contains(_ value: Double) -> Bool { value >= low && value <= high }

  /// How many digits behind the point the ticks need, in units of `factor`.
  func decimals(factor: Double) -> Int {
    max(0, -Int(Foundation.floor(Foundation.log10(step * factor) + 1e-9)))
  }

  /// The texts of the ticks, the unit once at the greatest.
  func labels(_ scaling: Scaling, signed: Bool) -> [(value: Double, text: String)] {
    let decimals = decimals(factor: scaling.factor)
    return ticks.map { value in
      let text = Numbers.text(value * scaling.factor, decimals: decimals, signed: signed)
      return (value, value == ticks.last ? text + scaling.unit : text)
    }
  }

  /// Lines across a chart at the ticks, and their labels to the left of it.
  func grid(_ scaling: Scaling, signed: Bool = false) -> [Markup] {
    labels(scaling, signed: signed).flatMap { value, text in
      let y = 1 - place(value)
      return [
        SVG.line(0, y, 1, y, value == 0 ? "zero" : "grid"),
        SVG.text(value == 0 ? "0" : text, 0, y, dx: -8, .end),
      ]
    }
  }

  /// The smallest of 1, 2 and 5 times a power of ten that is not less.
  private static func step(_ least: Double) -> Double {
    let power = Foundation.pow(10, Foundation.floor(Foundation.log10(least)))
    let multiple = [1.0, 2, 5, 10].first { $0 * power >= least * (1 - 1e-9) } ?? 10
    return multiple * power
  }
}

/// The dates along the axis of time.
struct DateAxis: Sendable {
  let first: Int
  let last: Int
  private let texts: [(day: Int, text: String)]

  /// - Parameter dates: In ISO 8601.
  init(_ dates: [String]) { self.init(days: dates.compactMap(Dates.day)) }

  /// - Parameter days: Since 1970-01-01. Labelled are the first, the last and one between them; with their years, where these differ,
  ///   the first and the last alone.
  init(days: some Sequence<Int>) {
    let days = days.sorted()
    let (first, last) = (days.first ?? 0, days.last ?? 0)
    let hasYears = Dates.year(first) != Dates.year(last)
    func label(_ day: Int) -> (day: Int, text: String) {
      (day, hasYears ? Dates.date(day) : Dates.short(day))
    }
    var labelled = days.isEmpty ? [] : [label(first)]
    if last - first >= 4, !hasYears, let middle = days.first(where: { $0 >= (first + last) / 2 }) {
      labelled.append(label(middle))
    }
    if last > first { labelled.append(label(last)) }
    (self.first, self.last, texts) = (first, last, labelled)
  }

  func place(_ day: Int) -> Double {
    last == first ? 0.5 : Double(day - first) / Double(last - first)
  }

  /// The labels of the first date, the last one and one between them, beneath the chart.
  var labels: [Markup] {
    texts.map { day, text in
      let anchor: SVG.Anchor =
        first == last ? .middle : day == first ? .start : day == last ? .end : .middle
      return SVG.text(text, place(day), 1, dy: 18, anchor)
    }
  }
}
