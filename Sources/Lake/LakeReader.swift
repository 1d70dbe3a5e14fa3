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

    package var description: String { "\(path): \(fault); the file is damaged, build it again" }
  }

  /// Where the lake lies.
  package var path: String { directory }
  private let directory: String
  /// Where files of the same paths may lie that are to take their place.
  private let staged: String?
  /// Files that are no longer part of it, by their paths in it.
  private let retired: Set<String>
  /// The manifest of the lake, once it was read.
  private var known: LakeManifest?

  /// - Throws: ``Missing``.
  package init(_ workspace: Workspace) throws {
    self.init(directory: workspace.directory(.lake))
    let names = [LakeManifest.name, LakeTable.archives.fileName()]
    guard names.contains(where: { FileSystem.exists("\(directory)/\($0)") }) else {
      throw Missing(path: workspace.path)
    }
  }

  /// Reads a lake that may not be published yet.
  ///
  /// - Parameters:
  ///   - directory: The lake.
  ///   - staged: What is to be added to it, and to take the place of files in it.
  ///   - retired: The files that nothing takes the place of, by their paths in it.
  package init(directory: String, staged: String? = nil, without retired: Set<String> = []) {
    self.directory = directory
    self.staged = staged
    self.retired = retired
  }

  /// The lake's manifest; `nil` where it has none.
  ///
  /// - Throws: ``FileFailure``, or ``Damaged``.
  package func manifest() throws -> LakeManifest? {
    if let known { return known }
    if let staged, let manifest = try LakeManifest(directory: staged) { return manifest }
    return try LakeManifest(directory: directory)
  }

  /// The same reader, which has read the manifest of the lake as it is now, and does not read it again.
  ///
  /// - Throws: ``FileFailure``, or ``Damaged``.
  package func rememberingManifest() throws -> LakeReader {
    var reader = self
    reader.known = try manifest()
    return reader
  }

  /// One file of a table.
  package struct File: Sendable {
    /// The date of the partition, in days since 1970-01-01; `nil` where the table has none.
    package let day: Int?
    package let path: String
    package let table: LakeTable

    /// The file's path in the lake.
    package var name: String { table.fileName(day: day.map(Int32.init)) }

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
    let name = "\(table.rawValue).parquet"
    guard table.isPartitioned else {
      return [File(day: nil, path: path(of: "\(table.rawValue)/\(name)"), table: table)]
    }
    var partitions: Set<String> = []
    for directory in [directory, staged].compactMap(\.self) {
      partitions.formUnion(try FileSystem.list("\(directory)/\(table.rawValue)"))
    }
    return partitions.sorted().compactMap { partition in
      guard partition.hasPrefix("date="), let date = CivilDate(String(partition.dropFirst(5))),
        !retired.contains("\(table.rawValue)/\(partition)/\(name)")
      else { return nil }
      return File(
        day: date.daysSinceEpoch,
        path: path(of: "\(table.rawValue)/\(partition)/\(name)"),
        table: table
      )
    }
  }

  /// The partition of a table on a date, in days since 1970-01-01; `nil` where there is none.
  func partition(_ table: LakeTable, day: Int32) -> File? {
    let name = table.fileName(day: day)
    let path = path(of: name)
    return FileSystem.exists(path) ? File(day: Int(day), path: path, table: table) : nil
  }

  private func path(of name: String) -> String { "\(root(of: name))/\(name)" }

  /// The directory that a file is read from.
  func root(of name: String) -> String {
    if let staged, FileSystem.exists("\(staged)/\(name)") { return staged }
    return directory
  }

  /// The archives that the lake was built from.
  ///
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``Damaged``.
  package func ledger() throws -> Ledger { try Ledger(archives()) }

  /// The table of the archives that the lake was built from, whose bytes are what was written.
  ///
  /// - Throws: ``FileFailure`` or ``Damaged``.
  func archives() throws -> File {
    let name = LakeTable.archives.fileName()
    try manifest()?.verify(name, in: root(of: name))
    return File(day: nil, path: path(of: name), table: .archives)
  }

  /// How many lines had which outcome on which date.
  ///
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``Damaged``.
  package func deliveryCounts() throws -> DeliveryCounts {
    var counts = DeliveryCounts()
    for file in try files(.deliveryCounts) {
      try file.forEachBatch { batch in
        for row in 0..<batch.rowCount {
          guard let outcome = Outcome(name: batch.columns[1].string(row)) else {
            throw Damaged(path: file.path, fault: "row \(row) has an unknown outcome")
          }
          let day = batch.columns[0].isNull(row) ? nil : Int32(batch.columns[0].integers[row])
          counts.add(outcome, day: day, lines: batch.columns[2].integers[row])
        }
      }
    }
    return counts
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
