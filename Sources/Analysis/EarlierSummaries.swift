internal import Files
package import Lake
internal import Parquet
internal import Tables

/// The summaries of an earlier run, of which is taken over what is as it was.
package struct EarlierSummaries {
  private let directory: String
  private let manifest: SummaryManifest
  /// The lake before it grew.
  private let before: LakeReader?

  /// The summaries in a directory; `nil` where there are none that can be relied on.
  ///
  /// - Parameters:
  ///   - directory: Where they are.
  ///   - before: The lake as it was before facts were added to it; `nil` where it is gone, or where facts were taken away.
  package init?(directory: String, before: LakeReader? = nil) {
    guard let manifest = SummaryManifest(directory: directory) else { return nil }
    self.directory = directory
    self.manifest = manifest
    self.before = before
  }

  /// Whether they were computed by such a plan.
  func areBy(_ plan: SummaryPlan) -> Bool { manifest.settings == SummaryManifest.Settings(plan) }

  /// Whether computing them from `lake` gives what is there.
  ///
  /// - Complexity: O(*n*) in their bytes.
  func areOf(_ lake: LakeManifest) -> Bool {
    manifest.lake == SummaryManifest.summarised(lake)
      && manifest.names.allSatisfy { manifest.holds($0, in: directory) }
  }

  /// Those dates of partitions of `lake` that are what they were.
  func keptDays(_ partitions: [LakeReader.File], of lake: LakeManifest) -> Set<Int> {
    Set(
      partitions.filter { partition in
        let digest = lake.files[partition.name]?.sha256
        return digest != nil && manifest.lake[partition.name] == digest
      }
      .compactMap(\.day)
    )
  }

  /// The partitions of `observations`, as they were, whose place others have taken.
  ///
  /// - Returns: `nil` where one is not there any more, or where nothing has taken its place.
  /// - Throws: ``FileFailure`` or ``LakeReader/Damaged``.
  func replaced(by lake: LakeManifest) throws -> [LakeReader.File]? {
    var names: Set<String> = []
    for (name, digest) in manifest.lake where LakeTable.observations.hasPartition(name) {
      guard let now = lake.files[name] else { return nil }
      if now.sha256 != digest { names.insert(name) }
    }
    guard !names.isEmpty else { return [] }
    guard let before, let known = try before.manifest() else { return nil }
    for name in names where known.files[name]?.sha256 != manifest.lake[name] { return nil }
    return try before.files(.observations).filter { names.contains($0.name) }
  }

  /// Whether the files of a summary are what was written.
  ///
  /// - Complexity: O(*n*) in their bytes.
  func areSound(_ table: SummaryTable) -> Bool {
    manifest.holds(table.parquetName, in: directory)
      && (!table.hasCSV || manifest.holds(table.csvName, in: directory))
  }

  /// The rows of a summary by date, on some dates.
  ///
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  func rows(_ table: SummaryTable, of days: Set<Int>) throws -> KeptRows {
    KeptRows(
      try rows(table),
      try KeptLines(path: "\(directory)/\(table.csvName)"),
      days: days
    )
  }

  /// The rows of a summary.
  ///
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  func rows(_ table: SummaryTable) throws -> BatchCursor {
    let path = "\(directory)/\(table.parquetName)"
    let reader = try ParquetReader(FileSource(path: path))
    guard reader.schema.columns == table.schema.columns else {
      throw LakeReader.Damaged(path: path, fault: "its columns are not those of \(table)")
    }
    return BatchCursor(reader)
  }
}

/// Those rows of a summary by date that are taken over from an earlier run.
struct KeptRows {
  private var cursor: BatchCursor
  private var lines: KeptLines
  private let days: Set<Int>
  private var batch: Table?
  private var row = 0
  /// How many rows stand in the batches before.
  private var earlierRowCount = 0

  /// - Parameters:
  ///   - cursor: All rows.
  ///   - lines: The same rows as CSV.
  ///   - days: The dates whose rows are taken.
  init(_ cursor: BatchCursor, _ lines: KeptLines, days: Set<Int>) {
    self.cursor = cursor
    self.lines = lines
    self.days = days
  }

  /// The next rows that are taken, within a batch.
  ///
  /// - Parameters:
  ///   - day: The date before which they end.
  ///   - csv: Where their CSV goes.
  /// - Returns: The batch and their places in it; `nil` where there are none.
  /// - Throws: ``FileFailure`` or ``ParquetError``.
  mutating func next(
    before day: Int64,
    csv: FileSink?
  ) throws -> (batch: Table, rows: Range<Int>)? {
    while true {
      if batch == nil || row == batch?.rowCount {
        earlierRowCount += batch?.rowCount ?? 0
        batch = try cursor.next()
        row = 0
      }
      guard let batch else { return nil }
      let dates = batch.columns[0].integers
      func isTaken(_ row: Int) -> Bool { days.contains(Int(dates[row])) }
      while row < dates.count, dates[row] < day, !isTaken(row) { row = Self.end(of: row, dates) }
      let start = row
      while row < dates.count, dates[row] < day, isTaken(row) { row = Self.end(of: row, dates) }
      if row > start {
        if let csv {
          try lines.copy(earlierRowCount + start..<earlierRowCount + row, to: csv)
        }
        return (batch, start..<row)
      }
      if row < dates.count { return nil }
    }
  }

  /// The row after the last one with the date of a row.
  private static func end(of row: Int, _ dates: [Int64]) -> Int {
    var end = row + 1
    while end < dates.count, dates[end] == dates[row] { end += 1 }
    return end
  }
}
