internal import Bytes
internal import Files
internal import Lake
internal import Runs

/// How counts of the same key fold: they add up.
enum CountFolding: RunFolding {
  static func fold(_ other: [UInt8], into value: inout [UInt8], key: [UInt8]) {
    let sum = count(value.span) + count(other.span)
    value.removeAll(keepingCapacity: true)
    value.append(sortable: sum)
  }

  static func count(_ bytes: Span<UInt8>) -> Int64 {
    var cursor = SortableCursor(bytes)
    return cursor.int64()
  }
}

/// How many identities had which value of which trait on one date; see ``TraitKeys``.
///
/// What does not fit into its share of memory goes through runs.
struct TraitCounts {
  private let memory: Int
  private var keys = ByteInterner()
  /// For every key how many identities have it.
  private var counts: [Int64] = []
  private var runs: RunSet<CountFolding>
  /// The keys' names in the order of the keys, once all are counted.
  private var order: [ByteInterner.ID] = []

  /// Counts the rows of a partition of `trait_values`, which name every identity and value once.
  ///
  /// - Parameters:
  ///   - partition: The partition.
  ///   - memory: How many bytes are gathered before they are written to a run.
  ///   - directory: Where runs go.
  /// - Throws: ``FileFailure`` or ``ParquetError``.
  /// - Complexity: O(*n*) in the rows, O(*d* log *d*) in the distinct values.
  init(_ partition: LakeReader.File, memory: Int, directory: String) throws {
    self.memory = memory
    runs = RunSet(directory: directory, prefix: "traits")
    try partition.forEachTraitKey { key, _ in try add(key) }
    if runs.count > 0, !counts.isEmpty { try spill() }
    order = keys.order()
  }

  @inline(__always)
  private mutating func add(_ key: Span<UInt8>) throws {
    let id = Int(keys.intern(key))
    if id < counts.count {
      counts[id] += 1
    } else {
      counts.append(1)
      if byteCount > memory { try spill() }
    }
  }

  /// The memory in use, in bytes, and that which sorting takes.
  private var byteCount: Int {
    keys.byteCount + counts.count * (MemoryLayout<Int64>.stride + ByteInterner.sortByteCount)
  }

  private mutating func spill() throws {
    var runs = self.runs
    let run = try runs.write { writer in
      var value: [UInt8] = []
      for id in keys.order() {
        value.removeAll(keepingCapacity: true)
        value.append(sortable: counts[Int(id)])
        try writer.append(key: keys[id], value: value.span)
      }
    }
    runs.add(run)
    self.runs = runs
    keys = ByteInterner()
    counts.removeAll(keepingCapacity: true)
  }

  /// Hands on all keys in their order, with their counts.
  ///
  /// - Throws: ``FileFailure``, ``DamagedRun`` or what `body` throws.
  mutating func forEach(_ body: (_ key: Span<UInt8>, _ count: Int64) throws -> Void) throws {
    if runs.count == 0 {
      for id in order { try body(keys[id], counts[Int(id)]) }
      return
    }
    var merge = try runs.merge()
    while try merge.advance() {
      try body(merge.key.span, CountFolding.count(merge.value.span))
    }
  }
}
