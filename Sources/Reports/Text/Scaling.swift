/// How values of a kind are written: in which unit, and with how many digits.
package struct Scaling: Sendable {
  /// What a fraction is multiplied by.
  package let factor: Double
  /// Behind the number, with the space before it.
  package let unit: String
  /// In a sentence.
  package let longUnit: String

  /// Shares and lifts.
  package static let percent = Scaling(factor: 100, unit: "\u{202F}%", longUnit: "\u{202F}%")
  /// Differences of shares.
  package static let points = Scaling(
    factor: 100,
    unit: "\u{202F}pp",
    longUnit: "\u{00A0}percentage points"
  )
  package static let plain = Scaling(factor: 1, unit: "", longUnit: "")

  /// For an axis of counts up to a greatest one, so that its labels stay short.
  static func counts(_ greatest: Double) -> Scaling {
    switch greatest {
    case 1e9...: Scaling(factor: 1e-9, unit: "\u{202F}G", longUnit: "\u{202F}G")
    case 1e6...: Scaling(factor: 1e-6, unit: "\u{202F}M", longUnit: "\u{202F}M")
    default: .plain
    }
  }

  /// For the values of a metric.
  package static func value(_ type: String) -> Scaling { type == "proportion" ? .percent : .plain }
  /// For the differences of its values.
  package static func effect(_ type: String) -> Scaling { type == "proportion" ? .points : .plain }

  /// A value by itself; with two digits that count of `spread` where that is given.
  package func text(
    _ value: Double,
    spread: Double? = nil,
    signed: Bool = false,
    isLong: Bool = false
  ) -> String {
    let decimals = Numbers.decimals(spread: spread.map { $0 * factor }, value: value * factor)
    return text(value, decimals: decimals, signed: signed) + (isLong ? longUnit : unit)
  }

  /// A number that somebody chose, with the digits that it was given: `5 %`.
  func exact(_ value: Double) -> String {
    let scaled = value * factor
    let decimals =
      (0...6).first { Numbers.isWhole(scaled, decimals: $0) } ?? Numbers.decimals(scaled)
    return text(value, decimals: decimals, signed: false) + unit
  }

  /// A share of a whole with one digit behind the point; what is not 0 is not called so.
  static func share(_ count: Int, of whole: Int) -> String {
    let share = Double(count) / Double(max(1, whole))
    if count > 0, share < 0.0005 { return "<\u{00A0}0.1" + percent.unit }
    return percent.text(share, decimals: 1, signed: false) + percent.unit
  }

  /// The same without digits behind the point, where there is little room.
  static func wholeShare(_ count: Int, of whole: Int) -> String {
    let share = Double(count) / Double(max(1, whole))
    if count > 0, share < 0.005 { return "<\u{00A0}1" + percent.unit }
    return percent.text(share, decimals: 0, signed: false) + percent.unit
  }

  /// An interval: `+0.41 to +2.05 pp`; an end that is `nil` is not bounded.
  package func text(_ low: Double?, _ high: Double?, isLong: Bool = false) -> String? {
    let unit = isLong ? longUnit : unit
    switch (low, high) {
    case (let low?, let high?):
      let decimals = Numbers.decimals(spread: (high - low) / 2 * factor, value: low * factor)
      return text(low, decimals: decimals, signed: true) + " to "
        + text(high, decimals: decimals, signed: true) + unit
    case (let low?, nil):
      return "at least " + text(low, decimals: Numbers.decimals(low * factor), signed: true) + unit
    case (nil, let high?):
      return "at most " + text(high, decimals: Numbers.decimals(high * factor), signed: true) + unit
    case (nil, nil): return nil
    }
  }

  /// The greatest distance from 0 within an interval, for `±x`.
  package func reach(_ low: Double, _ high: Double) -> String {
    let reach = max(low.magnitude, high.magnitude)
    return "±" + text(reach, spread: (high - low) / 2, isLong: true)
  }

  private func text(_ value: Double, decimals: Int, signed: Bool) -> String {
    Numbers.text(value * factor, decimals: decimals, signed: signed)
  }
}
