internal import Bytes
internal import Files
internal import Parquet
package import Tables

/// Reads the published lake of a workspace.
package struct LakeReader: Sendable {
  /// That there is no lake.
  package struct Missing: Error, Sendable, CustomStringConvertible {
    package let path: String
    package var description: String { "\(path): no lake here; run `hooksift ingest` first" }
  }

  /// That a file holds what hooksift never writes.
  package struct Damaged: Error, Sendable, CustomStringConvertible {
    package let path: String
    /// What is wrong with it.
    package let fault: String

    package init(path: String, fault: String) {
      self.path = path
      self.fault = fault
    }

    package var description: String { "\(path): \(fault); the table is damaged, build it again" }
  }

  /// Where the lake lies.
  package var path: String { directory }
  private let directory: String

  /// - Throws: ``Missing``.
  package init(_ workspace: Workspace) throws {
    self.init(directory: workspace.directory(.lake))
    guard FileSystem.exists(directory + "/archives/archives.parquet") else {
      throw Missing(path: workspace.path)
    }
  }

  /// Reads a lake that was staged and is not published yet.
  package init(directory: String) { self.directory = directory }

  /// One file of a table.
  package struct File: Sendable {
    /// The date of the partition, in days since 1970-01-01; `nil` where the table has none.
    package let day: Int?
    package let path: String
    package let table: LakeTable

    /// Hands the rows on in batches, in their order.
    ///
    /// - Parameters:
    ///   - columns: The places of the columns that the batches have; all where it is `nil`.
    ///   - body: What takes the batches.
    /// - Throws: ``FileFailure``, ``ParquetError``, ``Damaged`` or what `body` throws.
    package func forEachBatch(
      columns: [Int]? = nil,
      _ body: (Table) throws -> Void
    ) throws {
      try LakeReader.forEachBatch(of: path, table.schema, columns: columns, body)
    }
  }

  /// The files of a table, by date.
  package func files(_ table: LakeTable) throws -> [File] {
    let folder = "\(directory)/\(table.rawValue)"
    let name = "\(table.rawValue).parquet"
    guard table.isPartitioned else {
      return [File(day: nil, path: "\(folder)/\(name)", table: table)]
    }
    return try FileSystem.list(folder).compactMap { partition in
      guard partition.hasPrefix("date="), let date = CivilDate(String(partition.dropFirst(5)))
      else { return nil }
      return File(day: date.daysSinceEpoch, path: "\(folder)/\(partition)/\(name)", table: table)
    }
  }

  /// An archive that the lake was built from.
  package struct LedgerEntry: Sendable {
    /// The SHA-256 of the file's bytes, 64 hexadecimal digits.
    package let digest: String
    package let path: String
    /// How many bytes the file had.
    package let bytes: Int64
  }

  /// The archives that the lake was built from.
  package func ledger() throws -> [LedgerEntry] {
    var entries: [LedgerEntry] = []
    try forEachBatch(.archives) { batch in
      let digests = batch.columns[0].texts
      let paths = batch.columns[1].texts
      for row in 0..<batch.rowCount {
        entries.append(
          LedgerEntry(
            digest: String(decoding: digests[row]),
            path: String(decoding: paths[row]),
            bytes: batch.columns[2].integers[row]
          )
        )
      }
    }
    return entries
  }

  /// Hands the rows of a file with the columns of `schema` on in batches, in their order.
  ///
  /// See ``File/forEachBatch(columns:_:)``.
  ///
  /// - Throws: ``FileFailure``, ``ParquetError``, ``Damaged`` or what `body` throws.
  package static func forEachBatch(
    of path: String,
    _ schema: TableSchema,
    columns: [Int]? = nil,
    _ body: (Table) throws -> Void
  ) throws {
    let reader = try ParquetReader(FileSource(path: path))
    guard reader.schema.columns == schema.columns else {
      throw Damaged(path: path, fault: "its columns are not those of \(schema.name)")
    }
    try reader.forEachBatch(columns: columns, body)
  }

  /// The whole of a small table.
  package func forEachBatch(_ table: LakeTable, _ body: (Table) throws -> Void) throws {
    for file in try files(table) { try file.forEachBatch(body) }
  }
}
