internal import Archives
internal import Bytes
internal import Parquet
internal import Tables

/// One file of events, read row by row.
package struct EventFile {
  /// A row, of which only what is asked for was looked at.
  package struct Row: ~Escapable {
    package let identity: Span<UInt8>
    /// Microseconds since the epoch.
    package let time: Int64
    package let event: Span<UInt8>
    package let value: Double?

    @_lifetime(copy identity, copy event)
    init(identity: Span<UInt8>, time: Int64, event: Span<UInt8>, value: Double?) {
      self.identity = identity
      self.time = time
      self.event = event
      self.value = value
    }
  }

  /// That a row cannot be used, and why; the others can.
  struct BadRow: Error {
    let reason: String
  }

  /// That a file cannot be used.
  package struct Unusable: Error, Sendable, CustomStringConvertible {
    /// Which key of its source in the plan is to blame.
    enum Key: String {
      case events
      case format
      case identity = "columns.identity"
      case time = "columns.time"
      case event = "columns.event"
      case value = "columns.value"
    }

    package let path: String
    let key: Key
    package let reason: String
    package var description: String { "\(path): \(reason)" }

    init(path: String, _ key: Key = .events, reason: String) {
      self.path = path
      self.key = key
      self.reason = reason
    }
  }

  let path: String
  let format: ExperimentPlan.EventSource.Format
  let columns: ExperimentPlan.EventSource.Columns

  /// - Parameters:
  ///   - path: The file.
  ///   - format: Its format; `nil` where its name says it.
  ///   - columns: What its columns are called.
  /// - Throws: ``Unusable`` where nothing says what format the file has.
  package init(
    path: String,
    format: ExperimentPlan.EventSource.Format?,
    columns: ExperimentPlan.EventSource.Columns
  ) throws {
    guard let format = format ?? Self.format(ofName: path) else {
      throw Unusable(
        path: path,
        .format,
        reason: "its name does not say which format it has; say csv, jsonl or parquet"
      )
    }
    self.path = path
    self.format = format
    self.columns = columns
  }

  /// Whether the name of a file says what format it has.
  static func hasKnownName(_ path: String) -> Bool { format(ofName: path) != nil }

  private static func format(ofName path: String) -> ExperimentPlan.EventSource.Format? {
    var name = path.lowercased()
    if name.hasSuffix(".parquet") { return .parquet }
    for suffix in [".gz", ".zst"] where name.hasSuffix(suffix) { name.removeLast(suffix.count) }
    if name.hasSuffix(".csv") { return .csv }
    return name.hasSuffix(".jsonl") || name.hasSuffix(".ndjson") ? .jsonl : nil
  }

  /// Hands on all rows, and those that cannot be used.
  ///
  /// - Parameters:
  ///   - bad: Called with the number of a row, from 1, and what is wrong with it; of text, the number of the line.
  ///   - body: Called with every other row.
  /// - Throws: ``Unusable`` where the file cannot be read to its end or lacks a column, ``FileFailure`` where its disk fails, or
  ///   what `body` throws.
  /// - Complexity: O(*n*) in its bytes; memory for a block of them.
  package func forEachRow(
    bad: (_ number: Int, _ reason: String) -> Void,
    _ body: (borrowing Row) throws -> Void
  ) throws {
    try namingFaults {
      switch format {
      case .csv: try forEachCSVRow(bad: bad, body)
      case .jsonl: try forEachLine(bad: bad, body)
      case .parquet: try forEachParquetRow(bad: bad, body)
      }
    }
  }

  /// Throws what a reader of a format throws as ``Unusable``.
  func namingFaults<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as ArchiveError {
      throw Unusable(path: path, reason: error.reason)
    } catch let error as ParquetError {
      throw Unusable(path: path, reason: "cannot be read as Parquet: \(error)")
    } catch let error as CSVError {
      throw Unusable(path: path, reason: "\(error)")
    }
  }

  func lacks(_ column: String, _ key: Unusable.Key) -> Unusable {
    Unusable(path: path, key, reason: "it has no column \(column)")
  }
}
