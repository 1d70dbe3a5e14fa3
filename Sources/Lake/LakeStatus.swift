internal import Bytes
internal import Files
internal import Observations
internal import Parquet
internal import Tables

/// What a lake holds, from its ledger and from what its files say of themselves.
package struct LakeStatus: Sendable {
  /// One table.
  package struct TableStatus: Encodable, Sendable {
    package let name: String
    package let files: Int
    package let rows: Int
    package let bytes: Int
  }

  package private(set) var archives = 0
  package private(set) var lines: Int64 = 0
  package private(set) var identityDeliveries: Int64 = 0
  package private(set) var otherDeliveries: Int64 = 0
  package private(set) var quarantined: Int64 = 0
  /// How many identities were erased, and how many of the identity deliveries are theirs.
  package private(set) var forgottenIdentities = 0
  package private(set) var forgottenDeliveries: Int64 = 0
  /// The earliest and latest time received of all lines that have one, in microseconds since the epoch.
  package private(set) var received: (first: Int64, last: Int64)?
  /// The first and the last date that there are observations of, in days since 1970-01-01.
  package private(set) var dates: (first: Int, last: Int)?
  package private(set) var tables: [TableStatus] = []

  /// - Throws: ``FileFailure``, ``ParquetError`` or ``LakeReader/Damaged``.
  /// - Complexity: O(*n*) in the archives and the files; of files whose rows the manifest does not count the footers are read.
  package init(_ lake: LakeReader) throws {
    try addArchives(lake.archives())
    if let forgotten = try lake.forgotten() {
      forgottenIdentities = forgotten.digests.count
      forgottenDeliveries = forgotten.deliveries.total
    }
    let manifest = try lake.manifest()
    for table in LakeTable.allCases {
      let files = try lake.files(table)
      var rows = 0
      var bytes = 0
      for file in files {
        let known = manifest?.files[file.name]
        rows += try known?.rows ?? ParquetReader(FileSource(path: file.path)).rowCount
        bytes += known?.bytes ?? FileSystem.byteCount(file.path) ?? 0
      }
      tables.append(
        TableStatus(name: table.rawValue, files: files.count, rows: rows, bytes: bytes)
      )
      if table == .observations, let first = files.first?.day, let last = files.last?.day {
        dates = (first, last)
      }
    }
  }
  /// Adds up what the ledger says of the archives.
  private mutating func addArchives(_ ledger: LakeReader.File) throws {
    // Four counts of lines, and at the end two times.
    let count = ledger.table.schema.columns.count
    let asked = Array(4..<8) + [count - 2, count - 1]
    try ledger.forEachBatch(columns: asked) { batch in
      let columns = batch.columns
      archives += batch.rowCount
      lines += columns[0].integers.reduce(0, +)
      identityDeliveries += columns[1].integers.reduce(0, +)
      otherDeliveries += columns[2].integers.reduce(0, +)
      quarantined += columns[3].integers.reduce(0, +)
      for row in 0..<batch.rowCount where !columns[4].isNull(row) {
        let (first, last) = (columns[4].integers[row], columns[5].integers[row])
        let known = received ?? (first, last)
        received = (min(known.first, first), max(known.last, last))
      }
    }
  }
}
