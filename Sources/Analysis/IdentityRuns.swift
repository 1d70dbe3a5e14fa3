internal import Bytes
internal import Lake
internal import Runs
internal import Tables

/// What is gathered of one identity from its facts; see ``IdentityRuns``.
protocol FactHistory {
  /// Forgets all, and begins with an identity.
  mutating func begin(_ environment: Int64?, _ identity: [UInt8])

  /// Adds a fact of the identity at hand.
  ///
  /// - Throws: ``DamagedRun``.
  mutating func add(_ kind: UInt8, day: Int, _ value: Span<UInt8>) throws
}

/// Facts of identities in sorted runs, so that all of each come together, whatever partition or file they are from.
///
/// The key of a record is the environment, the identity, the kind of fact, its date and a number; in this order facts come.
struct IdentityRuns {
  /// That no two records have the same key.
  private enum Folding: RunFolding {
    static func fold(_ other: [UInt8], into value: inout [UInt8], key: [UInt8]) {}
  }

  /// A fact that is about to be written; its buffers are used again.
  struct Fact {
    private var key: [UInt8] = []
    var value: [UInt8] = []

    /// Begins the fact of an identity, with an empty value.
    ///
    /// - Parameters:
    ///   - environment: The environment.
    ///   - identity: The identity.
    ///   - kind: The kind of the fact.
    ///   - day: The date of its partition, in days since 1970-01-01; 0 where it has none.
    ///   - number: What tells it from others of the same kind and date.
    mutating func begin(
      _ environment: Int64?,
      _ identity: Span<UInt8>,
      kind: UInt8,
      day: Int,
      number: Int64
    ) {
      value.removeAll(keepingCapacity: true)
      key.removeAll(keepingCapacity: true)
      key.append(sortable: environment)
      key.append(sortable: identity)
      key.append(kind)
      key.append(sortable: Int32(day))
      key.append(sortable: number)
    }

    func write(to writer: inout RunWriter) throws {
      try writer.append(key: key.span, value: value.span)
    }
  }

  private var runs: RunSet<Folding>

  /// - Parameters:
  ///   - directory: Where runs go.
  ///   - prefix: What their names begin with.
  init(directory: String, prefix: String) { runs = RunSet(directory: directory, prefix: prefix) }

  /// Adds facts that are sorted by their keys.
  ///
  /// - Parameters:
  ///   - inMemory: Whether they are few.
  ///   - body: Writes them.
  /// - Throws: ``FileFailure``, or what `body` throws.
  mutating func add(
    inMemory: Bool = false,
    _ body: (inout RunWriter) throws -> Void
  ) throws {
    runs.add(try runs.write(inMemory: inMemory, body))
  }

  /// Adds rows of a partition whose first columns are the environment and the identity.
  ///
  /// - Parameters:
  ///   - partition: The partition.
  ///   - kind: The kind of the facts.
  ///   - columns: The columns that are read; the first two are 0 and 1.
  ///   - isIn: Whether an environment counts.
  ///   - makeValue: Makes the value of a row; returns whether there is one.
  /// - Throws: ``FileFailure``, ``ParquetError``, ``LakeReader/Damaged`` or what `makeValue` throws.
  mutating func add(
    _ partition: LakeReader.File,
    kind: UInt8,
    columns: [Int],
    where isIn: (_ environment: Int64?) -> Bool = { _ in true },
    _ makeValue: (_ batch: Table, _ row: Int, _ value: inout [UInt8]) throws -> Bool
  ) throws {
    let day = partition.day ?? 0
    var number: Int64 = 0
    var fact = Fact()
    try add { writer in
      try partition.forEachBatch(columns: columns) { batch in
        let environments = batch.columns[0]
        let identities = batch.columns[1].texts
        for row in 0..<batch.rowCount {
          let environment = environments.integer(row)
          guard isIn(environment) else { continue }
          fact.begin(environment, identities[row], kind: kind, day: day, number: number)
          guard try makeValue(batch, row, &fact.value) else { continue }
          try fact.write(to: &writer)
          number += 1
        }
      }
    }
  }

  /// Hands on what is gathered of each identity, by environment and identity.
  ///
  /// - Parameters:
  ///   - empty: What gathers.
  ///   - body: What takes it.
  /// - Throws: ``FileFailure``, ``DamagedRun`` or what `body` throws.
  /// - Complexity: O(*n* log *k*) in the facts, in *k* runs; memory for those of one identity.
  mutating func forEachHistory<History: FactHistory>(
    _ empty: History,
    _ body: (History) throws -> Void
  ) throws {
    var history = empty
    var merge = try runs.merge()
    var (identity, last): ([UInt8], [UInt8]) = ([], [])
    var lastEnvironment: Int64?
    var isFirst = true
    while try merge.advance() {
      let (key, value) = (merge.key, merge.value)
      var cursor = SortableCursor(key.span)
      let environment = cursor.optionalInt64()
      cursor.text(into: &identity)
      if isFirst || lastEnvironment != environment || last != identity {
        if !isFirst { try body(history) }
        isFirst = false
        history.begin(environment, identity)
        lastEnvironment = environment
        swap(&last, &identity)
      }
      let kind = cursor.byte()
      try history.add(kind, day: Int(cursor.int32()), value.span)
    }
    if !isFirst { try body(history) }
  }
}
