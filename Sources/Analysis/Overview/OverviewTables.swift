internal import Files
internal import Lake
internal import Parquet
internal import Tables

/// The summaries that a page is made from, wherever their files lie.
struct OverviewTables {
  /// The paths of files, by their names.
  private let files: [String: String]

  init(files: [String: String]) { self.files = files }

  var isEmpty: Bool { !SummaryTable.allCases.contains { files[$0.parquetName] != nil } }

  /// Hands on the rows of a table in batches; none where there is no such table.
  ///
  /// - Throws: ``FileFailure``, ``ParquetError``, ``LakeReader/Damaged`` or what `body` throws.
  func forEachBatch(_ table: SummaryTable, _ body: (Table) throws -> Void) throws {
    guard let path = files[table.parquetName] else { return }
    try LakeReader.forEachBatch(of: path, table.schema, body)
  }

  /// The tables that are there, and how many rows their files say they have.
  ///
  /// - Throws: ``FileFailure`` or ``ParquetError``.
  func entries() throws -> [Overview.TableEntry] {
    try SummaryTable.allCases.compactMap { table in
      guard let path = files[table.parquetName] else { return nil }
      return Overview.TableEntry(table, rows: try ParquetReader(FileSource(path: path)).rowCount)
    }
  }
}
