extension LakeReader {
  /// What is to be added to the counts that are stored, where lines of some dates were counted again.
  ///
  /// Lines without a date are stored as a sum over all archives. Of an archive that is gone they are what its lines on the dates
  /// leave of its totals; and the lines on the dates that were not counted again are those of such archives.
  ///
  /// - Parameters:
  ///   - days: The dates, in days since 1970-01-01.
  ///   - counted: The lines on these dates that were counted again.
  ///   - gone: The archives that are no longer part of the lake; the dates of all their lines are among these.
  /// - Returns: The difference, some of which is negative.
  /// - Throws: ``Damaged`` where the lines of the archives that are gone are not among those that are stored.
  package func recounted(
    _ days: Set<Int32>,
    _ counted: DeliveryCounts,
    without gone: [ArchiveRecord]
  ) throws -> DeliveryCounts {
    let stored = try deliveryCounts()
    var change = counted
    change.subtract(stored.on(days))
    // Less than nothing: the lines on the dates of archives that are gone.
    let dated = change.totals
    for outcome in Outcome.all {
      let lines = gone.reduce(0) { $0 + $1.lines(outcome) } + dated[outcome.place]
      change.add(outcome, day: nil, lines: -lines)
      let undated = stored.sorted.first { $0.day == nil && $0.outcome == outcome }?.lines ?? 0
      guard dated[outcome.place] <= 0, (0...undated).contains(lines) else {
        throw Damaged(
          path: try files(.deliveryCounts).first?.path ?? path,
          fault: "its \(outcome.name) lines are not those of the archives in the ledger"
        )
      }
    }
    return change
  }
}
