package import Bytes
internal import Tables

/// The archives that a lake was built from, by their digests.
///
/// It holds the rows of the table, and makes records of those that are asked for: most nights ask for few of many.
package struct Ledger: Sendable {
  private var rows = Table(LakeTable.archives.schema)
  private var places: [Digest256: Int] = [:]
  /// Whether an archive was added, changed or removed.
  package private(set) var isChanged = false

  /// No archives.
  package init() {}

  /// The archives in a table.
  ///
  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  /// - Complexity: O(*n*) in the archives.
  init(_ file: LakeReader.File) throws {
    try file.forEachBatch { batch in
      let start = rows.rowCount
      if start == 0 {
        rows.columns = batch.columns
      } else {
        for column in rows.columns.indices { rows.columns[column].append(batch.columns[column]) }
      }
      for row in 0..<batch.rowCount {
        guard ArchiveRecord.isRecord(batch, row: row), let digest = batch.columns[0].digest256(row)
        else {
          throw LakeReader.Damaged(path: file.path, fault: "row \(row) is not of an archive")
        }
        places[digest] = start + row
      }
    }
  }

  package var count: Int { places.count }

  package var digests: some Collection<Digest256> { places.keys }

  package func contains(_ digest: Digest256) -> Bool { places[digest] != nil }

  package subscript(_ digest: Digest256) -> ArchiveRecord? {
    places[digest].flatMap { ArchiveRecord(rows, row: $0) }
  }

  /// The path of an archive.
  package func path(of digest: Digest256) -> String? {
    places[digest].map { rows.columns[1].string($0) }
  }

  /// How many bytes an archive has.
  package func byteCount(of digest: Digest256) -> Int? {
    places[digest].map { Int(rows.columns[2].integers[$0]) }
  }

  /// All archives, in no order.
  ///
  /// - Complexity: O(*n*) in the archives.
  package var records: [ArchiveRecord] { places.keys.compactMap { self[$0] } }

  /// Adds an archive, or changes it.
  package mutating func put(_ record: ArchiveRecord) {
    guard self[record.digest] != record else { return }
    places[record.digest] = rows.rowCount
    rows.append(record)
    isChanged = true
  }

  /// Removes an archive.
  ///
  /// - Returns: The archive, if it was there.
  @discardableResult
  package mutating func remove(_ digest: Digest256) -> ArchiveRecord? {
    guard let record = self[digest] else { return nil }
    places[digest] = nil
    isChanged = true
    return record
  }

  /// Writes the table, in the order of the digests.
  func write(to file: consuming TableFile) throws {
    let order = places.sorted { $0.key < $1.key }.map { UInt32($0.value) }
    try file.append(rows.columns.map { ColumnSelection($0, places: order) })
    try file.finish()
  }
}
