internal import Bytes
internal import Runs

/// How exposures of the same identity and cell fold.
enum ExposureFolding: RunFolding {
  static func fold(_ other: [UInt8], into value: inout [UInt8], key: [UInt8]) {
    var measures = ExposureMeasures(value.span)
    measures.merge(ExposureMeasures(other.span))
    value.removeAll(keepingCapacity: true)
    measures.append(to: &value)
  }
}

/// Who was served which value of a feature, over all partitions.
///
/// What does not fit into its share of memory goes through runs, whose keys are the rank of the cell and the identity.
struct Exposures {
  private let cells: StateCells
  private let places: [Int32]
  private let exposureCells: ExposureCells
  private let memory: Int
  private var buffer: ExposureBuffer
  private var runs: RunSet<ExposureFolding>
  /// The ranks that the stretch at hand was counted for, where it can have one twice.
  private var counted: [Int32] = []

  /// - Parameters:
  ///   - cells: The cells of all flag states.
  ///   - exposureCells: Those that are counted.
  ///   - memory: How many bytes are gathered before they are written to a run.
  ///   - directory: Where runs go.
  init(_ cells: StateCells, _ exposureCells: ExposureCells, memory: Int, directory: String) {
    self.cells = cells
    self.exposureCells = exposureCells
    self.memory = memory
    places = cells.allPlaces
    buffer = ExposureBuffer(rankCount: exposureCells.places.count)
    runs = RunSet(directory: directory, prefix: "exposures")
  }

  /// Counts a stretch of the identity at hand.
  @inline(__always)
  mutating func add(_ stretch: Stretch, identity: Span<UInt8>) {
    if exposureCells.hasSharedRanks { counted.removeAll(keepingCapacity: true) }
    for index in cells.range(stretch.state) {
      let rank = exposureCells.ranks[Int(places[index])]
      guard rank >= 0 else { continue }
      if exposureCells.hasSharedRanks {
        if counted.contains(rank) { continue }
        counted.append(rank)
      }
      buffer.add(rank, stretch, identity: identity)
    }
  }

  /// Says that the identity at hand has no more stretches in its partition.
  ///
  /// - Throws: ``FileFailure``.
  @inline(__always)
  mutating func endIdentity() throws {
    buffer.endIdentity()
    if buffer.byteCount > memory { try spill() }
  }

  /// Says that the next identity may sort before the last one.
  mutating func endSequence() { buffer.endSequence() }

  /// Takes back from now on what is counted.
  mutating func takeBack() { buffer.takeBack() }

  private mutating func spill() throws {
    var runs = self.runs
    let run = try runs.write { writer in
      var key: [UInt8] = []
      var value: [UInt8] = []
      try buffer.forEach { rank, identity, measures in
        key.removeAll(keepingCapacity: true)
        key.append(sortable: rank)
        key.append(identity)
        value.removeAll(keepingCapacity: true)
        measures.append(to: &value)
        try writer.append(key: key.span, value: value.span)
      }
    }
    runs.add(run)
    self.runs = runs
    buffer.removeAll()
  }

  /// Hands on all exposures by the ranks of their cells, and by identity.
  ///
  /// - Throws: ``FileFailure``, ``DamagedRun`` or what `body` throws.
  consuming func forEach(
    _ body: (_ rank: Int32, _ identity: Span<UInt8>, ExposureMeasures) throws -> Void
  ) throws {
    if runs.count == 0 { return try buffer.forEach(body) }
    if !buffer.isEmpty { try spill() }
    buffer = ExposureBuffer(rankCount: 0)
    var merge = try runs.merge()
    while try merge.advance() {
      let key = merge.key
      var cursor = SortableCursor(key.span)
      let rank = cursor.int32()
      guard exposureCells.places.indices.contains(Int(rank)) else { throw DamagedRun() }
      try body(rank, key.span.extracting(4...), ExposureMeasures(merge.value.span))
    }
  }
}

extension Exposures: StretchVisitor {
  @inline(__always)
  mutating func visit(flags: Stretch, identity: Span<UInt8>) { add(flags, identity: identity) }

  @inline(__always)
  mutating func visit(segments: Stretch) {}

  mutating func endEnvironment(_ environment: Int64?) throws { endSequence() }
}
