internal import Analysis

/// The cells of a result that several tables have.
struct ResultCells {
  let row: ResultRow

  private typealias Cell = TableModel.Cell

  /// The value of an arm, and of how many identities.
  func value(_ value: Double?, _ count: Int) -> TableModel.Cell {
    let identities: Markup = "<span class=\"sub\">\(Numbers.count(count)) identities</span>"
    guard let value else { return .words("\(Phrases.notComputed(row.status))\(identities)") }
    return .number("\(Scaling.value(row.metricType).text(value))\(identities)")
  }

  var effect: TableModel.Cell {
    if let words { return words }
    guard let effect = row.effect else { return .words("\(Phrases.notComputed(row.status))") }
    return interval(.effect(row.metricType), effect, row.effectLow, row.effectHigh)
  }

  var lift: TableModel.Cell {
    if let words { return words }
    guard row.liftStatus == "ok" || row.liftStatus == "at_least", let lift = row.lift else {
      return .words("\(Phrases.noLift(row))")
    }
    return interval(.percent, lift, row.liftLow, row.liftHigh)
  }

  func pValue(_ value: Double?) -> TableModel.Cell {
    if let words { return words }
    guard let value else { return .words("not computed") }
    return .number("\(Numbers.pValue(value))")
  }

  /// The least lift that would have been found.
  var detectable: TableModel.Cell {
    guard row.status != "collecting_data", let value = row.minimumDetectableEffect else {
      return .words("not computed")
    }
    return .number("±\(Scaling.percent.text(value, spread: value))")
  }

  /// What stands in the place of numbers that are not shown.
  private var words: TableModel.Cell? {
    switch row.status {
    case "ok": nil
    case "collecting_data": .words("Collecting data")
    default: .words("\(Phrases.notComputed(row.status))")
    }
  }

  /// A number with an interval beneath it.
  private func interval(
    _ scaling: Scaling,
    _ value: Double,
    _ low: Double?,
    _ high: Double?
  ) -> TableModel.Cell {
    let spread = low.flatMap { low in high.map { ($0 - low) / 2 } }
    let text = scaling.text(value, spread: spread, signed: true)
    guard let interval = scaling.text(low, high) else { return .number("\(text)") }
    return .number("\(text)<span class=\"sub\">\(interval)</span>")
  }
}
