internal import Bytes
internal import Files

/// Checks whether files of events can be what a metric takes them for, by their beginnings.
struct EventFileCheck {
  /// How many rows of a file are looked at.
  static let rowLimit = 10_000
  /// How many files.
  static let fileLimit = 1000

  private let source: ExperimentPlan.EventSource
  /// The columns that must be there.
  private let columns: [(key: EventFile.Unusable.Key, name: String)]

  init(_ source: ExperimentPlan.EventSource, needsValue: Bool) {
    self.source = source
    var columns = [
      (EventFile.Unusable.Key.identity, source.columns.identity), (.time, source.columns.time),
    ]
    if source.event != nil { columns.append((.event, source.columns.event)) }
    if needsValue { columns.append((.value, source.columns.value)) }
    self.columns = columns
  }

  /// - Parameter key: The path of the source in the plan.
  /// - Returns: The faults of the first file that has any, or what is said of the event.
  func findings(_ key: String) -> [PlanFinding] {
    var events: Set<ByteText> = []
    var isWhole = true
    do {
      let paths = try EventPaths.files(source.path)
      for path in paths.prefix(Self.fileLimit) {
        let file = try EventFile(path: path, format: source.format, columns: source.columns)
        let sample = try EventSample(file, rowLimit: Self.rowLimit)
        try checkColumns(of: file, sample)
        events.formUnion(sample.events)
        isWhole = isWhole && sample.isWhole
      }
      if paths.count > Self.fileLimit { isWhole = false }
    } catch let fault as EventFile.Unusable {
      let isColumn = ![.events, .format].contains(fault.key)
      let code = isColumn ? PlanFinding.Code.eventColumn : .eventFile
      return [finding(.error, code, "\(key).\(fault.key.rawValue)", "\(fault)")]
    } catch {
      return [finding(.error, .eventFile, "\(key).events", "\(error)")]
    }
    guard let event = source.event, !events.contains(ByteText(event)) else { return [] }
    guard isWhole else {
      let message =
        "\(event) is not among the first \(Self.rowLimit) rows of \(source.path); it may come later"
      return [finding(.warning, .unknownEvent, "\(key).event", message)]
    }
    let known = events.sorted().map(\.string)
    let advice = Spelling.advice(event, known: known, of: "events")
    let what = known.isEmpty ? "there are no events in it" : advice
    return [
      finding(.error, .unknownEvent, "\(key).event", "\(event) is not in \(source.path); \(what)")
    ]
  }

  private func finding(
    _ severity: PlanFinding.Severity,
    _ code: PlanFinding.Code,
    _ key: String,
    _ message: String
  ) -> PlanFinding {
    PlanFinding(severity: severity, code: code, key: key, message: message)
  }

  /// - Throws: ``EventFile/Unusable`` with the first column that is missing.
  private func checkColumns(of file: EventFile, _ sample: EventSample) throws {
    for (key, name) in columns where !sample.columns.contains(ByteText(name)) {
      let known = sample.columns.map(\.string)
      let advice = Spelling.advice(name, known: known, of: "columns")
      throw EventFile.Unusable(
        path: file.path,
        key,
        reason: "there is no column \(name); \(known.isEmpty ? "it is empty" : advice)"
      )
    }
  }
}
