internal import Archives
internal import Bytes
internal import Lake
internal import Observations

/// Why dates cannot be made anew; nothing was changed.
package struct RebuildFailure: Error, Sendable, CustomStringConvertible {
  /// How many archives are named.
  private static let greatestCount = 20

  /// The archives, and what stands in the way.
  package let faults: [(path: String, reason: String)]

  package var description: String {
    let named = faults.prefix(Self.greatestCount).map { "\($0.path): \($0.reason)" }
    let rest = faults.count - named.count
    return "the dates cannot be made anew, and nothing was changed: "
      + (named + (rest > 0 ? ["and \(rest) more"] : [])).joined(separator: "; ")
  }
}

/// The dates that are made anew, and which archives that concerns.
struct RemadeDates {
  /// How many dates are not many.
  private static let longInterval = 31

  /// In days since 1970-01-01; none where a lake is only added to.
  let days: Set<Int32>
  private let windows: WindowPolicy
  private let lake: LakeReader?

  init(_ plan: IngestPlan) {
    windows = plan.windows
    lake = plan.lake
    days = plan.lake == nil ? [] : plan.remadeDays
  }

  /// The archives that are given, and what stands where those were that have to be read again.
  ///
  /// - Complexity: O(*n*) in the archives that the lake has.
  func archives(of ledger: Ledger, and given: [Archive]) -> [Archive] {
    let known = Set(given)
    let others = concerned(of: ledger).values.map { Archive(path: $0.path) }
      .filter { !$0.isStandardInput && !known.contains($0) && $0.byteCount != nil }
    guard !others.isEmpty else { return given }
    let files = (given.filter { !$0.isStandardInput } + others).map(\.path)
    return files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }.map(Archive.init)
      + given.filter(\.isStandardInput)
  }

  /// The archives that have to be read again, because lines of them may be on one of the dates.
  func concerned(of ledger: Ledger) -> [Digest256: ArchiveRecord] {
    guard !days.isEmpty else { return [:] }
    let records = ledger.records.filter(concern)
    return Dictionary(uniqueKeysWithValues: records.map { ($0.digest, $0) })
  }

  private func concern(_ record: ArchiveRecord) -> Bool {
    guard let received = record.received else { return false }
    let touched = windows.days(of: received)
    return days.contains(where: touched.contains)
  }

  /// The dates that lines of the archive are on: those of its interval of which the lake has anything.
  ///
  /// - Throws: What reading the lake throws.
  func touched(by record: ArchiveRecord) throws -> Set<Int32> {
    guard let lake, let received = record.received else { return [] }
    let touched = windows.days(of: received)
    let partitions = try [LakeTable.observations, .traitValues].flatMap(lake.files)
    let stored = try lake.deliveryCounts().dates.union(
      partitions.compactMap(\.day).map { Int32($0) }
    )
    return stored.filter(touched.contains)
  }

  /// The dates that are to be made anew where the archive was rewritten, as a user writes them.
  ///
  /// Those of its interval, whatever the lake has of them: what comes next night may be of any. Of a long interval, which a
  /// clock that was wrong makes, those that the lake has.
  ///
  /// - Throws: What reading the lake throws.
  func advised(for record: ArchiveRecord) throws -> [String] {
    guard let received = record.received else { return [] }
    let interval = windows.days(of: received)
    return Self.texts(interval.count <= Self.longInterval ? Set(interval) : try touched(by: record))
  }

  /// Dates as a user writes them, ascending.
  static func texts(_ days: Set<Int32>) -> [String] {
    days.sorted().map { day in
      var text: [UInt8] = []
      text.append(date: Int(day))
      return String(decoding: text, as: UTF8.self)
    }
  }
}
