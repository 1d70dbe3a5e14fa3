internal import Foundation

/// Numbers as people read them, the same everywhere.
package enum Numbers {
  /// Narrow and unbroken: between groups of three digits and before a unit.
  package static let thinSpace = "\u{202F}"
  package static let minus = "\u{2212}"

  /// A count.
  package static func count(_ value: Int) -> String { grouped(fixed(Double(value), 0)) }

  /// A number with some digits behind the point.
  ///
  /// - Parameters:
  ///   - value: The number.
  ///   - decimals: How many.
  ///   - signed: Whether `+` stands before a positive one.
  /// - Returns: The text.
  package static func text(_ value: Double, decimals: Int, signed: Bool = false) -> String {
    guard value.isFinite else { return "not finite" }
    let digits: String
    if value.magnitude >= 1e15 || decimals > 8 {
      digits = scientific(value.magnitude)
    } else {
      digits = grouped(fixed(value.magnitude, max(0, decimals)))
    }
    let isZero = !digits.contains { ("1"..."9").contains($0) }
    if isZero { return digits }
    return (value < 0 ? minus : signed ? "+" : "") + digits
  }

  /// A p-value: `0.034`, `< 0.001`.
  package static func pValue(_ value: Double) -> String {
    guard value.isFinite else { return "not finite" }
    if value < 0.001 { return "<\u{00A0}0.001" }
    if value > 0.99 { return ">\u{00A0}0.99" }
    return fixed(value, value < 0.1 ? 3 : 2)
  }

  /// How many digits behind the point give two that count of `spread`; a value without spread has three.
  package static func decimals(spread: Double?, value: Double) -> Int {
    if let spread, spread.isFinite, spread > 0 { return max(0, 1 - exponent(spread)) }
    guard value.isFinite, value != 0 else { return 0 }
    return max(0, 2 - exponent(value))
  }

  /// How many digits behind the point give three that count.
  package static func decimals(_ value: Double) -> Int { decimals(spread: nil, value: value) }

  /// Whether a number has no more digits behind the point, but for errors of binary fractions.
  static func isWhole(_ value: Double, decimals: Int) -> Bool {
    let shifted = value * Foundation.pow(10, Double(decimals))
    return (shifted - shifted.rounded()).magnitude < 1e-9 * max(1, shifted.magnitude)
  }

  private static func exponent(_ value: Double) -> Int {
    Int(Foundation.floor(Foundation.log10(max(value.magnitude, 1e-300))))
  }

  private static func fixed(_ value: Double, _ decimals: Int) -> String {
    String(format: "%.\(decimals)f", value)
  }

  private static func scientific(_ value: Double) -> String {
    let parts = String(format: "%.2e", value).split(separator: "e")
    guard parts.count == 2, let power = Int(parts[1]) else { return String(value) }
    return "\(parts[0])e\(power < 0 ? minus : "")\(power.magnitude)"
  }

  /// Puts thin spaces between groups of three digits before the point.
  private static func grouped(_ digits: String) -> String {
    let parts = digits.split(separator: ".", maxSplits: 1)
    var whole = ""
    for (place, digit) in parts[0].enumerated() {
      if place > 0, digit != "-", (parts[0].count - place).isMultiple(of: 3) { whole += thinSpace }
      whole.append(digit)
    }
    return parts.count > 1 ? "\(whole).\(parts[1])" : whole
  }
}
